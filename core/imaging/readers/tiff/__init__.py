"""TIFF files: their tags, pages and millimetres."""
