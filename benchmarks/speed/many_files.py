"""How fast many DICOM files come in as a run, and how much memory the worker takes for them.

    python -m benchmarks.speed.many_files [FILES] [SIDE]

Makes patients of 12 positions x 25 phases (300 files) in a folder of its own, imports it in this process as a
worker does, and prints files a second and the highest memory, of the process and above its start.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from core.jobs import process
from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.settings import settings
from core.store.database import open_store
from core.store.runs import runs

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
    from core.workflow.import_runs import runs as import_runs

    process.spawn_worker = lambda kind: None  # this process is the worker
    run_id = import_runs.start_folder_import(str(folder))
    start, before = time.monotonic(), peak_mb()
    drain_queue(open_store(), RunKind.IMPORT)
    seconds, row = time.monotonic() - start, runs.run_row(open_store(), run_id)
    print(f"{row.state}: {row.message}")
    print(f"{row.total:,} files in {seconds:.1f} s, {row.total / seconds:.0f} files/s")
    print(f"highest memory {peak_mb():.0f} MB, {peak_mb() - before:.0f} MB above the start")


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_patient(folder: Path, number: int, side: int) -> None:
    """One short-axis cine, a file for each position and phase."""
    folder = folder / f"patient{number:04}"
    folder.mkdir(parents=True)
    random = np.random.default_rng(number)
    data = header(number, side)
    for position in range(POSITIONS):
        for phase in range(PHASES):
            uid, instance = generate_uid(), position * PHASES + phase + 1
            own = {
                "SOPInstanceUID": uid,
                "ImagePositionPatient": [0, 0, 8.0 * position],
                "TriggerTime": 40.0 * phase,
                "InstanceNumber": instance,
                "PixelData": random.integers(0, 900, (side, side)).astype(np.uint16).tobytes(),
            }
            fill(data, own)
            fill(data.file_meta, {"MediaStorageSOPInstanceUID": uid})
            data.save_as(folder / f"{instance:04}.dcm", enforce_file_format=True)


def header(number: int, side: int) -> Dataset:
    """Return what all files of a patient say."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    meta = {"TransferSyntaxUID": ExplicitVRLittleEndian, "MediaStorageSOPClassUID": MRImageStorage}
    fill(data.file_meta, meta)
    uids = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
    fill(data, {keyword: generate_uid() for keyword in uids})
    common = {
        "SOPClassUID": MRImageStorage,
        "Modality": "MR",
        "PatientID": f"p{number:04}",
        "ImageType": ["ORIGINAL", "PRIMARY", "M"],
        "SeriesDescription": "cine sax",
        "Rows": side,
        "Columns": side,
        "PixelSpacing": [1.8, 1.8],
        "SliceThickness": 8.0,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
    }
    fill(data, common)
    return data


def fill(data: Dataset, values: Mapping[str, object]) -> None:
    """Set elements by their DICOM keywords."""
    for keyword, value in values.items():
        setattr(data, keyword, value)


if __name__ == "__main__":
    main()
