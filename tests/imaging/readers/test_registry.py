"""The registry knows files by their bytes, names by their endings, and who writes masks of which geometry."""

import io
from pathlib import PurePosixPath

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.imaging.readers import registry
from core.imaging.readers.dicom import DICOM
from core.imaging.readers.reader import Content, MaskUse
from core.imaging.readers.registry import (
    FORMATS,
    content_by_name,
    is_picture,
    is_single_plane,
    is_volume,
    listed_masks,
    reader_for,
    writer_for,
)
from core.records.slices import Geometry


def picture(kind: str) -> bytes:
    data = io.BytesIO()
    Image.fromarray(np.zeros((4, 5), np.uint8)).save(data, kind)
    return data.getvalue()


def arrays(**named: np.ndarray) -> bytes:
    data = io.BytesIO()
    np.savez(data, **named) if named else np.save(data, np.zeros((4, 5)))
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "file", "key"),
    [
        (picture("PNG"), "a.jpg", "png"),
        (picture("JPEG"), "a", "jpeg"),
        (picture("TIFF"), "a.png", "tiff"),
        (nib.Nifti1Image(np.zeros((4, 5)), np.eye(4)).to_bytes(), "a", "nifti"),
        (arrays(), "a.png", "npy"),
        (arrays(image=np.zeros((4, 5))), "a.npz", "npy"),
        (arrays(image=np.zeros((4, 5))), "a.zip", None),
        (bytes(128) + b"DICM" + bytes(400), "a.dcm", None),
        (b"a letter", "a.png", None),
    ],
)
def test_a_file_is_known_by_its_bytes(data, file, key):
    reader = reader_for(data, file)
    assert (reader.key if reader else None) == key


def test_dicom_is_a_format_whose_files_are_read_together():
    assert DICOM.sniff(bytes(128) + b"DICM", "a")
    assert DICOM in FORMATS
    assert content_by_name(PurePosixPath("a.dcm")) is None


def test_names_tell_what_a_file_holds():
    names = ("a.nii.gz", "a.NII", "a.tif", "a.npz", "a.csv")
    kinds = [content_by_name(PurePosixPath(name)) for name in names]
    assert kinds == [Content.VOLUME, Content.VOLUME, Content.PICTURE, Content.ARRAY, None]


@pytest.mark.parametrize(
    ("geometry", "ending"),
    [
        (Geometry("png", (4, 5), None), ".png"),
        (Geometry("tiff", (5, 4, 3, 1), None), ".nii.gz"),
        (Geometry("npy", (1, 4, 5), None), ".png"),
        (Geometry("npy", (3, 4, 5), None), ".nii.gz"),
        (Geometry("nifti", (4, 5), None), ".nii.gz"),
        (Geometry("dicom", (4, 5, 1, 1), None), ".nii.gz"),
        (Geometry("a format of another day", (4, 5), None), ".png"),
    ],
)
def test_masks_go_back_the_way_that_suits_the_geometry(geometry, ending):
    assert writer_for(geometry).ending == ending


def test_geometries_of_unknown_formats_are_neither_volume_nor_picture():
    unknown = Geometry("a format of another day", (4, 5), None)
    assert (is_volume(unknown), is_picture(unknown), is_single_plane(unknown)) == (False, False, True)


def test_keys_titles_and_endings_are_those_of_one_format_alone():
    for values in ([one.key for one in FORMATS], [one.title for one in FORMATS], registry.image_endings()):
        assert len(set(values)) == len(values)


def test_masks_that_are_asked_for_are_those_in_which_labels_survive():
    assert listed_masks(MaskUse.UNFIT) == ["JPEG"]
    assert listed_masks(MaskUse.SCORED, MaskUse.IMPORTED) == ["PNG", "TIFF", "NIfTI", "NumPy"]
