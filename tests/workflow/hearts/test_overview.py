"""All slices of a heart at a glance: what is known of each, and small pictures, and small masks."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor

from core.labels import COLOURS, Label
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_version, save_version
from core.store.series.series import add_series
from core.workflow.hearts.overview import masks, pictures
from core.workflow.hearts.overview.cells import HeartOverview, heart_overview
from core.workflow.hearts.overview.kept import Kept
from core.workflow.hearts.overview.masks import COLUMNS, mask_parts, mask_sheet, square_of
from core.workflow.hearts.overview.pictures import picture_sheet
from core.workflow.hearts.overview.small import Box, Square, part_of, small_mask, small_picture, square_around
from tests.workflow.hearts.phantom_files import ED, ES, N_PHASES, N_POSITIONS, SIZE, heart

LV = Label.LEFT_VENTRICLE
SIDE = 16


@pytest.fixture
def series_id(home: object) -> int:
    """A phantom in the store of this test, from which nothing is kept yet."""
    return add_series(open_store(), replace(heart(), patient="p1")).series_id


def drawn_on(overview: HeartOverview, number: int, mask: np.ndarray, seq: int = 1) -> int:
    """Strokes of Ann that are no version yet; returns the slice."""
    row = overview.cells[number].row
    parent = newest_version(open_store(), row.id).id
    save_draft(open_store(), row.id, "ann", mask, parent_id=parent, seq=seq, tab="tab")
    return row.id


def test_every_slice_is_there_from_base_to_apex_with_its_areas_and_ed_and_es_are_named(series_id):
    overview = heart_overview(series_id, "ann")
    places = [(cell.row.from_base, cell.row.phase) for cell in overview.cells]
    assert places == [(place, phase) for place in range(N_POSITIONS) for phase in range(N_PHASES)]
    assert (overview.moments.ed.phase, overview.moments.es.phase) == (ED, ES)
    assert overview.pixel_mm2 == 2.5 * 2.5
    truth = {(item.position, item.phase): item.mask for item in heart().slices}
    for cell in overview.cells:
        expected = np.bincount(truth[cell.row.position, cell.row.phase].ravel(), minlength=4)
        assert cell.pixels == tuple(expected)
        assert cell.row.status == Status.APPROVED
        assert not cell.is_changed


def test_a_readers_own_strokes_count_for_that_reader_alone(series_id):
    before = heart_overview(series_id, "ann")
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[20:30, 20:40] = LV
    number = drawn_on(before, 3, mask)
    mine, theirs = heart_overview(series_id, "ann"), heart_overview(series_id, "bob")
    assert mine.cells[3].pixels == (SIZE * SIZE - 200, 0, 0, 200)
    assert (mine.cells[3].has_strokes, mine.cells[3].seen.strokes.seq) == (True, 1)
    assert mine.cells[3].is_changed
    assert theirs.cells[3].pixels == before.cells[3].pixels
    assert np.array_equal(mask_parts(mine)[number].labels, np.full((10, 20), LV))
    assert mask_parts(theirs)[number].labels.shape != (10, 20)


def test_a_slice_without_a_mask_has_no_area_and_no_small_mask(home):
    series = replace(heart(), slices=tuple(replace(item, mask=None) for item in heart().slices))
    overview = heart_overview(add_series(open_store(), series).series_id, "")
    assert {cell.pixels for cell in overview.cells} == {None}
    parts = mask_parts(overview)
    assert parts == {}
    assert square_of(overview, parts) == Square(0, 0, SIZE)


def test_only_masks_in_a_new_state_are_read(series_id, monkeypatch):
    asked = []
    read = masks.read_masks
    monkeypatch.setattr(
        masks,
        "read_masks",
        lambda store, cells, reader: asked.append(len(cells)) or read(store, cells, reader),
    )
    overview = heart_overview(series_id, "ann")
    mask_parts(overview)
    mask_parts(heart_overview(series_id, "bob"))
    drawn_on(overview, 0, np.full((SIZE, SIZE), LV, np.uint8))
    parent = newest_version(open_store(), overview.cells[1].row.id).id
    mask = np.zeros((SIZE, SIZE), np.uint8)
    save_version(
        open_store(), overview.cells[1].row.id, mask, origin=Origin.READER, author="bob", parent_id=parent
    )
    after = heart_overview(series_id, "ann")
    parts = mask_parts(after)
    assert asked == [N_POSITIONS * N_PHASES, 0, 2]
    assert parts[after.cells[0].row.id].box == Box(0, 0, SIZE, SIZE)
    assert parts[after.cells[1].row.id] is None


def test_the_part_that_is_shown_stays_until_a_mask_does_not_fit_in(series_id):
    overview = heart_overview(series_id, "ann")
    first = square_of(overview, mask_parts(overview))
    assert LV in small_mask(mask_parts(overview)[overview.cells[0].row.id], first, SIDE)
    inside = np.zeros((SIZE, SIZE), np.uint8)
    inside[first.top + 1, first.left + 1] = LV
    drawn_on(overview, 0, inside)
    overview = heart_overview(series_id, "ann")
    assert square_of(overview, mask_parts(overview)) == first
    inside[0, 0] = LV
    drawn_on(overview, 0, inside, seq=2)
    overview = heart_overview(series_id, "ann")
    larger = square_of(overview, mask_parts(overview))
    assert larger.holds(Box(0, 0, 1, 1))
    assert larger.side > first.side


def test_pictures_are_read_once_and_stand_at_the_places_of_their_slices(series_id, monkeypatch):
    overview = heart_overview(series_id, "ann")
    read = []
    small = pictures.read_small
    monkeypatch.setattr(pictures, "read_small", lambda *args: read.append(args[1].id) or small(*args))
    square = Square(0, 0, SIZE)
    data = picture_sheet(overview, square, SIDE)
    assert picture_sheet(heart_overview(series_id, "bob"), square, SIDE) is data
    assert len(read) == N_POSITIONS * N_PHASES
    sheet = np.asarray(Image.open(io.BytesIO(data)).convert("L")).astype(int)
    assert sheet.shape == (N_POSITIONS * SIDE, N_PHASES * SIDE)
    for item in heart().slices[:: N_PHASES + 1]:
        top, left = item.position * SIDE, item.phase * SIDE
        shown = sheet[top : top + SIDE, left : left + SIDE].ravel()
        assert np.corrcoef(shown, small_picture(item.pixels, square, SIDE).ravel())[0, 1] > 0.9


def test_a_picture_that_cannot_be_read_is_black_and_is_tried_again(series_id):
    overview = heart_overview(series_id, "ann")
    store, square = open_store(), Square(1, 1, SIZE)  # of which nothing is kept
    lost = store.arrays.path(overview.cells[0].row.image_sha256)
    kept = lost.read_bytes()
    lost.unlink()
    sheet = np.asarray(Image.open(io.BytesIO(picture_sheet(overview, square, SIDE))))
    assert sheet[:SIDE, :SIDE].max() < 12  # but for what a JPEG makes of it
    assert sheet[:SIDE, SIDE : 2 * SIDE].max() > 100
    lost.write_bytes(kept)
    sheet = np.asarray(Image.open(io.BytesIO(picture_sheet(overview, square, SIDE))))
    assert sheet[:SIDE, :SIDE].max() > 100


def test_a_sheet_of_masks_has_the_colours_of_the_labels_and_no_background():
    one = np.zeros((40, 40), np.uint8)
    one[10:30, 10:30] = LV
    parts = [None] * COLUMNS + [part_of(one)]
    sheet = Image.open(io.BytesIO(mask_sheet(parts, Square(0, 0, 40), 8))).convert("RGBA")
    assert sheet.size == (8 * COLUMNS, 16)
    assert sheet.getpixel((4, 12)) == (*ImageColor.getrgb(COLOURS[LV]), 255)
    assert sheet.getpixel((0, 8))[3] == sheet.getpixel((4, 4))[3] == 0
    assert Image.open(io.BytesIO(mask_sheet([], Square(0, 0, 40), 8))).size == (8, 8)


def test_what_lies_beyond_the_slice_is_dark_and_without_a_label():
    pixels = np.arange(1, 101, dtype=np.uint16).reshape(10, 10)
    square = square_around([Box(0, 0, 2, 2)], (40, 40))
    assert square.top < 0
    shown = small_picture(pixels, square, square.side)
    assert shown[0, 0] == 1
    assert np.array_equal(shown[-square.top :, -square.left :][:10, :10], pixels)
    mask = np.full((10, 10), LV, np.uint8)
    shown = small_mask(part_of(mask), square, square.side)
    assert (shown == LV).sum() == 100
    assert shown[-square.top, -square.left] == LV


def test_what_was_used_longest_ago_goes_first():
    kept = Kept(10, len)
    kept.put("a", b"1234")
    kept.put("b", b"1234")
    assert kept.get("a") == b"1234"
    kept.put("c", b"1234")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"1234", None, b"1234")
    kept.put("c", b"123456")
    assert (kept.get("a"), kept.get("c")) == (b"1234", b"123456")
    assert kept.put("a", bytes(11)) == bytes(11)
    assert (kept.get("a"), kept.get("c")) == (None, b"123456")
