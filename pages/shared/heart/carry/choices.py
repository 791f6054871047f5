"""What a reader chooses: from which corrected slices masks are carried, and to which slices."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import streamlit as st

from core.records.slices import SeriesRow, SliceRow
from core.workflow.hearts.carry import corrected_slices
from core.workflow.review import Filter, Order, list_slices
from pages.shared.review.desk import Desk
from pages.shared.review.spread.choices import choose_range

Place = tuple[int, int]  # (position, phase)


class From(StrEnum):
    """Whose masks are carried."""

    ALL = "all"
    THIS = "this"
    SOME = "some"


@dataclass(frozen=True)
class Chosen:
    """From where to where."""

    places: tuple[Place, ...]
    sources: tuple[int, ...] | None  # slice ids; None for all that are corrected


def choose_carry(desk: Desk) -> Chosen:
    """Draw the choices and return them."""
    series = desk.opened.series
    rows = list_slices(Filter(series_id=series.id), Order.HEART, limit=None)
    corrected = corrected_slices(series.id, desk.reader)
    left, right = st.columns(2, gap="medium")
    with left:
        sources = choose_sources(desk, corrected)
    here = desk.opened.row
    last_place, last_phase = series.n_positions - 1, series.n_phases - 1
    own = sources == (here.id,)
    with right:
        places, phases = (0, last_place), (0, last_phase)
        if last_place:
            default = (here.from_base,) * 2 if own else places
            places = choose_range(
                "To slices of the stack", last_place, default, slice_words, f"carry slices {own}"
            )
        if last_phase:
            words = partial(phase_words, series)
            phases = choose_range("To phases", last_phase, phases, words, f"carry phases {own}")
    wanted = tuple(
        (row.position, row.phase)
        for row in rows
        if places[0] <= row.from_base <= places[1] and phases[0] <= row.phase <= phases[1]
    )
    return Chosen(wanted, sources)


def choose_sources(desk: Desk, corrected: list[SliceRow]) -> tuple[int, ...] | None:
    """Draw from which slices; None stands for all that are corrected."""
    here, series = desk.opened.row, desk.opened.series
    titles = {
        From.ALL: f"All that are corrected ({len(corrected)})",
        From.THIS: f"This one: {which(series, here)}",
        From.SOME: "Some of them",
    }
    possible = [From.ALL, From.THIS, From.SOME] if corrected else [From.THIS]
    chosen = st.radio(
        "From",
        possible,
        format_func=lambda one: titles[one],
        key=f"carry from {len(possible)}",
        help="Approved slices, and those on which you have drawn",
    )
    if chosen == From.ALL:
        return None
    if chosen == From.THIS:
        return (here.id,)
    by_id = {row.id: which(series, row) for row in corrected}
    named: list[int] = st.multiselect(
        "Which", list(by_id), list(by_id)[:2], format_func=lambda number: by_id[number], key="carry which"
    )
    return tuple(named)


def which(series: SeriesRow, row: SliceRow) -> str:
    """Return which slice of a heart it is, in words."""
    words = f"slice {row.number}"
    return f"{words}, {phase_words(series, row.phase)}" if series.n_phases > 1 else words


def phase_words(series: SeriesRow, phase: int) -> str:
    """Return which phase it is, in words."""
    return series.phases.name(phase) or f"phase {phase + 1}"


def slice_words(place: int) -> str:
    """Return which slice of the stack it is, counted from the base."""
    return f"slice {place + 1}"
