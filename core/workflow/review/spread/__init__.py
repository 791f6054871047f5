"""Many slices corrected at once: asked for, previewed, done and taken back."""
