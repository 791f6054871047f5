"""A file format that is registered comes in with its mask, is written back and scored, with no other line."""

import io

import numpy as np
import pytest

from core.imaging.decode_errors import decoding
from core.imaging.label_values import Numbering, read_labels
from core.imaging.layouts.names import stem
from core.imaging.limits import require_size
from core.imaging.readers import registry
from core.imaging.readers.reader import Content, ImageFile, LabelFile, MasksByIndex, MaskWriter, Reader
from core.labels import Label
from core.limits import Limits
from core.records.slices import Geometry, Status
from core.store.database import open_store
from core.store.masks.masks import newest_version
from core.store.slices.slices import list_slices
from core.workflow.data.export_masks import export_masks
from core.workflow.folder_evaluation.evaluate import evaluate_folders
from core.workflow.importing.attach import attach_masks
from core.workflow.importing.import_files import import_paths
from tests.workflow.small import HEART, PIXELS

pytestmark = pytest.mark.usefixtures("home")
MAGIC = b"NUMBERS\n"


def numbers_in(data: bytes, file: str, limits: Limits) -> np.ndarray:
    with decoding(file, "is no table of numbers", "save it again"):
        numbers = np.loadtxt(io.BytesIO(data.removeprefix(MAGIC)), np.float32, ndmin=2)
    require_size(*numbers.shape, file, limits)
    return numbers


def read_image(data: bytes, file: str, limits: Limits) -> ImageFile:
    pixels = numbers_in(data, file, limits)
    return ImageFile(
        ((0, 0),), pixels.shape, Geometry("numbers", pixels.shape, (1.5, 1.5)), (), lambda: [pixels]
    )


def read_mask(data: bytes, file: str, limits: Limits) -> LabelFile:
    numbers = numbers_in(data, file, limits)

    def labels(numbering: Numbering | None) -> tuple[np.ndarray, list[str]]:
        drawn, notes = read_labels(numbers, file, numbering)
        return drawn[None, None], notes

    return LabelFile(Geometry("numbers", numbers.shape, (1.5, 1.5)), (), labels)


def write_mask(geometry: Geometry, masks: MasksByIndex, stream: io.BufferedIOBase) -> None:
    stream.write(MAGIC)
    np.savetxt(stream, next(iter(masks.values())), "%d")


NUMBERS = Reader(
    "numbers",
    "tables of numbers",
    (".num",),
    Content.PICTURE,
    lambda head, file: head.startswith(MAGIC),
    MaskWriter(".num", write_mask),
    read_image=read_image,
    read_labels=read_mask,
)


def written(path, values):
    with path.open("wb") as file:
        file.write(MAGIC)
        np.savetxt(file, values, "%d")
    return path


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, NUMBERS))


@pytest.fixture
def folder(tmp_path):
    index = tmp_path / "given"
    index.mkdir()
    written(index / "anna7.num", PIXELS)
    written(index / "anna7_mask.num", HEART)
    return index


def test_without_its_reader_the_file_is_refused(folder):
    (result, *_) = import_paths([folder])
    assert result.outcome == "refused"
    assert "expected PNG, JPEG, TIFF, NIfTI, DICOM, NumPy or a zip" in result.message


@pytest.mark.usefixtures("registered")
def test_an_image_comes_in_with_its_mask_and_goes_back_as_it_came(folder, tmp_path):
    (result,) = import_paths([folder])
    assert (result.outcome, result.summary.n_masks) == ("imported", 1)
    (row,) = list_slices(open_store())
    assert row.status is Status.APPROVED
    assert np.array_equal(newest_version(open_store(), row.id).mask, HEART)

    (exported,) = export_masks(tmp_path / "out")
    assert exported.message == "1 mask -> anna7_mask.num"
    assert (tmp_path / "out" / "anna7_mask.num").read_bytes() == (folder / "anna7_mask.num").read_bytes()
    (attached,) = attach_masks(row.series_id, [tmp_path / "out" / "anna7_mask.num"])
    assert "1 mask there already" in attached.message


@pytest.mark.usefixtures("registered")
def test_its_masks_are_scored_and_its_name_is_in_messages(folder, tmp_path):
    predicted = tmp_path / "predicted"
    predicted.mkdir()
    written(predicted / "anna7_mask.num", np.where(HEART == 1, 0, HEART))
    (folder / "anna7.num").unlink()
    (scored,) = evaluate_folders(predicted, folder, tmp_path / "scores.csv").files
    dice = {one.label: one.scores["dice"] for one in scored.whole}
    assert (dice[Label.LEFT_VENTRICLE], dice[Label.RIGHT_VENTRICLE]) == (1.0, 0.0)
    (folder / "b.png").write_bytes(b"no picture")
    refused = next(result for result in import_paths([folder / "b.png"]))
    assert "DICOM, NumPy, tables of numbers or a zip of these" in refused.message


@pytest.mark.usefixtures("registered")
def test_a_table_names_its_images_with_their_ending(folder):
    (folder / "patients.csv").write_text("image,patient,split\nanna7.num,Anna,test\n")
    (result,) = import_paths([folder])
    assert (result.summary.patient, result.summary.split) == ("Anna", "test")


def test_an_ending_with_two_dots_is_taken_off_whole(monkeypatch):
    double = Reader(
        "numbers",
        "numbers",
        (".num.txt",),
        Content.PICTURE,
        NUMBERS.sniff,
        read_image=read_image,
        read_labels=read_mask,
    )
    path = registry.PurePosixPath("a/b.1.num.txt")
    assert stem(path) == "b.1.num"
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, double))
    assert stem(path) == "b.1"


def test_an_ending_without_its_dot_is_refused():
    with pytest.raises(ValueError, match="small letters behind a dot"):
        Reader(
            "n", "N", ("num",), Content.PICTURE, NUMBERS.sniff, read_image=read_image, read_labels=read_mask
        )
