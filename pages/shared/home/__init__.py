"""Sections of Home."""
