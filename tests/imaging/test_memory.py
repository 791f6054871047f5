"""Hostile files are refused before they fill the memory; `benchmarks.bombs` tries many more of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imaging.bombs import dicoms, pictures, volumes
from tests.imaging.bombs.measure import Reader, reader

MOST_MB = 300  # above the start
MOST_S = 20  # on the processor

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs Linux's own measure of memory"
)
# Of each kind of trap the smallest: those with tens of megabytes are left to the benchmark.
REFUSED = {
    dicoms: (
        "sixty frames of JPEG 2000",
        "JPEG 2000 that lies",
        "JPEG 2000 of tiles",
        "JPEG 2000 of small precincts",
        "JPEG that lies",
        "JPEG of scans",
        "RLE whose segments are one",
        "deflated, told late",
        "nested",
        "a name of fifteen megabytes",
        "a last frame that is damaged",
    ),
    pictures: (
        "text.png",
        "scans.jpg",
        "pages that share.tif",
        "overlapping.tif",
        "huge tiles.tif",
        "last page damaged.tif",
        "tags.tif",
        "laughs.tif",
    ),
    volumes: (
        "zeros beyond the ratio",
        "cut at the end",
        "no number at the end",
        "five dimensions",
        "mask that is large",
        "mask with a seven at the end",
        "npz that is complex",
        "npz with a mask of nonsense",
        "zip of many",
    ),
}


@pytest.fixture(scope="module")
def process() -> Iterator[Reader]:
    with reader() as started:
        yield started


@pytest.mark.parametrize(
    ("room", "name"), [(room, name) for room, names in REFUSED.items() for name in names]
)
def test_a_hostile_file_is_refused_soon_and_in_bounded_memory(room, name, process, tmp_path):
    room.write(name, tmp_path)
    taken = process.read(tmp_path)
    assert not taken.came_in
    assert taken.told
    assert taken.peak_mb < MOST_MB
    assert taken.seconds < MOST_S


@pytest.mark.parametrize("name", ["zeros", "mask of doubles"])
def test_a_large_volume_that_comes_in_takes_little_more_than_its_pixels(name, process, tmp_path):
    volumes.write(name, tmp_path)
    taken = process.read(tmp_path)
    assert taken.came_in == 1
    # 400 or 100 slices of 512x512: float32, or int16 and a byte for each label; the file's bytes come on top.
    pixels_mb = {"zeros": 400 * 4, "mask of doubles": 100 * (2 + 1)}[name] / 4
    assert taken.peak_mb < 1.3 * pixels_mb + 64
