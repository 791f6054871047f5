"""Remove a model: what goes and what stays is preview first, and asked back."""

import streamlit as st

from core.workflow.models import removal
from pages.shared.clicks import button
from pages.shared.frame import errors_shown, sentence
from pages.shared.plain import plain
from pages.shared.reader import this_reader


def remove(model_id: int) -> None:
    """The button that removes a model, behind what it would do."""
    with st.popover("Remove", icon=":material/delete:"):
        preview = removal.preview_removal(model_id)
        st.markdown(plain(preview.goes))
        st.markdown(plain(preview.stays))
        refusal = sentence(preview.obstacle) if preview.obstacle else removal.removal_refusal(this_reader())
        if refusal:
            st.caption(plain(refusal))
        if button(
            "Remove it for good",
            icon=":material/delete:",
            type="primary",
            key="remove model",
            disabled=bool(refusal),
        ):
            with errors_shown():
                removed = removal.remove_model(model_id, this_reader())
                st.session_state["model removed"] = f"{removed.name} was removed."
                st.rerun()
