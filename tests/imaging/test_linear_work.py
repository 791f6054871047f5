"""Reading four times as many slices or files takes about four times the work, whatever the format."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from core.imaging.cases.image_file import read_image_file
from core.imaging.files.sources import Source
from core.imaging.reading import find_series
from core.limits import Limits
from tests.imaging.bombs.dicoms import image, saved
from tests.imaging.small import write_nifti, write_png

FEW, MANY = 150, 600
MOST_TIMES = 8  # as long; four would be linear, sixteen quadratic


def planes(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(5, 200, (count, 16, 16), np.uint8)


def nifti(folder: Path, count: int) -> None:
    write_nifti(folder / "a.nii", planes(count).T.astype(np.int16))


def npy(folder: Path, count: int) -> None:
    np.save(folder / "a.npy", planes(count))


def tiff(folder: Path, count: int) -> None:
    tifffile.imwrite(folder / "a.tif", planes(count), photometric="minisblack", metadata=None)


def deflated_tiff(folder: Path, count: int) -> None:
    tifffile.imwrite(
        folder / "a.tif", planes(count), photometric="minisblack", metadata=None, compression="zlib"
    )


def frames(folder: Path, count: int) -> None:
    data = image(16, 8, count)
    data.PixelData = planes(count).tobytes()
    (folder / "a.dcm").write_bytes(saved(data))


def files(folder: Path, count: int) -> None:
    for number, plane in enumerate(planes(count)):
        data = image(16)
        data.SOPInstanceUID, data.InstanceNumber = f"1.2.3.{number}", number
        data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 8.0 * number]
        data.PixelData = plane.tobytes()
        (folder / f"{number}.dcm").write_bytes(saved(data))


def series(folder: Path, count: int) -> None:
    """One position in each, which are joined."""
    for number, plane in enumerate(planes(count)):
        data = image(16)
        data.SOPInstanceUID, data.SeriesInstanceUID = f"1.2.3.{number}", f"1.2.4.{number}"
        data.FrameOfReferenceUID = "1.2.5"
        data.ImageOrientationPatient, data.ImagePositionPatient = [1, 0, 0, 0, 1, 0], [0, 0, 8.0 * number]
        data.PixelData = plane.tobytes()
        (folder / f"{number}.dcm").write_bytes(saved(data))


def pictures(folder: Path, count: int) -> None:
    rows = []
    for number, plane in enumerate(planes(count)):
        write_png(folder / f"case{number}x.png", plane)
        rows.append(f"case{number}x,p{number},1.5\n")
    (folder / "slices.csv").write_text("image,patient,spacing\n" + "".join(rows))


WRITERS = (nifti, npy, tiff, deflated_tiff, frames, files, series, pictures)


@pytest.mark.parametrize("write", WRITERS)
def test_four_times_as_many_slices_take_about_four_times_as_long(write, tmp_path):
    few, many = (seconds(tmp_path / str(count), write, count) for count in (FEW, MANY))
    assert many < MOST_TIMES * max(few, 0.02)


def seconds(folder: Path, write: Callable[[Path, int], None], count: int) -> float:
    """On the processor, the best of two."""
    folder.mkdir()
    write(folder, count)
    taken = []
    for _ in range(2):
        start = time.process_time()
        found = list(find_series([folder]))
        taken.append(time.process_time() - start)
    assert found
    return min(taken)


@pytest.mark.parametrize(("axis", "zooms"), [(2, (1.5, 1.5, 8.0)), (0, (8.0, 1.5, 1.5))])
def test_slices_of_a_volume_take_no_more_memory_than_it_does(axis, zooms, tmp_path):
    shape = [40, 40, 40]
    shape[axis] = 12
    path = write_nifti(tmp_path / "a.nii", np.ones(shape, np.int16), zooms)
    source = Source(path, path.read_bytes)
    found = read_image_file(source, Limits()).planes()
    owners = {id(plane.base) if plane.base is not None else id(plane): plane for plane in found}
    held = sum((plane.base if plane.base is not None else plane).nbytes for plane in owners.values())
    assert len(found) == 12
    assert held == np.prod(shape) * 2
