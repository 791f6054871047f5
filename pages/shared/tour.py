"""A short tour through the pages: a line under the menu that goes along, and can be left at any stop."""

from dataclasses import dataclass

import streamlit as st

from pages.shared.clicks import button

STOP = "tour"  # the number of the stop, kept while the session lasts; None where no tour is on


@dataclass(frozen=True)
class Stop:
    """One page of the tour, and what is to be seen on it."""

    page: str
    title: str
    text: str


STOPS = (
    Stop(
        "app.py",
        "Home",
        "Work goes in a circle: import, predict, review, train, promote. The button does what is next.",
    ),
    Stop(
        "pages/1_Import.py",
        "Import",
        "Drop files or a whole folder; you see what would come in before anything is stored.",
    ),
    Stop(
        "pages/2_Review.py",
        "Review",
        "Draw on the mask until it is right, then approve it: the next slice follows. Every stroke is "
        "stored as you draw.",
    ),
    Stop(
        "pages/4_Train.py",
        "Train",
        "One click learns from all that was approved. Test patients are never learnt from.",
    ),
    Stop(
        "pages/5_Models.py",
        "Models",
        "A new model stands beside the active one, and you decide which of them predicts.",
    ),
    Stop(
        "pages/7_Metrics.py",
        "Metrics",
        "How good a model is, on which label and on which slices; the worst are a click away.",
    ),
)


def begin_tour() -> None:
    """Start at the first stop, from which the line leads on."""
    st.session_state[STOP] = 0
    st.rerun()


def on_tour() -> bool:
    """Return whether a tour is on."""
    return st.session_state.get(STOP) is not None


def draw_tour(page_title: str) -> None:
    """Draw the line of the stop that the tour is at; nothing where no tour is on."""
    number = st.session_state.get(STOP)
    if number is None:
        return
    stop, is_last = STOPS[number], number + 1 == len(STOPS)
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key="tour"):
        st.markdown(f":material/tour: **{stop.title}**, {number + 1} of {len(STOPS)}. {stop.text}")
        if page_title != stop.title:
            st.page_link(stop.page, label=f"Back to {stop.title}", icon=":material/undo:", width="content")
        elif button("Done" if is_last else f"On to {STOPS[number + 1].title}", type="primary", key="tour on"):
            st.session_state[STOP] = None if is_last else number + 1
            st.switch_page("app.py" if is_last else STOPS[number + 1].page)
        if not is_last and button("Leave the tour", key="leave tour"):
            st.session_state[STOP] = None
            st.rerun()
