"""A heart as the grid's script takes it: rows from base to apex, columns of phases, and words for all."""

from core.labels import Label
from core.records.orientation import BaseEnd
from core.records.phases import Phases
from core.workflow.hearts.overview.cells import Cell, HeartOverview
from core.workflow.hearts.overview.small import Square
from pages.shared.mask_editor.exchange import label_table
from pages.shared.review.desk import discarded_at, document_of
from pages.shared.review.worklist.rows import CHANGED_MARK, CHANGED_WORDS, MARKS, look_words

NO_LOOK = "little"  # what is worth no look is not written under each picture
LEGEND = (
    *((mark, str(status)) for status, mark in MARKS.items()),
    (CHANGED_MARK, CHANGED_WORDS),
    ("high, some", "how much a look is worth; nothing stands there where it is worth little"),
    ("Bar", "the area of the LV cavity, as a share of the largest of this heart"),
    ("Keys", "arrows move the mark, Enter opens the slice, Home and End lead to the first and last phase"),
)


def grid_data(overview: HeartOverview, square: Square, open_id: int) -> dict[str, object]:
    """Return all that is shown of a heart beside its pictures and masks.

    Args:
        overview: the heart.
        square: the part of its slices that the pictures show.
        open_id: the slice that is open.
    """
    series, phases = overview.series, phases_of(overview)
    return {
        "series": series.id,
        "open": open_id,
        "title": f"{len(overview.cells):,} slices",
        "label": f"All slices of {series.patient}, from base to apex and by phase",
        "corner": "Slices by phases",  # read out; where it would stand, there is no room
        "phases": [{"number": str(at + 1), "name": phases.name(at)} for at in range(phases.n)],
        "rows": rows_of(overview, phases, square),
        "turn": series.turn.key,
        "labels": label_table(),
        "bar": int(Label.LEFT_VENTRICLE),
        "mm2": overview.pixel_mm2,
        "legend": LEGEND,
    }


def phases_of(overview: HeartOverview) -> Phases:
    """Return the phases with ED and ES named as they hold for this heart, whoever told."""
    found = ((overview.moments.ed.phase, "ED"), (overview.moments.es.phase, "ES"))
    named = tuple((phase, name) for phase, name in found if phase is not None)
    n = max(overview.series.n_phases, 1 + max(cell.row.phase for cell in overview.cells))
    return Phases(n, named or overview.series.phase_names)


def rows_of(overview: HeartOverview, phases: Phases, square: Square) -> list[dict[str, object]]:
    """Return a row for each place in the stack, from base to apex; one without a slice is empty."""
    series = overview.series
    by_place = {(cell.row.from_base, cell.row.phase): cell for cell in overview.cells}
    n_rows = 1 + max(place for place, _ in by_place)
    missing = missing_after(overview)
    rows: list[dict[str, object]] = []
    for place in range(n_rows):
        end = {0: "base", n_rows - 1: "apex"}.get(place, "") if series.base is not BaseEnd.UNKNOWN else ""
        cells = [
            None if cell is None else cell_data(cell, overview, phases, square)
            for cell in (by_place.get((place, phase)) for phase in range(phases.n))
        ]
        says = f"slice {place + 1} of {n_rows}{end and ', '}{end}"
        rows.append({"number": str(place + 1), "end": end, "says": says, "cells": cells})
        gap = {"number": "", "end": "none", "says": "no slice at this place of the stack"}
        rows += [gap | {"cells": [None] * phases.n} for _ in range(missing.get(place, 0))]
    return rows


def missing_after(overview: HeartOverview) -> dict[int, int]:
    """Return how many places of the stack have no slice behind each position, counted from the base."""
    series = overview.series
    places = series.geometry.slice_indices
    if len(places) != series.n_positions:
        return {}
    gaps = [after - before - 1 for before, after in zip(places, places[1:], strict=False)]
    if series.base is BaseEnd.LAST:
        gaps.reverse()
    return {position: gap for position, gap in enumerate(gaps) if gap > 0}


def cell_data(cell: Cell, overview: HeartOverview, phases: Phases, square: Square) -> dict[str, object]:
    """Return one slice as the grid shows it."""
    row, look = cell.row, look_words(cell.row.worth)
    status = CHANGED_WORDS if cell.is_changed else str(row.status)
    n = overview.series.n_positions
    said = [f"Slice {row.number} of {n}", phases.describe(row.phase), status, look and f"look: {look}"]
    return {
        "id": row.id,
        "document": document_of(row.id, overview.reader),
        "place": row.from_base,
        "phase": row.phase,
        "mark": CHANGED_MARK if cell.is_changed else MARKS[row.status],
        "look": "" if look == NO_LOOK else look,
        "says": ", ".join(part for part in said if part),
        "revision": cell.seen.parent_id or 0,
        "tab": cell.seen.strokes.tab,
        "seq": cell.seen.strokes.seq,
        "discards": discarded_at(row.id),
        "mask": mask_state(cell, square),
        "pixels": cell.pixels,
    }


def mask_state(cell: Cell, square: Square) -> str:
    """Return what tells the small mask of a slice from any other one of it; "" where there is none."""
    if not cell.has_mask:
        return ""
    strokes = cell.seen.strokes
    return f"{cell.seen.parent_id} {strokes.seq} {strokes.tab} in {square.key}"
