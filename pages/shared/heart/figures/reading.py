"""The open heart as its reader finds it, counted once for each change, and what a lab calls normal."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.errors import BadInput
from core.records.hearts import HeartFact
from core.settings import settings
from core.workflow.hearts.choices import give_fact
from core.workflow.hearts.normal_ranges import lab_ranges
from core.workflow.hearts.reader.figure_lines import FigureLine, figure_lines
from core.workflow.hearts.reader.view import NOTHING_COUNTED, Formula, ReaderHeart, reader_heart
from pages.shared.clicks import button
from pages.shared.frame import sentence
from pages.shared.plain import plain
from pages.shared.review.commands import refusals_shown
from pages.shared.review.desk import Desk

COUNTED = "counted of hearts"  # in the session: what need not be counted again
FORMULA = "body surface formula"
RANGES_SECONDS = 30  # after which a lab's changed table is read again


@dataclass(frozen=True)
class Panel:
    """What the sections beside the picture draw."""

    desk: Desk
    read: ReaderHeart
    lines: dict[str, FigureLine]

    @property
    def series_id(self) -> int:
        """Which heart it is."""
        return self.read.heart.series.id

    @property
    def reader(self) -> str:
        """Who looks; "" where nobody has said who it is."""
        return self.desk.reader

    def number_of(self, position: int) -> int:
        """Return what readers call the slice at a position."""
        return self.read.heart.series.number_of(position)


def open_panel(desk: Desk) -> Panel:
    """Return the open heart with all strokes that the store has of this reader."""
    known = st.session_state.get(COUNTED, NOTHING_COUNTED)
    formula = st.session_state.get(FORMULA, Formula.MOSTELLER)
    read = reader_heart(desk.opened.row.series_id, desk.reader, known, formula)
    st.session_state[COUNTED] = read.counted
    try:
        ranges = _ranges(str(settings().home))
    except BadInput as error:
        ranges = ()
        st.caption(plain(sentence(str(error))))
    return Panel(desk, read, figure_lines(read, ranges))


@st.cache_data(max_entries=4, ttl=RANGES_SECONDS, show_spinner=False)
def _ranges(home: str) -> tuple:
    return lab_ranges()


def give(panel: Panel, fact: HeartFact, value: float | None) -> None:
    """Keep a number of the heart, None to take it back, and draw the page anew."""
    with refusals_shown():
        give_fact(panel.series_id, fact, value, panel.reader)
    st.rerun()


def given_line(panel: Panel, fact: HeartFact, words: str, then: str) -> None:
    """Say how a number stands, as Markdown, with a button that takes back what a reader gave.

    Args:
        panel: of the heart.
        fact: the number.
        words: how it stands.
        then: what holds once it is taken back.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words, width="stretch")
        is_given = fact in panel.read.heart.choices.facts
        if is_given and button(
            "Take back", key=f"take back {fact}", type="tertiary", help=then, disabled=not panel.reader
        ):
            give(panel, fact, None)


def by_whom(reader: str, at: datetime) -> str:
    """Return who decided and when, as Markdown."""
    return f"by {plain(reader)} on {at.astimezone():%Y-%m-%d %H:%M}"
