"""Sections of the Metrics page."""
