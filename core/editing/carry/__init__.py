"""A corrected mask carried to another phase or position by what the pictures say; arrays alone."""
