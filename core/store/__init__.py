"""Rows and arrays on disk; the only place that speaks SQL."""
