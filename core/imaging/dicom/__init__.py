"""DICOM: the stacks of an examination, each by its own header, with no more of a name than may be kept."""
