"""Rows of slices: the queue, their statuses, scores and figures."""
