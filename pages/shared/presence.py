"""Who else has the slice open, asked again every few seconds."""

import streamlit as st

from core.workflow import correction


@st.fragment(run_every=10)
def who_else(slice_id: int, reader: str) -> None:
    """Name the other readers of this slice, and be named to them."""
    others = correction.others_here(slice_id, reader)
    if others:
        has = "has" if len(others) == 1 else "have"
        st.badge(f"{', '.join(others)} {has} it open, too", icon=":material/group:", color="orange")
