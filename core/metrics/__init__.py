"""Scores of masks: counted once, divided later."""
