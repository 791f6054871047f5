"""NIfTI files, plain and gzipped."""
