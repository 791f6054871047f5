"""The report of the open heart, to be downloaded."""
