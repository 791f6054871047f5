"""Sweeps: trainings with every combination of a few choices."""
