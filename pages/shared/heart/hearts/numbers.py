"""The numbers of many hearts as a file, CSV or JSON."""

import streamlit as st

from core.records.exports import Selection
from core.text import plural
from core.workflow.hearts.doubts.ranking import listed_hearts
from core.workflow.hearts.export import hearts_file
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.heart.mask_choice import choose_masks
from pages.shared.plain import plain

FORMS = {"CSV": "text/csv", "JSON": "application/json"}


def numbers_popover(text: str, n: int) -> None:
    """Draw what makes a file of the hearts in the list.

    Args:
        text: what the list is narrowed by.
        n: how many they are.
    """
    with st.popover("Numbers", icon=":material/download:", width="stretch"), errors_shown():
        form = st.segmented_control("As", list(FORMS), default="CSV", required=True, key="numbers form")
        masks = choose_masks("numbers masks")
        st.caption(
            "CSV: a row a heart with volumes, EF and mass. JSON: also curves, conventions and reasons."
        )
        asked = button(
            f"Prepare the numbers of {plural(n, 'heart')}",
            icon=":material/table:",
            key="prepare numbers",
            disabled=not n,
        )
        if asked:
            with st.spinner(f"Measuring {plural(n, 'heart')}"):
                chosen = Selection(masks, series_ids=listed_hearts(text) if text.strip() else ())
                made = hearts_file(chosen, as_json=form == "JSON")
            for line in made.told.unmeasured[:3]:
                st.caption(plain(f"Not measured: {line}"))
            st.download_button(
                f"Download {form}",
                made.data,
                f"septum_hearts.{form.lower()}",
                FORMS[form],
                icon=":material/download:",
                key="download numbers",
                type="primary",
                on_click="ignore",
            )
