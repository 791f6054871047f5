"""The list of hearts: whose, how large its EF, how far it is, and why it is worth a look."""

import streamlit as st

from core.errors import NotFound
from core.text import plural
from core.workflow.hearts.doubts.ranking import rank_changed, ranked_hearts
from core.workflow.hearts.doubts.sense import RankedHeart
from core.workflow.review import Filter, Order, list_slices
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.heart.hearts.numbers import numbers_popover
from pages.shared.messages import draw_anew
from pages.shared.plain import plain
from pages.shared.review.desk import go_to

AT_ONCE = 12  # hearts on one page
RANK_SECONDS = 0.4  # for which hearts are ranked before what is known is shown
JUST_RANKED = "hearts just ranked"  # by the page itself, so that drawing it takes no longer
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
    hearts_list(over_page=True)


def hearts_list(*, over_page: bool = False) -> None:
    """Draw the hearts of a patient or of all.

    Args:
        over_page: in a dialog, which would close if the page were drawn again.
    """
    left, right = st.columns((3, 1), vertical_alignment="bottom")
    text = left.text_input("Patient", key="hearts patient", icon=":material/search:", placeholder="All")
    with errors_shown():
        count = rank_changed(text, RANK_SECONDS)
        with right:
            numbers_popover(text, count.n_hearts)
        if not count.n_hearts:
            st.caption("No heart is called so.")
            return
        draw_hearts(text, count.n_hearts)
        if count.n_unranked:
            st.session_state[JUST_RANKED] = True
            rank_on(text, over_page=over_page)


def draw_hearts(text: str, n: int) -> None:
    """Draw hearts in the order in which they are worth a look, a page at a time."""
    st.caption(
        f"{plural(n, 'heart')}: first those whose EF corrections would change most, each patient's "
        "second heart after the first of all others."
    )
    n_pages = -(-n // AT_ONCE)
    page = 1
    if n_pages > 1:
        page = int(st.number_input(f"Page of {n_pages}", 1, n_pages, key=f"hearts page {n_pages}", width=120))
    for heart in ranked_hearts(text, AT_ONCE * (page - 1), AT_ONCE):
        draw_heart_line(heart)


@st.fragment(run_every=1)
def rank_on(text: str, *, over_page: bool) -> None:
    """Rank further hearts each second, and show how far that is, while the list can be used."""
    with errors_shown():
        count = rank_changed(text, 0.0 if st.session_state.pop(JUST_RANKED, False) else RANK_SECONDS)
        if count.n_unranked:
            n_ranked = count.n_hearts - count.n_unranked
            done = n_ranked / count.n_hearts
            st.progress(done, f"Ranking hearts: {n_ranked:,} of {count.n_hearts:,}; the others stand last")
        elif over_page:
            st.caption("All hearts are ranked. Close the list and open it again for their order.")
        else:
            draw_anew()


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
