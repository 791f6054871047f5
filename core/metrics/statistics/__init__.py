"""Means, intervals and agreement of many scores."""
