"""What does not make sense about the open heart, a sentence each, with a way to the slice."""

import streamlit as st

from core.records.exports import EVERYTHING
from core.workflow.hearts.doubts.sense import sense_of
from pages.shared.clicks import button
from pages.shared.heart.figures.reading import Panel
from pages.shared.plain import plain
from pages.shared.review.desk import go_to


def checks_section(panel: Panel) -> None:
    """Say what does not make sense; careful masks break these rules, too, so nothing is forbidden."""
    findings = sense_of(panel.read.heart, panel.read.found, EVERYTHING)
    if not findings:
        st.caption(":material/check: Nothing stands out by the rules of a whole heart.")
    for index, one in enumerate(findings):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(plain(one.text), width="stretch")
            ids = [panel.read.slice_at(*place) for place in one.places]
            first = next((number for number in ids if number is not None), None)
            if first is not None and button("Open", key=f"open check {index}"):
                go_to(first)
    st.caption("These rules point, and forbid nothing: careful masks break them, too.")
