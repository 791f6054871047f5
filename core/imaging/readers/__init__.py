"""One module a file format: bytes in, arrays and geometry out, and a sentence for what cannot be read."""
