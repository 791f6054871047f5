"""The grid of a heart: every slice small with its mask, positions by phases, a click from the editor."""
