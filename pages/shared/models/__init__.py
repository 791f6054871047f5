"""Sections of the Models page."""
