"""An enhanced multi-frame MR out of an ordinary one: what is said of frames stands in functional groups."""

from collections.abc import Sequence as Listed

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage

from tests.imaging.dicom.drawn import dicom, place

Place = tuple[int, int]  # position, phase


def group(**tags: object) -> Sequence:
    """A sequence of one item."""
    data = Dataset()
    for tag, value in tags.items():
        setattr(data, tag, value)
    return Sequence([data])


def enhanced(
    frames: np.ndarray,
    places: Listed[Place],
    *,
    slopes: Listed[float] = (),
    times: str = "NominalCardiacTriggerDelayTime",
    components: Listed[str] = (),
) -> Dataset:
    """A file of frames (frames, rows, columns); `times` names what tells their phases."""
    data = dicom(frames)
    for tag in ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "TriggerTime"):
        delattr(data, tag)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    data.NumberOfFrames = len(places)
    shared = Dataset()
    shared.PixelMeasuresSequence = group(PixelSpacing=[1.25, 1.5], SliceThickness=8)
    shared.PlaneOrientationSequence = group(ImageOrientationPatient=[1, 0, 0, 0, 0.8, -0.6])
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    per_frame = []
    for number, (position, phase) in enumerate(places):
        frame = Dataset()
        frame.PlanePositionSequence = group(ImagePositionPatient=place(position))
        if times == "TemporalPositionIndex":
            frame.FrameContentSequence = group(TemporalPositionIndex=phase + 1)
        else:
            frame.CardiacSynchronizationSequence = group(
                **{times: 40.0 * phase, "RRIntervalTimeNominal": 800.0}
            )
        if slopes:
            frame.PixelValueTransformationSequence = group(RescaleSlope=slopes[number], RescaleIntercept=-1)
        if components:
            frame.MRImageFrameTypeSequence = group(ComplexImageComponent=components[number])
        per_frame.append(frame)
    data.PerFrameFunctionalGroupsSequence = Sequence(per_frame)
    return data
