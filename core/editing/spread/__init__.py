"""One correction over many slices: labels copied, interpolated, resized or deleted; arrays alone."""
