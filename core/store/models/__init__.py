"""Rows of models, their files' places, and how one became active."""
