"""The worklist beside the picture: saved filters as chips, kept in the address, and the slices they leave."""
