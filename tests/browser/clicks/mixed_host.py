"""A page with a choice of its own and a fragment beside it."""

import streamlit as st

from pages.shared.serving.mixed_updates import widen_mixed_updates

widen_mixed_updates()


@st.fragment
def beside() -> None:
    """Count its clicks."""
    clicked = st.button("In the fragment", key="inside")
    st.session_state["clicks"] = st.session_state.get("clicks", 0) + clicked
    st.text(f"The fragment was clicked {st.session_state['clicks']} times")


st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
st.text(f"The page was drawn {st.session_state['drawn']} times")
way = st.segmented_control("Way", ("Paint", "Contours"), default="Paint", key="way", required=True)
pressed = st.button("On the page", key="outside")
st.session_state["presses"] = st.session_state.get("presses", 0) + pressed
st.text(f"The page shows {way} after {st.session_state['presses']} presses")
beside()
