"""Strokes and contours into corrected masks."""
