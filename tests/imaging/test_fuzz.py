"""Changed files of every kind are read, asked about or refused in a sentence; benchmarks.fuzz runs longer."""

import time

import numpy as np
import pytest

from core.imaging.reading import find_series
from core.records.slices import Series
from tests.imaging.changed_files import changed, read, seeds, write
from tests.imaging.originals import HEART, PICTURE, originals

KINDS = originals()
CHANGED = 8  # of each kind
EXACT = [kind for kind in KINDS if kind.startswith(("DICOM", "TIFF")) and kind != "DICOM, deflated"]
MASKED = ("PNG as a mask, sums put right", "NIfTI as a mask", "dataset.json", "npz")


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_of_every_kind_is_read(kind, tmp_path):
    original = KINDS[kind]
    write(tmp_path, original.files(original.content))
    assert read(tmp_path) == ("refused" if kind == "DICOM, deflated" else "read")


@pytest.mark.filterwarnings("ignore::UserWarning")  # of decoders, about what is damaged
@pytest.mark.parametrize("kind", KINDS)
def test_changed_files_are_read_asked_or_refused_in_one_sentence(kind, tmp_path):
    for name, seed in seeds([kind], CHANGED):
        folder = tmp_path / str(seed[-1])
        write(folder, KINDS[name].files(changed(KINDS[name], seed)))
        assert read(folder) in ("read", "asked", "refused")


@pytest.mark.parametrize("kind", EXACT)
def test_pixels_of_good_files_are_those_that_were_written(kind, tmp_path):
    original = KINDS[kind]
    write(tmp_path, original.files(original.content))
    (series,) = find_series([tmp_path])
    assert isinstance(series, Series)
    # Rescaled linearly, and baseline JPEG has lost a little.
    alike = np.corrcoef(series.slices[0].pixels.ravel().astype(float), PICTURE.ravel())[0, 1]
    assert alike > (0.99 if "baseline" in kind else 1 - 1e-9)


@pytest.mark.parametrize("kind", MASKED)
def test_masks_of_good_files_are_those_that_were_written(kind, tmp_path):
    original = KINDS[kind]
    write(tmp_path, original.files(original.content))
    (series,) = find_series([tmp_path])
    assert isinstance(series, Series)
    meant = np.array([0, 3, 1, 2], np.uint8)[HEART] if kind == "dataset.json" else HEART
    assert all(np.array_equal(image.mask, meant) for image in series.slices)


def test_the_same_seed_makes_the_same_files():
    for kind, seed in seeds(KINDS, 2, seed=7):
        assert changed(KINDS[kind], seed) == changed(KINDS[kind], seed)
    assert len({changed(KINDS["PNG"], seed) for _, seed in seeds(["PNG"], 20)}) > 15


def test_a_jpeg_ls_picture_that_was_damaged_is_refused_at_once(tmp_path):
    kind, number = "DICOM, JPEG-LS", 25
    ((_, seed),) = [one for one in seeds([kind], number + 1, seed=15) if one[1][-1] == number]
    write(tmp_path, KINDS[kind].files(changed(KINDS[kind], seed)))
    start = time.process_time()
    assert read(tmp_path) == "refused"
    assert time.process_time() - start < 2  # pydicom's first choice of decoder takes four seconds over it
