"""The demo, exports and deletions."""
