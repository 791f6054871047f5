"""Helpers that only pages use."""
