"""Whose series a DICOM image belongs to, and what of its origin may be kept."""
