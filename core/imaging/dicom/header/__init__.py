"""What a DICOM header says, read piece by piece behind guards."""
