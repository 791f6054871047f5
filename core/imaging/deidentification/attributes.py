"""Which attributes of a DICOM header may come in, and what becomes of each."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

MAX_KEPT_YEARS = 90.0  # HIPAA 164.514(b)(2)(i)(C): all above 89 are one group


class Action(StrEnum):
    """What becomes of an attribute; none of them lets free text through."""

    PSEUDONYM = "replaced by a keyed pseudonym"
    UID = "replaced by a keyed UID"
    SHIFT = "a date, moved by so many days for each patient"
    TERMS = "only words of the vocabulary below stay"
    CODE = "kept where it is one of a few known values, else dropped"
    NUMBER = "kept where it is a number"
    ORDER = "read to sort or to decode, never kept"


# Attributes by keyword; those of functional groups are read out of the sequences at the end.
ATTRIBUTES: Mapping[str, Action] = MappingProxyType(
    {
        "PatientID": Action.PSEUDONYM,
        "PatientName": Action.PSEUDONYM,  # only where there is no PatientID
        "StudyInstanceUID": Action.UID,
        "SeriesInstanceUID": Action.UID,
        "SOPInstanceUID": Action.UID,
        "FrameOfReferenceUID": Action.UID,
        "StudyDate": Action.SHIFT,
        "SeriesDescription": Action.TERMS,
        "PatientSex": Action.CODE,
        "Manufacturer": Action.CODE,
        "ImageType": Action.CODE,
        "FrameType": Action.CODE,
        "ComplexImageComponent": Action.CODE,
        "ConversionType": Action.CODE,
        "BurnedInAnnotation": Action.CODE,
        "PatientIdentityRemoved": Action.CODE,
        "SOPClassUID": Action.CODE,
        "PhotometricInterpretation": Action.CODE,
        "PatientAge": Action.NUMBER,
        "PatientBirthDate": Action.ORDER,  # gives an age where there is none
        "PatientSize": Action.NUMBER,
        "PatientWeight": Action.NUMBER,
        "MagneticFieldStrength": Action.NUMBER,
        "HeartRate": Action.NUMBER,
        "NominalInterval": Action.NUMBER,
        "RRIntervalTimeNominal": Action.NUMBER,
        "TriggerTime": Action.NUMBER,
        "NominalCardiacTriggerDelayTime": Action.NUMBER,
        "FrameTime": Action.NUMBER,
        "ImagePositionPatient": Action.NUMBER,
        "ImageOrientationPatient": Action.NUMBER,
        "PixelSpacing": Action.NUMBER,
        "ImagerPixelSpacing": Action.NUMBER,
        "NominalScannedPixelSpacing": Action.NUMBER,
        "SliceThickness": Action.NUMBER,
        "SpacingBetweenSlices": Action.NUMBER,
        "RescaleSlope": Action.NUMBER,
        "RescaleIntercept": Action.NUMBER,
        "Rows": Action.NUMBER,
        "Columns": Action.NUMBER,
        "NumberOfFrames": Action.NUMBER,
        "SamplesPerPixel": Action.NUMBER,
        "BitsAllocated": Action.NUMBER,
        "BitsStored": Action.NUMBER,
        "PixelRepresentation": Action.NUMBER,
        "SpecificCharacterSet": Action.ORDER,
        "InstanceNumber": Action.ORDER,
        "TemporalPositionIdentifier": Action.ORDER,
        "TemporalPositionIndex": Action.ORDER,
        "TemporalPositionTimeOffset": Action.ORDER,
        "AcquisitionTime": Action.ORDER,
        "ContentTime": Action.ORDER,
        "FrameAcquisitionDateTime": Action.ORDER,
        "ExtendedOffsetTable": Action.ORDER,
        "ExtendedOffsetTableLengths": Action.ORDER,
        "SharedFunctionalGroupsSequence": Action.ORDER,
        "PerFrameFunctionalGroupsSequence": Action.ORDER,
        "PlanePositionSequence": Action.ORDER,
        "PlaneOrientationSequence": Action.ORDER,
        "PixelMeasuresSequence": Action.ORDER,
        "PixelValueTransformationSequence": Action.ORDER,
        "CardiacSynchronizationSequence": Action.ORDER,
        "FrameContentSequence": Action.ORDER,
        "MRImageFrameTypeSequence": Action.ORDER,
        "TemporalPositionSequence": Action.ORDER,
    }
)
