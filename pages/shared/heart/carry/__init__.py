"""Corrected masks carried through the beat and the stack: chosen, worked out, looked at, kept or not."""
