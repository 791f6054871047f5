"""Predict slices of the store or files, and say which correction is worth most."""
