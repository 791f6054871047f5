"""How fast many DICOM files come in as a run, and how much memory the worker takes for them.

    python -m benchmarks.many_files [FILES] [SIDE]

Makes patients of 12 positions x 25 phases (300 files) in a folder of its own, imports it in this process as a
worker does, and prints files a second and the highest memory, of the process and above its start.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from core import jobs
from core.records import RunKind
from core.settings import settings
from core.store import runs
from core.store.database import open_store

POSITIONS, PHASES = 12, 25


def main() -> None:
    """Make the files, import them, tell."""
    n_files = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    side = int(sys.argv[2]) if len(sys.argv) > 2 else 96
    with tempfile.TemporaryDirectory(prefix="septum-many-") as folder:
        root = Path(folder)
        os.environ |= {"SEPTUM_HOME": str(root / "home"), "SEPTUM_IMPORT_ROOTS": folder}
        settings.cache_clear()
        for patient in range(-(-n_files // (POSITIONS * PHASES))):
            write_patient(root / "files", patient, side)
        measure(root / "files")


def measure(folder: Path) -> None:
    """Import the folder as a worker does."""
    from core.workflow.importing import runs as import_runs

    jobs.start = lambda kind: None  # this process is the worker
    run_id = import_runs.start_folder_import(str(folder))
    start, before = time.monotonic(), peak_mb()
    jobs.work_off(open_store(), RunKind.IMPORT)
    seconds, row = time.monotonic() - start, runs.run_row(open_store(), run_id)
    print(f"{row.state}: {row.message}")
    print(f"{row.total:,} files in {seconds:.1f} s, {row.total / seconds:.0f} files/s")
    print(f"highest memory {peak_mb():.0f} MB, {peak_mb() - before:.0f} MB above the start")


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_patient(folder: Path, number: int, side: int) -> None:
    """One short-axis cine, a file for each position and phase."""
    place = folder / f"patient{number:04}"
    place.mkdir(parents=True)
    random = np.random.default_rng(number)
    data = header(number, side)
    for position in range(POSITIONS):
        for phase in range(PHASES):
            data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            data.ImagePositionPatient = [0, 0, 8.0 * position]
            data.TriggerTime = 40.0 * phase
            data.InstanceNumber = position * PHASES + phase + 1
            data.PixelData = random.integers(0, 900, (side, side)).astype(np.uint16).tobytes()
            data.save_as(place / f"{data.InstanceNumber:04}.dcm", enforce_file_format=True)


def header(number: int, side: int) -> Dataset:
    """What all files of a patient say."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = MRImageStorage
    data.Modality, data.PatientID = "MR", f"p{number:04}"
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = (
        generate_uid() for _ in range(3)
    )
    data.ImageType, data.SeriesDescription = ["ORIGINAL", "PRIMARY", "M"], "cine sax"
    data.Rows = data.Columns = side
    data.PixelSpacing, data.SliceThickness = [1.8, 1.8], 8.0
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, 16, 15
    data.PixelRepresentation, data.SamplesPerPixel = 0, 1
    data.PhotometricInterpretation = "MONOCHROME2"
    return data


if __name__ == "__main__":
    main()
