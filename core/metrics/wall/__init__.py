"""Thickness of the wall and how it thickens, by segment: numbers where the way round is known, or why not."""
