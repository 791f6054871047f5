"""From an image file and the masks that belong to it to a series; phases of one heart put together."""
