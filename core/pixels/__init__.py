"""What rooms do with pixels of a slice: pieces and rims of a region, and grey as people look at it."""
