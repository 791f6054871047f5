"""DICOM images put together into stacks on regular grids."""
