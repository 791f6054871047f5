"""Many slices corrected at once: the dialog that asks what, what would come of it, and undo."""
