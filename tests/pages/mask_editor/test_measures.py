"""Lengths, areas, intensities and windows that the editor shows, against NumPy."""

import math

import numpy as np
import pytest

from tests.in_node import in_node

SPACING = [2.0, 1.5]  # mm a row, mm a column
PIXELS = np.random.default_rng(5).integers(0, 900, (24, 32))
ROWS, COLUMNS = np.mgrid[:24, :32] + 0.5
MEASURES = """
import * as measures from "./measure/measures.js";
const slice = { ...given.slice, pixels: Float32Array.from(given.slice.pixels) };
"""


def measured(kind: str, points: list[tuple[float, float]], spacing: list[float] | None = SPACING) -> str:
    """What stands beside a figure."""
    slice_ = {"width": 32, "height": 24, "spacing": spacing, "pixels": PIXELS.ravel().tolist()}
    corners = [{"x": x, "y": y} for x, y in points]
    given = {"slice": slice_, "figure": {"kind": kind, "points": corners}}
    answer = in_node(f"{MEASURES} const answer = measures.measured(given.figure, slice);", given)
    assert isinstance(answer, str)
    return answer


@pytest.mark.parametrize(
    ("to", "spacing", "expected"),
    [
        ((14, 4), SPACING, "15.0 mm"),
        ((4, 14), SPACING, "20.0 mm"),
        ((8, 7), SPACING, f"{math.hypot(4 * 1.5, 3 * 2):.1f} mm"),
        ((8, 7), None, "5.0 px"),
    ],
    ids=["along a row", "along a column", "across", "unknown spacing"],
)
def test_a_length_counts_each_side_of_a_pixel_by_its_own_millimetres(to, spacing, expected):
    assert measured("line", [(4, 4), to], spacing) == expected


@pytest.mark.parametrize(
    "points", [[(4.2, 3.1), (20.7, 15.9)], [(20.7, 15.9), (4.2, 3.1)], [(-5, -5), (12, 40)]]
)
def test_an_ellipse_has_its_area_and_the_pixels_whose_centre_it_holds(points):
    (x0, y0), (x1, y1) = points
    inside = ((COLUMNS - (x0 + x1) / 2) / (x1 - x0)) ** 2 + ((ROWS - (y0 + y1) / 2) / (y1 - y0)) ** 2 <= 0.25
    area = math.pi / 4 * abs((x1 - x0) * (y1 - y0)) * 3
    values = PIXELS[inside]
    assert measured("ellipse", points) == f"{area:.0f} mm², mean {values.mean():.1f}, SD {values.std():.1f}"


def test_a_polygon_has_the_area_of_its_corners():
    corners = [(2, 2), (12, 2), (12, 12), (2, 12)]
    values = PIXELS[2:12, 2:12]
    assert measured("polygon", corners) == f"300 mm², mean {values.mean():.1f}, SD {values.std():.1f}"
    assert measured("polygon", corners[::-1], None).startswith("100 px², mean")
    assert measured("polygon", [(2, 2), (12, 2), (2, 12)]).startswith("150 mm²")


def test_an_outline_that_crosses_itself_has_no_area_and_one_without_a_pixel_no_mean():
    assert "crosses itself" in measured("polygon", [(2, 2), (12, 12), (12, 2), (2, 12)])
    assert measured("ellipse", [(2.6, 2.6), (2.9, 2.9)]) == "0.2 mm², no pixel inside"


@pytest.mark.parametrize("spacing", [SPACING, None])
def test_a_label_is_measured_as_a_whole(spacing):
    mask = np.zeros((24, 32), int)
    mask[3:9, 4:20] = 2
    mask[15:17, 25:27] = 2
    mask[20, 20] = 1
    slice_ = {"width": 32, "height": 24, "spacing": spacing, "pixels": PIXELS.ravel().tolist()}
    given = {"slice": slice_, "mask": mask.ravel().tolist()}
    values = PIXELS[mask == 2]
    size = f"{values.size * 3} mm²" if spacing else f"{values.size} px²"
    answer = in_node(f"{MEASURES} const answer = measures.measuredLabel(2, given.mask, slice);", given)
    assert answer == f"{size}, mean {values.mean():.1f}, SD {values.std():.1f}"


def windows(pixels: np.ndarray, mask: np.ndarray) -> dict[str, dict[str, float]]:
    """All windows with a name."""
    script = """
        import { WINDOWS, namedWindow } from "./view/window_level.js";
        const slice = { pixels: Float32Array.from(given.pixels), width: given.width };
        const names = Object.keys(WINDOWS);
        const answer = Object.fromEntries(names.map((name) => [name, namedWindow(name, slice, given.mask)]));
    """
    given = {"pixels": pixels.ravel().tolist(), "width": pixels.shape[1], "mask": mask.ravel().tolist()}
    answer = in_node(script, given)
    assert isinstance(answer, dict)
    return answer


def test_windows_are_shares_of_the_slices_own_greys():
    pixels = np.arange(101 * 20).reshape(20, 101) / 20.0  # 0 to about 101, evenly
    mask = np.zeros(pixels.shape, int)
    mask[5:8, 10:20] = 3
    found = windows(pixels, mask)
    top = pixels.max()
    assert (found["full"]["low"], found["full"]["high"]) == (0, pytest.approx(top))
    for name, low, high in (("automatic", 1, 99), ("blood", 50, 99.9), ("wall", 1, 85)):
        ends = [found[name]["low"], found[name]["high"]]
        assert ends == pytest.approx([top * low / 100, top * high / 100], abs=0.1)
    widths = {name: window["high"] - window["low"] for name, window in found.items()}
    assert widths["soft"] == pytest.approx(1.5 * widths["automatic"])
    inside = pixels[5:8, 10:20]
    assert found["labels"]["low"] == pytest.approx(inside.min(), abs=0.2)
    assert found["labels"]["high"] == pytest.approx(inside.max(), abs=0.2)


def test_a_flat_slice_and_one_without_a_label_have_windows_too():
    flat = windows(np.full((6, 6), 7.0), np.zeros((6, 6), int))
    assert all(window["high"] > window["low"] for window in flat.values())
    assert flat["labels"] == flat["automatic"]
