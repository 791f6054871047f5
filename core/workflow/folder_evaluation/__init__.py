"""Score a folder of predictions against a folder of references; needs no store."""
