"""Faults done on purpose: each takes a folder and chance, and tells what was tried and lost."""
