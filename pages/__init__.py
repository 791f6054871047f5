"""The screens: each page reads, draws and calls one verb."""
