"""The two ways to correct a mask, by strokes and by contours, and the slices that are sent ahead."""
