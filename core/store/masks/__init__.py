"""Rows of masks: versions, drafts, predictions, and who works on which slice."""
