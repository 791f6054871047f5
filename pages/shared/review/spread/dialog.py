"""The dialog that corrects many slices at once."""

import streamlit as st

from core.text import plural
from core.workflow.review.spread.acts import do_spread
from core.workflow.review.spread.ends import stack_ends
from core.workflow.review.spread.preview import SpreadPreview, preview_spread
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.review.desk import Desk
from pages.shared.review.spread.choices import Block, choose
from pages.shared.review.spread.done import last_line, remember_spread
from pages.shared.review.spread.preview import show_preview
from pages.shared.review.work_time import work_seconds

KEY = "Alt+M"
OPENED = "many opened"  # how often the dialog was, so that the work in each is counted by itself


def many_slices_button(desk: Desk) -> None:
    """Draw the way to correct many slices at once."""
    asked = button(
        "Many slices",
        icon=":material/dynamic_feed:",
        key="many slices",
        help=f"{KEY}: copy, fill in between, grow, shrink or delete labels on many slices at once",
        shortcut=KEY,
    )
    if asked:
        st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1
        many_slices(desk)


@st.dialog("Many slices at once", width="large", icon=":material/dynamic_feed:")
def many_slices(desk: Desk) -> None:
    """Ask what to do to which slices, show what would come of it, and do it as it is shown."""
    opened, seconds = desk.opened, work_seconds("many work", st.session_state[OPENED])
    with errors_shown():
        last_line(opened.series.id, desk.reader)
    with errors_shown():
        request = choose(Block(opened, stack_ends(opened.row.id)))
        preview = preview_spread(opened.row.id, desk.reader, request)
        n = len(preview.changes)
        # Another preview has another button: a click on what was shown before counts for nothing.
        with st.container(key="many-do", horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plural(n, 'slice')}** would change." if n else "**No slice would change.**")
            asked = button(
                f"Do it on {plural(n, 'slice')}",
                icon=":material/done_all:",
                type="primary",
                key=f"many do {mark_of(preview)}",
                disabled=not n,
                help="They are strokes of yours then, which nobody else sees until you save or approve",
            )
        show_preview(preview)
        if asked:
            remember_spread(preview, do_spread(preview, seconds))
            st.rerun()


def mark_of(preview: SpreadPreview) -> int:
    """Return a number that is another one for any other preview."""
    seen = tuple(change.look.seen for change in preview.changes)
    return hash((preview.request, seen, tuple(source.seen for source in preview.sources)))
