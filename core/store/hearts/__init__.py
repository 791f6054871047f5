"""Whole hearts: the areas of all slices of a series, and what readers decided on it."""
