"""The list of hearts: whose, how large its EF, how far it is, and why it is worth a look."""

import streamlit as st

from core.errors import NotFound
from core.records.slices import SeriesRow
from core.text import plural
from core.workflow.hearts.sense import RankedHeart, all_hearts
from core.workflow.review import Filter, Order, list_slices
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.heart.hearts.numbers import numbers_popover
from pages.shared.heart.hearts.ranked import ranking_of
from pages.shared.plain import plain
from pages.shared.review.desk import go_to

AT_ONCE = 12  # hearts on one page
WIDTHS = (2.4, 1.2, 1.5, 4.6)


def hearts_button() -> None:
    """Draw the way to another heart."""
    if button(
        "Hearts", icon=":material/format_list_numbered:", key="hearts", help="Those most worth a look first"
    ):
        hearts_dialog()


@st.dialog("Hearts", width="large", icon=":material/format_list_numbered:")
def hearts_dialog() -> None:
    """Draw the list over the page."""
    hearts_list()


def hearts_list() -> None:
    """Draw the hearts of a patient or of all."""
    left, right = st.columns((3, 1), vertical_alignment="bottom")
    text = left.text_input("Patient", key="hearts patient", icon=":material/search:", placeholder="All")
    series = chosen(all_hearts(), text)
    with right:
        numbers_popover([row.id for row in series] if text else [], len(series))
    with errors_shown():
        draw_hearts(series)


def chosen(series: list[SeriesRow], text: str) -> list[SeriesRow]:
    """Return the hearts in whose patient or name a text stands."""
    wanted = text.strip().casefold()
    return [row for row in series if wanted in row.patient.casefold() or wanted in row.name.casefold()]


def draw_hearts(series: list[SeriesRow]) -> None:
    """Draw hearts in the order in which they are worth a look, a page at a time."""
    hearts = ranking_of(series)
    if not hearts:
        st.caption("No heart is called so.")
        return
    st.caption(
        f"{plural(len(hearts), 'heart')}: first those whose EF corrections would change most, each patient's "
        "second heart after the first of all others."
    )
    n_pages = -(-len(hearts) // AT_ONCE)
    page = 1
    if n_pages > 1:
        page = int(st.number_input(f"Page of {n_pages}", 1, n_pages, key=f"hearts page {n_pages}", width=120))
    for heart in hearts[AT_ONCE * (page - 1) : AT_ONCE * page]:
        draw_heart_line(heart)


def draw_heart_line(heart: RankedHeart) -> None:
    """Draw one heart; its name opens it at the slice that is most worth a look."""
    row = heart.series
    name, ef, decided, why = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    with name:
        label, help_words = plain(f"{row.patient}, {row.name}"), "Opens it at the slice most worth a look"
        if button(label, key=f"open heart {row.id}", type="tertiary", help=help_words):
            open_at(heart)
    value = heart.ef_percent.value
    ef.markdown("EF unknown" if value is None else f"EF **{value:.0f}\N{NO-BREAK SPACE}%**")
    decided.markdown(f"{heart.n_decided:,} of {heart.n_slices:,} decided")
    reason = heart.reason if value is not None else f"Its EF is not known: {heart.ef_percent.reason}."
    why.caption(plain(reason))


def open_at(heart: RankedHeart) -> None:
    """Open a heart at the slice that is most worth a look, else at its first.

    Raises:
        NotFound: when it is gone.
    """
    wanted = heart.slice_ids[:1] or tuple(
        row.id for row in list_slices(Filter(series_id=heart.series.id), Order.HEART, limit=1)
    )
    if not wanted:
        raise NotFound(f"the heart of {heart.series.patient} is gone; choose another")
    st.query_params["series"] = str(heart.series.id)
    go_to(wanted[0])
