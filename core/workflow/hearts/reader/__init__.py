"""A heart as its reader finds it: own strokes count at once, beside what the model proposed."""
