"""DICOM images of small hearts: slices of a short axis, and the multi-frame file that holds them all."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import EnhancedMRImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid

ROW, COLUMN = (0.8, 0.6, 0.0), (0.0, 0.0, -1.0)  # directions of a row and a column in the patient
NORMAL = np.cross(ROW, COLUMN)
FIRST = np.array([-31.0, 12.0, 44.0])  # where the first voxel of position 0 lies, mm
DISTANCE_MM = 8.0
PHASE_MS = 35.0
SPACING_MM = (1.25, 1.5)  # of rows and of columns
STUDY = "1.2.826.0.1.3680043.10.777"


def image(
    pixels: np.ndarray, position: float = 0, phase: int = 0, *, number: int = 1, **tags: object
) -> Dataset:
    """One MR image at a place and time; any attribute can be replaced, or left out by None."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = MRImageStorage
    data.StudyInstanceUID, data.SeriesInstanceUID = STUDY, f"{STUDY}.1"
    data.FrameOfReferenceUID = f"{STUDY}.9"
    data.PatientID, data.Modality = "anna", "MR"
    data.SeriesDescription, data.InstanceNumber = "cine short axis", number
    data.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    data.ImageOrientationPatient = [*ROW, *COLUMN]
    data.ImagePositionPatient = [round(float(mm), 5) for mm in FIRST + position * DISTANCE_MM * NORMAL]
    data.PixelSpacing, data.SliceThickness = list(SPACING_MM), DISTANCE_MM
    data.TriggerTime = PHASE_MS * phase
    _set_pixels(data, pixels)
    for tag, value in tags.items():
        if value is None:
            delattr(data, tag)
        else:
            setattr(data, tag, value)
    if "SOPInstanceUID" not in data:
        data.SOPInstanceUID = generate_uid(entropy_srcs=[data.SeriesInstanceUID, str(number)])
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    return data


def _set_pixels(data: Dataset, pixels: np.ndarray) -> None:
    data.Rows, data.Columns = pixels.shape[-2:]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit, data.PixelRepresentation = 15, 0
    data.PixelData = pixels.astype("<u2").tobytes()


def multi_frame(
    frames: np.ndarray,
    places: Sequence[tuple[int, int]],
    slopes: Sequence[float] = (),
    *,
    triggers: bool = True,
) -> Dataset:
    """All (frames, rows, columns) in one enhanced MR image, with (position, phase) of each in its groups."""
    left_out = (
        "PixelSpacing",
        "SliceThickness",
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "TriggerTime",
    )
    data = image(frames, **dict.fromkeys(left_out), SOPClassUID=EnhancedMRImageStorage)
    data.NumberOfFrames = len(frames)
    shared = Dataset()
    shared.PixelMeasuresSequence = _item(PixelSpacing=list(SPACING_MM), SliceThickness=DISTANCE_MM)
    shared.PlaneOrientationSequence = _item(ImageOrientationPatient=[*ROW, *COLUMN])
    data.SharedFunctionalGroupsSequence = Items([shared])
    groups = []
    for number, (position, phase) in enumerate(places):
        group = Dataset()
        corner = FIRST + position * DISTANCE_MM * NORMAL
        group.PlanePositionSequence = _item(ImagePositionPatient=[round(float(mm), 5) for mm in corner])
        group.FrameContentSequence = _item(
            StackID="1", InStackPositionNumber=position + 1, TemporalPositionIndex=phase + 1
        )
        if triggers:
            group.CardiacSynchronizationSequence = _item(NominalCardiacTriggerDelayTime=PHASE_MS * phase)
        if slopes:
            group.PixelValueTransformationSequence = _item(
                RescaleSlope=slopes[number], RescaleIntercept=0, RescaleType="US"
            )
        groups.append(group)
    data.PerFrameFunctionalGroupsSequence = Items(groups)
    return data


def _item(**tags: object) -> Items:
    data = Dataset()
    for tag, value in tags.items():
        setattr(data, tag, value)
    return Items([data])


def save(folder: Path, name: str, data: Dataset) -> Path:
    """The data set as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    data.save_as(folder / name, enforce_file_format=True)
    return folder / name
