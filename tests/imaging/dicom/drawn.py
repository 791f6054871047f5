"""Small DICOM files, and what the reader finds in them."""

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.dicom.files import DicomFiles
from core.imaging.files.sources import Source
from core.imaging.problems import NO_ANSWERS, Answers, FileProblem
from core.imaging.reading import find_series
from core.limits import Limits
from core.records.slices import Series

NORMAL = np.array([0.0, 0.6, 0.8])  # of the row direction (1, 0, 0) and column direction (0, 0.8, -0.6)
KEY = Deidentifier(b"a key of thirty-two bytes, or so")


def dicom(
    pixels: np.ndarray | None = None, *, position: float = 0, phase: int = 0, number: int = 1, **tags: object
) -> Dataset:
    """One slice: positions 8 mm apart along the normal, phases 40 ms apart; None takes a tag out."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = f"1.2.3.{number}"
    data.SeriesInstanceUID, data.StudyInstanceUID = "1.2.3", "1.2"
    data.PatientID, data.SeriesDescription, data.Modality = "anna", "SAX cine", "MR"
    data.InstanceNumber = number
    data.ImageOrientationPatient = [1, 0, 0, 0, 0.8, -0.6]
    data.ImagePositionPatient = place(position)
    data.PixelSpacing = [1.25, 1.5]
    data.TriggerTime = 40.0 * phase
    if pixels is not None:
        data.Rows, data.Columns = pixels.shape[-2:]
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated = data.BitsStored = 16
        data.HighBit, data.PixelRepresentation = 15, 0
        data.PixelData = pixels.astype("<u2").tobytes()
    for tag, value in tags.items():
        if value is None:
            delattr(data, tag)
        else:
            setattr(data, tag, value)
    return data


def place(position: float) -> list[float]:
    """Image Position (Patient) of so many slices along the normal."""
    return [round(float(value), 6) for value in np.array([5.0, 6.0, 7.0]) + 8 * position * NORMAL]


def write(folder: Path, name: str, data: Dataset) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data.save_as(folder / name, enforce_file_format=True)
    return folder / name


def picture(seed: int, shape: tuple[int, ...] = (12, 10)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4000, shape).astype(np.uint16)


def encoded(data: Dataset) -> bytes:
    """The file's bytes."""
    buffer = pydicom.filebase.DicomBytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of values that are wrong on purpose
        pydicom.dcmwrite(buffer, data, enforce_file_format=True)
    return buffer.getvalue()


def source(content: Dataset | bytes, name: str = "given/a.dcm") -> Source:
    """A file of that name and content."""
    stored = content if isinstance(content, bytes) else encoded(content)
    return Source(PurePosixPath(name), lambda: stored)


def read(
    files: Iterable[Dataset | bytes | Source],
    answers: Answers = NO_ANSWERS,
    deidentifier: Deidentifier | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> list[Series | FileProblem]:
    """All that the reader yields of the files, in order."""
    reader = DicomFiles(limits, answers, deidentifier)
    for number, file in enumerate(files):
        reader.add(file if isinstance(file, Source) else source(file, f"given/{number}.dcm"))
    return list(reader.series())


def cine(n_positions: int = 3, n_phases: int = 2, first: int = 1, **tags: object) -> list[Dataset]:
    """A stack of slices, each with an identifier and pixels of its own."""
    return [
        dicom(
            picture(first + index),
            position=index // n_phases,
            phase=index % n_phases,
            number=first + index,
            **tags,
        )
        for index in range(n_positions * n_phases)
    ]


def one_series(found: Sequence[Series | FileProblem]) -> Series:
    assert len(found) == 1, found
    assert isinstance(found[0], Series), found[0]
    return found[0]


def only(folder: Path) -> Series:
    return one_series(list(find_series([folder])))


def problem(path: Path) -> str:
    found = [item for item in find_series([path]) if isinstance(item, FileProblem)]
    assert len(found) == 1, found
    assert "\n" not in found[0].message
    return found[0].message
