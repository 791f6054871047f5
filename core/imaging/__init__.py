"""Readers, writers and geometry of cardiac MR; arrays in, arrays out."""
