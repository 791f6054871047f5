"""Nothing of an image is unpacked before everything else about it is known to be right."""

import numpy as np
import pytest

from core.imaging.cases import case
from core.imaging.found import FileProblem
from core.imaging.readers.nifti_voxels import Voxels
from core.imaging.reading import find_series
from core.records import Series
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
