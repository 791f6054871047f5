"""Nothing of an image is unpacked before everything else about it is known to be right."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from core.imaging.cases import case
from core.imaging.problems import FileProblem
from core.imaging.readers.nifti.voxels import Voxels
from core.imaging.reading import find_series
from core.records.slices import Series
from tests.imaging.small import HEART, PIXELS, write_nifti

IMAGE = np.stack([PIXELS.T] * 3, axis=-1).astype(np.int16)
MASK = np.stack([HEART.T] * 3, axis=-1)


@pytest.fixture
def unpacked(monkeypatch) -> list[str]:
    """The volumes that were unpacked."""
    names: list[str] = []
    read = Voxels.read

    def told(self: Voxels) -> np.ndarray:
        names.append(self._file)
        return read(self)

    monkeypatch.setattr(Voxels, "read", told)
    monkeypatch.setattr(case, "MANY_VOXELS", 100)
    return names


def test_a_good_image_with_its_mask_is_unpacked_once(unpacked, tmp_path):
    write_nifti(tmp_path / "a.nii", IMAGE)
    write_nifti(tmp_path / "a_mask.nii", MASK)
    assert [type(one) for one in find_series([tmp_path])] == [Series]
    assert unpacked == ["a.nii"]


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.where(MASK == 3, 7, MASK), "label 7"),
        (MASK[:-2], "does not lie on the grid"),
        (MASK[..., None].repeat(2, axis=3), "phase"),
        (np.array([0, 3, 2, 1], np.uint8)[MASK], "the other way round"),
    ],
)
def test_an_image_whose_mask_is_refused_is_not_unpacked(mask, words, unpacked, tmp_path):
    write_nifti(tmp_path / "a.nii", IMAGE)
    write_nifti(tmp_path / "a_mask.nii", mask.astype(np.uint8), (1.5, 1.25, 8.0, 1.0))
    (problem,) = find_series([tmp_path])
    assert isinstance(problem, FileProblem)
    assert words in problem.message
    assert unpacked == []


def test_an_image_without_a_pixel_size_is_not_unpacked(unpacked, tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.zeros((200, 200, 3), np.int16))
    raw = bytearray(path.read_bytes())
    raw[80:92] = bytes(12)  # pixdim
    path.write_bytes(raw)
    (problem,) = find_series([tmp_path])
    assert isinstance(problem, FileProblem)
    assert problem.question
    assert unpacked == []


def write_cine(path: Path, phases: np.ndarray) -> None:
    """A TIFF of ImageJ with phases (phases, positions, height, width)."""
    tifffile.imwrite(path, phases, imagej=True, metadata={"axes": "TZYX"})


def test_a_cine_of_pages_takes_the_mask_of_all_its_phases(tmp_path):
    write_cine(tmp_path / "a.tif", np.stack([[PIXELS, PIXELS]] * 3).astype(np.uint16))
    masks = np.stack([[HEART, HEART], [np.zeros_like(HEART)] * 2, [HEART, HEART]])
    write_cine(tmp_path / "a_mask.tif", masks)
    (series,) = find_series([tmp_path])
    assert isinstance(series, Series)
    drawn = {(image.position, image.phase) for image in series.slices if image.mask is not None}
    assert drawn == {(0, 0), (1, 0), (0, 2), (1, 2)}
    assert any("drawn at phase 1, 3 of 3 alone" in note for note in series.notes)


def test_a_mask_of_one_phase_of_a_cine_of_pages_is_asked_for_its_phase(tmp_path):
    write_cine(tmp_path / "a.tif", np.stack([[PIXELS, PIXELS]] * 3).astype(np.uint16))
    write_cine(tmp_path / "a_mask.tif", np.stack([[HEART, HEART]]))
    (problem,) = find_series([tmp_path])
    assert isinstance(problem, FileProblem)
    assert "has 1 phase(s) but a.tif has 3; name the mask after the phase" in problem.message
