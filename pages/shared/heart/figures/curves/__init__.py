"""Volumes over the beat: the chart, and which phases are ED and ES."""
