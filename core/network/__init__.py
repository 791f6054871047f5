"""The networks, their checkpoints, and what turns a slice into a mask."""
