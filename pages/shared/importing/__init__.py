"""Sections of the Import page."""
