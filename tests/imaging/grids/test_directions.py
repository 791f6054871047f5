"""Which way a stack runs, as far as its file knows."""

import nibabel as nib
import numpy as np
import pytest

from core.imaging.grids.directions import directions_of
from core.records.slices import Geometry


def unit(*values):
    return np.array(values) / np.linalg.norm(values)


ONWARD = unit(-0.6, 0.55, -0.58)
ACROSS = np.cross(ONWARD, unit(0, 0.7, 0.7))
ACROSS /= np.linalg.norm(ACROSS)
DOWN = np.cross(ONWARD, ACROSS)


def affine(columns=ACROSS, rows=DOWN, slices=ONWARD, sizes=(1.5, 1.5, 8.0)):
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([columns, rows, slices], axis=1) * sizes
    return matrix


def geometry(matrix, header=b"", slice_axis=2):
    listed = None if matrix is None else tuple(tuple(map(float, row)) for row in matrix)
    return Geometry("dicom", (100, 90, 10, 20), (1.5, 1.5), 8.0, listed, slice_axis, header)


def test_rows_columns_and_positions_are_told_apart():
    found = directions_of(geometry(affine()))
    assert found is not None
    assert found.across == pytest.approx(tuple(ACROSS))
    assert found.down == pytest.approx(tuple(DOWN))
    assert found.onward == pytest.approx(tuple(ONWARD))


def test_slices_along_the_first_axis_of_the_file_are_known_too():
    found = directions_of(geometry(affine(ONWARD, ACROSS, DOWN, (8.0, 1.5, 1.5)), slice_axis=0))
    assert found is not None
    assert found.onward == pytest.approx(tuple(ONWARD))
    # What of a slice runs down is its last axis, as it is shown.
    assert found.down == pytest.approx(tuple(DOWN))
    assert found.across == pytest.approx(tuple(ACROSS))


def test_what_knows_no_place_has_no_directions():
    assert directions_of(geometry(None)) is None


@pytest.mark.parametrize("degrees", [0, 6])
def test_no_short_axis_lies_straight_in_the_scanner(degrees):
    turn = np.radians(degrees)
    slices = np.array([np.sin(turn), 0, np.cos(turn)])
    rows = np.array([0.0, 1, 0])
    assert directions_of(geometry(affine(np.cross(rows, slices), rows, slices))) is None


def test_a_file_that_contradicts_itself_has_none():
    header = nib.Nifti1Header()
    header.set_sform(affine(), 1)
    header.set_qform(affine(), 1)
    agreeing = directions_of(geometry(affine(), bytes(header.binaryblock)))
    assert agreeing is not None
    assert agreeing.across == pytest.approx(tuple(ACROSS), abs=1e-5)
    header.set_qform(affine(-ACROSS, -DOWN), 1)
    assert directions_of(geometry(affine(), bytes(header.binaryblock))) is None
