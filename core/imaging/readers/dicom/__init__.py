"""DICOM: the stacks of an examination, each by its own header, with no more of a name than may be kept."""

from core.imaging.readers.dicom.data_set import is_dicom
from core.imaging.readers.dicom.files import DicomFiles

__all__ = ["DicomFiles", "is_dicom"]
