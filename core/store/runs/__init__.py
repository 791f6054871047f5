"""Rows of long work: claimed, watched, stopped, continued and forgotten."""
