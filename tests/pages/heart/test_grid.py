"""The grid of a heart: what its script is told, what is sent when, and where its keys lead to."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from core.labels import Label
from core.records.orientation import BaseEnd
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_version
from core.store.series.series import add_series
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices, save_worth
from core.workflow.hearts.overview.cells import heart_overview
from core.workflow.hearts.overview.small import Square
from pages.shared.heart.grid import sending
from pages.shared.heart.grid.assets import FOLDER, GRID, SENT, joined
from pages.shared.heart.grid.rows import grid_data
from tests.in_node import in_node
from tests.workflow.hearts.phantom_files import N_PHASES, N_POSITIONS, heart

PAGE = "pages/3_Heart.py"
SQUARE = Square(0, 0, 64)


@pytest.fixture
def series_id(home: object) -> int:
    """A phantom of 5 positions and 8 phases."""
    return add_series(open_store(), replace(heart(), patient="p1")).series_id


def told(series_id: int) -> dict[str, object]:
    """What the script is told, as it hears it."""
    overview = heart_overview(series_id, "ann")
    return json.loads(json.dumps(grid_data(overview, SQUARE, overview.cells[0].row.id)))


def test_rows_go_from_base_to_apex_and_columns_name_ed_and_es(series_id):
    data = told(series_id)
    assert [len(row["cells"]) for row in data["rows"]] == [N_PHASES] * N_POSITIONS
    assert [phase["name"] for phase in data["phases"]] == ["ED", "", "", "ES", "", "", "", ""]
    assert {row["end"] for row in data["rows"]} == {""}  # nobody knows where the base is
    first = data["rows"][0]["cells"][0]
    assert first["says"] == "Slice 1 of 5, ED (phase 1 of 8), approved"
    assert (first["mark"], first["look"], sum(first["pixels"])) == ("✓", "", 64 * 64)
    assert data["mm2"] == 6.25


def test_status_and_worth_are_told_in_the_words_of_the_worklist(series_id):
    rows = list_slices(open_store(), Filter(series_id=series_id), Order.HEART, limit=None)
    first, second = (next(row for row in rows if (row.from_base, row.phase) == (0, at)) for at in (0, 1))
    save_worth(open_store(), {first.id: (0.6, ()), second.id: (0.1, ())})
    mask = np.full((64, 64), Label.LEFT_VENTRICLE, np.uint8)
    parent = newest_version(open_store(), second.id).id
    save_draft(open_store(), second.id, "ann", mask, parent_id=parent, seq=3, tab="tab")
    one, other = told(series_id)["rows"][0]["cells"][:2]
    assert (one["mark"], one["look"], one["says"][-10:]) == ("✓", "high", "look: high")
    assert (other["mark"], other["look"]) == ("✓✎", "")
    assert "approved, changed since, look: little" in other["says"]
    assert (other["revision"], other["tab"], other["seq"]) == (parent, "tab", 3)
    assert other["pixels"] == [0, 0, 0, 64 * 64]
    assert one["mask"] != other["mask"]


def test_a_slice_that_is_missing_is_an_empty_place(home):
    whole = heart()
    slices = tuple(item for item in whole.slices if (item.position, item.phase) != (2, 1))
    geometry = replace(whole.geometry, slice_indices=(0, 1, 4, 5, 6))
    data = told(add_series(open_store(), replace(whole, slices=slices, geometry=geometry)).series_id)
    numbers = [row["number"] for row in data["rows"]]
    assert numbers in (["1", "2", "", "", "3", "4", "5"], ["1", "2", "3", "", "", "4", "5"])
    empty = [row["cells"].count(None) for row in data["rows"]]
    assert sorted(empty) == [0, 0, 0, 0, 1, N_PHASES, N_PHASES]


def test_places_without_a_slice_are_counted_from_the_base_as_the_rows_are(home):
    whole = heart()
    geometry = replace(whole.geometry, slice_indices=(0, 2, 3, 4, 5))
    overview = heart_overview(add_series(open_store(), replace(whole, geometry=geometry)).series_id, "")
    for base, numbers in (
        (BaseEnd.FIRST, ["1", "", "2", "3", "4", "5"]),
        (BaseEnd.LAST, ["1", "2", "3", "4", "", "5"]),
    ):
        seen = replace(overview, series=replace(overview.series, base=base))
        rows = grid_data(seen, SQUARE, 1)["rows"]
        assert [row["number"] for row in rows] == numbers
        assert (rows[0]["end"], rows[-1]["end"]) == ("base", "apex")


def test_a_changed_mask_alone_is_sent_again(series_id, monkeypatch, open_page):
    sent: list[dict[str, object]] = []

    def note(data: bytes, key: str) -> None:
        length = int.from_bytes(data[:4], "little")
        sent.append(json.loads(data[4 : 4 + length]))

    monkeypatch.setattr(sending, "SHEET", note)
    app = open_page(PAGE, series=str(series_id))
    assert not app.exception
    masks, changes, pictures = sent
    assert [one["kind"] for one in sent] == ["masks", "changes", "pictures"]
    assert (len(masks["cells"]), changes["cells"]) == (N_POSITIONS * N_PHASES, [])
    row = list_slices(open_store(), Filter(series_id=series_id), limit=1)[0]
    reader, parent = app.session_state["reader"], newest_version(open_store(), row.id).id
    mask = newest_version(open_store(), row.id).mask
    save_draft(open_store(), row.id, reader, mask, parent_id=parent, seq=1, tab="tab")
    sent.clear()
    app.run()
    assert (sent[0]["stamp"], sent[2]["stamp"]) == (masks["stamp"], pictures["stamp"])
    assert [number for number, _ in sent[1]["cells"]] == [row.id]


def test_any_slice_of_a_long_cine_can_be_open(home, open_page):
    slices = tuple(
        replace(heart().slices[0], position=position, phase=phase)
        for position in range(6)
        for phase in range(20)
    )
    number = add_series(open_store(), replace(heart(), slices=slices)).series_id
    last = list_slices(open_store(), Filter(series_id=number), Order.HEART, limit=None)[-1]
    app = open_page(PAGE, series=str(number), slice=str(last.id))
    assert app.session_state["open slice"] == last.id


@pytest.mark.parametrize(
    ("step", "leads_to"),
    [
        ([0, 1], 12),
        ([1, 0], 31),  # over the empty place
        ([-1, 0], None),
        ([0, -1], None),
        ([3, 0], 31),  # fewer are left
    ],
)
def test_keys_lead_over_empty_places_and_stay_at_an_end(step, leads_to):
    script = """
        import { slicesOn } from "../heart/grid/moving.js";
        const cells = new Map(given.cells.map(([id, row, column]) => [id, { row, column }]));
        const answer = [slicesOn(cells, 11, given.step), slicesOn(cells, 12, [0, -Infinity])];
    """
    cells = [[11, 0, 0], [12, 0, 1], [13, 0, 2], [22, 1, 1], [31, 2, 0]]
    assert in_node(script, {"cells": cells, "step": step}) == [leads_to, 11]


@pytest.mark.parametrize(
    ("scrolled", "whole"),
    [
        (0, 0),
        (30, 68),  # half a row, which gives way to the next one
        (68.6, 68),  # a row but for what a browser rounds
        (190, 190),  # beyond the last one
    ],
)
def test_what_scrolls_leaves_a_whole_row_behind_the_headings(scrolled, whole):
    script = """
        import { wholeFrom } from "../heart/grid/moving.js";
        const answer = wholeFrom([20, 88, 156], given, 20);
    """
    assert in_node(script, scrolled) == whole


@pytest.mark.parametrize(
    ("cell", "is_newer"),
    [
        ({}, True),  # the page has not heard of the stroke
        ({"tab": "own", "seq": 4}, True),  # it has heard of the one before
        ({"tab": "own", "seq": 5}, False),  # it has it
        ({"tab": "two", "seq": 1}, False),  # another window drew
        ({"revision": 8}, False),  # it was saved
        ({"discards": 9}, False),  # it was given up
    ],
)
def test_the_editors_mask_is_shown_until_the_page_knows_as_much(cell, is_newer):
    script = """
        globalThis.window = globalThis;
        globalThis.ImageData = class { constructor(w, h) { this.data = new Uint8ClampedArray(4 * w * h); } };
        globalThis.OffscreenCanvas = class { getContext() { return { putImageData() {} }; } };
        const { drawnSince, keepDrawn } = await import("../heart/grid/sheets.js");
        const cellOf = (changes) => {
            const cell = { document: "a", revision: 7, tab: "", seq: 0, discards: 0, ...changes };
            return { ...cell, state: [cell.revision, cell.tab, cell.seq, cell.discards].join(" ") };
        };
        const mask = Uint8Array.of(0, 3, 3, 1);
        const told = { document: "a", revision: 7, tab: "own", seq: 5, mask, width: 2, height: 2 };
        keepDrawn(told, cellOf({}), [0, 1, 2, 3]);
        const answer = drawnSince(cellOf(given))?.pixels ?? null;
    """
    assert in_node(script, cell) == ([1, 1, 0, 2] if is_newer else None)


@pytest.mark.parametrize("names", [GRID, SENT])
def test_the_scripts_join_into_one_without_imports_each_behind_what_it_imports(tmp_path, names):
    text = joined(names)
    assert not re.search(r"^import ", text, flags=re.MULTILINE)
    assert text.count("export ") == 1
    for at, name in enumerate(names):
        imported = re.findall(r'from "\./([a-z_]+)\.js"', (FOLDER / f"{name}.js").read_text())
        assert set(imported) <= set(names[:at])
    if node := shutil.which("node"):
        script = tmp_path / "joined.mjs"
        script.write_text(text)
        check = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
        assert check.returncode == 0, check.stderr


def test_every_script_of_the_grid_is_part_of_one():
    assert {f"{name}.js" for name in (*GRID, *SENT)} == {file.name for file in FOLDER.glob("*.js")}
