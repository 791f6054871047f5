"""Geometry and files as text: read back as they were, also from rows that the first release wrote."""

import base64
import json
import math

import pytest

from core.records.slices import Geometry, SourceFile
from core.store.codec import files_from_json, files_to_json, geometry_from_json, geometry_to_json

EVERY_BYTE = bytes(range(256))  # among them those that the two alphabets of base64 write differently
FULL = Geometry(
    "nifti",
    (5, 6, 2, 3),
    (1.5, 1.25),
    8.0,
    affine=((1.5, 0.0, 0.0, -3.25), (0.0, 1.25, 0.0, 1e-9), (0.0, 0.0, 8.0, 7.0), (0.0, 0.0, 0.0, 1.0)),
    slice_axis=1,
    header=EVERY_BYTE,
    slice_indices=(0, 2),
)
OLD_FULL = json.dumps(  # letter for letter as the first releases wrote it
    {
        "affine": [
            [1.5, 0.0, 0.0, -3.25],
            [0.0, 1.25, 0.0, 1e-9],
            [0.0, 0.0, 8.0, 7.0],
            [0.0, 0.0, 0.0, 1.0],
        ],
        "format": "nifti",
        "header": base64.b64encode(EVERY_BYTE).decode(),
        "shape": [5, 6, 2, 3],
        "slice_axis": 1,
        "slice_distance_mm": 8.0,
        "slice_indices": [0, 2],
        "spacing_mm": [1.5, 1.25],
    }
)
BARE = Geometry("png", (96, 96), None)


@pytest.mark.parametrize("geometry", [FULL, BARE])
def test_a_geometry_comes_back_as_it_was(geometry):
    assert geometry_from_json(geometry_to_json(geometry)) == geometry


def test_a_geometry_of_an_older_store_is_read_byte_for_byte():
    assert "+" in OLD_FULL
    assert "/" in OLD_FULL
    assert geometry_from_json(OLD_FULL) == FULL


def test_what_an_older_geometry_did_not_know_yet_is_empty():
    old = '{"affine": null, "format": "png", "header": "", "shape": [96, 96], "slice_axis": 2, '
    assert geometry_from_json(old + '"slice_distance_mm": null, "spacing_mm": null}') == BARE


def test_the_sources_lists_stay_what_those_who_read_one_value_expect():
    values = json.loads(geometry_to_json(FULL))
    assert (values["spacing_mm"], values["slice_distance_mm"]) == ([1.5, 1.25], 8.0)
    assert json.loads(geometry_to_json(BARE))["spacing_mm"] is None


def test_a_number_that_is_none_comes_back_as_such():
    affine = ((math.nan, math.inf, 0.0, 0.0),) * 4
    read = geometry_from_json(geometry_to_json(Geometry("nifti", (5, 6), None, affine=affine)))
    assert repr(read.affine) == repr(affine)


def test_files_come_back_as_they_were_also_from_an_older_store():
    files = (SourceFile("anna_ed.nii.gz", FULL, (0,)), SourceFile("anna_es.nii.gz", BARE, (1, 2)))
    assert files_from_json(files_to_json(files)) == files
    old = f'[{{"name": "anna_ed.nii.gz", "geometry": {OLD_FULL}, "phases": [0]}}]'
    assert files_from_json(old) == files[:1]
    assert files_from_json("[]") == ()
