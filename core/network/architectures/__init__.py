"""The networks, and the one way to build one by its name."""
