"""What a reader chooses in the dialog: what to do, with which labels, on which slices."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.labels import FOREGROUND, NAMES, Label
from core.records.spreads import SpreadKind
from core.workflow.review.open_slice import OpenSlice
from core.workflow.review.spread.request import MAX_PIXELS, Along, Guard, SpreadRequest
from pages.shared.review.spread.words import HELP, ICONS, TITLES

ALSO = "many also"  # the key of what is drawn below the preview
ACROSS = {Along.SLICES: "Two slices of the stack", Along.PHASES: "Two phases"}
GROW, SHRINK = "Grow", "Shrink"
OTHER = "Other slices"
Range = tuple[int, int]  # first and last, from 0


@dataclass(frozen=True)
class Block:
    """The slices around the open one, as a reader speaks of them."""

    opened: OpenSlice
    ends: tuple[
        str, str
    ]  # what lies at the first and the last slice, such as the base; "" where nobody knows

    @property
    def position(self) -> int:
        """Of the open slice."""
        return self.opened.row.from_base

    @property
    def last(self) -> int:
        """The last position of the stack, counted from the base."""
        return self.opened.series.n_positions - 1

    def slice_words(self, position: int) -> str:
        """Return which slice of the stack it is, with the end at which it lies."""
        end = {0: self.ends[0], self.last: self.ends[1]}.get(position, "")
        return f"slice {position + 1}" + (f" ({end})" if end else "")


def choose(block: Block) -> SpreadRequest:
    """Draw the choices and return them.

    Raises:
        BadInput: when nothing can be done with them.
    """
    kind = SpreadKind(
        st.segmented_control(
            "What to do",
            list(TITLES),
            default=SpreadKind.COPY,
            format_func=lambda each: f"{ICONS[each]} {TITLES[each]}",
            key="many what",
            label_visibility="collapsed",
            required=True,
        )
    )
    st.caption(HELP[kind])
    left, right = st.columns(2)
    labels = left.pills(
        "Labels",
        list(FOREGROUND),
        default=list(FOREGROUND),
        selection_mode="multi",
        format_func=lambda label: NAMES[label],
        key="many labels",
    )
    along, pixels = Along.SLICES, 1
    with right:
        if kind == SpreadKind.INTERPOLATE:
            along = choose_along(block)
        elif kind == SpreadKind.RESIZE:
            pixels = choose_pixels()
    left, right = st.columns(2, gap="medium")
    with left:
        positions = choose_positions(block, kind, along)
    with right:
        phases = choose_phases(block, kind, along)
    return SpreadRequest(
        kind=kind,
        labels=tuple(Label(label) for label in sorted(labels)),
        positions=positions,
        phases=phases,
        along=along,
        pixels=pixels,
        guarded=frozenset(Guard(each) for each in st.session_state.get(ALSO, ())),
    )


def choose_along(block: Block) -> Along:
    """Draw between what to fill in, where there is a choice."""
    series = block.opened.series
    possible = [
        along
        for along, n in ((Along.SLICES, series.n_positions), (Along.PHASES, series.n_phases))
        if n > 2  # else there is nothing between
    ]
    if len(possible) < 2:
        return possible[0] if possible else Along.SLICES
    return Along(
        st.segmented_control(
            "Between",
            possible,
            default=possible[0],
            format_func=lambda each: ACROSS[each],
            key="many along",
            required=True,
        )
    )


def choose_pixels() -> int:
    """Draw by how many pixels to grow; below 0 to shrink."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control("Way", (GROW, SHRINK), default=GROW, key="many way", required=True)
        by = st.number_input("Pixels", 1, MAX_PIXELS, 1, key="many pixels", width=120)
    return int(by) if way == GROW else -int(by)


def choose_positions(block: Block, kind: SpreadKind, along: Along) -> Range:
    """Draw which slices of the stack; a label is most often deleted beyond the base or the apex."""
    here, last = block.position, block.last
    if not last:
        return 0, 0
    if kind == SpreadKind.DELETE:
        upwards, downwards = (
            f"From this slice to {block.slice_words(0)}",
            f"From this slice to {block.slice_words(last)}",
        )
        default = downwards if here > last / 2 else upwards
        ways = [upwards, downwards, OTHER]
        chosen = st.radio("Slices of the stack", ways, ways.index(default), key="many delete")
        if chosen != OTHER:
            return (0, here) if chosen == upwards else (here, last)
    span = 2 if kind in (SpreadKind.COPY, SpreadKind.INTERPOLATE) and along == Along.SLICES else 0
    first = max(0, min(here, last - span))
    ends, key = (first, min(last, first + span)), f"many slices {kind} {along}"
    return choose_range("Slices of the stack", last, ends, block.slice_words, key)


def choose_phases(block: Block, kind: SpreadKind, along: Along) -> Range:
    """Draw which phases, where there are several."""
    series, here = block.opened.series, block.opened.row.phase
    last = series.n_phases - 1
    if not last:
        return 0, 0
    across = kind == SpreadKind.INTERPOLATE and along == Along.PHASES
    first = max(0, min(here, last - 2)) if across else here
    return choose_range(
        "Phases",
        last,
        (first, min(last, first + 2) if across else here),
        lambda phase: series.phases.short(phase) if series.phases.name(phase) else f"phase {phase + 1}",
        f"many phases {kind} {along}",
    )


def choose_range(title: str, last: int, default: Range, words: Callable[[int], str], key: str) -> Range:
    """Draw a slider with two ends from 0 to the last; return where they are."""
    first, end = st.select_slider(title, list(range(last + 1)), default, format_func=words, key=key)
    return first, end
