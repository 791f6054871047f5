"""Import: files become series in the store, at once or as a run of their own; masks can come later."""
