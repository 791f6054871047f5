"""ED and ES at the open position, and the long axis at one phase; a click opens the slice that is seen."""

from dataclasses import dataclass, replace

import streamlit as st

from core.workflow.hearts.pictures.views import Moment, heart_views
from pages.shared.clicks import noted, noting
from pages.shared.frame import errors_shown
from pages.shared.heart.views.drawn import views_message
from pages.shared.heart.views.scripts import SCRIPT, STYLE
from pages.shared.review.desk import Desk, document_of, go_to

KEY, ASKED_KEY = "heart views", "heart views asked"
VIEWS = st.components.v2.component(
    "septum_heart_views", html='<div class="views"></div>', css=STYLE, js=SCRIPT
)


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see of a heart."""

    series_id: int | None = None
    moment: Moment = Moment.OPEN  # of the long axis
    at: tuple[int, int] | None = None  # row and column where it is cut; None for the middle of the LV


@st.fragment
def draw_views(desk: Desk) -> None:
    """Draw the views around the open slice; a stroke on a slice that is seen in them draws them anew."""
    series_id = desk.opened.series.id
    asked = asked_for(series_id)
    with errors_shown():
        views = heart_views(desk.opened.row, desk.reader, asked.moment, asked.at)
        VIEWS(
            data=views_message(views, desk.opened.row, lambda number: document_of(number, desk.reader)),
            key=KEY,
            on_open_change=noting(KEY, "open"),
            on_moment_change=lambda: take_moment(series_id),
            on_at_change=lambda: take_place(series_id),
            on_heard_change=ignore,
        )
        clicked = noted(f"{KEY} open")
        picked = next((number for number in views.slice_ids if number == clicked), desk.opened.row.id)
        if picked != desk.opened.row.id:
            go_to(picked)


def asked_for(series_id: int) -> Asked:
    """Return what the reader wants to see of a heart; where it is cut is another one's own."""
    asked: Asked = st.session_state.get(ASKED_KEY, Asked())
    return asked if asked.series_id == series_id else Asked(series_id, asked.moment)


def take_moment(series_id: int) -> None:
    """Keep at which phase the long axis is to be cut."""
    told = st.session_state[KEY].moment
    if told in tuple(Moment):
        st.session_state[ASKED_KEY] = replace(asked_for(series_id), moment=Moment(told))


def take_place(series_id: int) -> None:
    """Keep where the long axis is to be cut."""
    match st.session_state[KEY].at:
        case [int(row), int(column)]:
            st.session_state[ASKED_KEY] = replace(asked_for(series_id), at=(row, column))
        case "middle":
            st.session_state[ASKED_KEY] = replace(asked_for(series_id), at=None)


def ignore() -> None:
    """Stand in as a callback: Streamlit gives a trigger its place in the result only with one."""
