"""Sections of the Class balance page."""
