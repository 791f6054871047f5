"""Small images and masks in files, and what an import finds behind them."""

import io
import zipfile
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.records.slices import Series

HEART = np.zeros((24, 20), np.uint8)
HEART[4:18, 8:18] = 2
HEART[7:15, 10:16] = 3
HEART[6:16, 3:8] = 1
PIXELS = (HEART * 60 + np.arange(20, dtype=np.uint8)).astype(np.uint8)


def write_png(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, "PNG")
    return path


def write_nifti(path: Path, volume: np.ndarray, zooms: tuple[float, ...] = (1.5, 1.25, 8.0)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nib.Nifti1Image(volume, np.diag([*zooms[: min(volume.ndim, 3)], 1, 1, 1][:4]))
    image.header.set_zooms(zooms[: volume.ndim])
    nib.save(image, path)
    return path


def png_bytes(pixels: np.ndarray = PIXELS) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def only(path: Path, **answers: object) -> Series:
    """The one series behind the path."""
    found = list(find_series([path], **answers))
    assert len(found) == 1, found
    assert isinstance(found[0], Series), found[0]
    return found[0]


def problem(path: Path, **answers: object) -> FileProblem:
    """The one problem behind the path: one sentence that names the file."""
    found = [item for item in find_series([path], **answers) if isinstance(item, FileProblem)]
    assert len(found) == 1, found
    assert path.name in found[0].message
    assert "\n" not in found[0].message
    assert "Traceback" not in found[0].message
    return found[0]
