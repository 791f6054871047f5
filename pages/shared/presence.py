"""Who else has the slice open, asked again every few seconds."""

import streamlit as st

from core.workflow import correction
from pages.shared.plain import plain


@st.fragment(run_every=10)
def who_else(slice_id: int, reader: str) -> None:
    """Name the other readers of this slice, and other windows of this one, and be named to them."""
    place, last = st.session_state.get("here", (None, correction.NOBODY))
    if place != (slice_id, reader):
        last = correction.NOBODY
    here = correction.others_here(slice_id, reader, last)
    st.session_state["here"] = ((slice_id, reader), here)
    others = here.others
    if here.twin:
        st.badge(
            f"{plain(reader)} has it open in another window, too", icon=":material/group:", color="orange"
        )
    if others:
        has = "has" if len(others) == 1 else "have"
        st.badge(f"{plain(', '.join(others))} {has} it open, too", icon=":material/group:", color="orange")
