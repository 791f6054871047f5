"""The pixels of DICOM images, decoded within bounds."""
