"""Remove a model: what goes and what stays is told first, and asked back."""

import streamlit as st

from core.workflow import model_removal
from pages.shared.frame import sentence, telling
from pages.shared.plain import plain
from pages.shared.reader import this_reader


def remove(model_id: int) -> None:
    """The button that removes a model, behind what it would do."""
    with st.popover("Remove", icon=":material/delete:"):
        told = model_removal.removal_of(model_id)
        st.markdown(plain(told.goes))
        st.markdown(plain(told.stays))
        refusal = sentence(told.hindrance) if told.hindrance else model_removal.why_not(this_reader())
        if refusal:
            st.caption(plain(refusal))
        if st.button(
            "Remove it for good",
            icon=":material/delete:",
            type="primary",
            key="remove model",
            disabled=bool(refusal),
        ):
            with telling():
                removed = model_removal.remove_model(model_id, this_reader())
                st.session_state["model removed"] = f"{removed.name} was removed."
                st.rerun()
