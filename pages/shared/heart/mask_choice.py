"""Whose masks a heart's numbers on paper are made of."""

import streamlit as st

from core.records.exports import MaskChoice
from pages.shared.exporting import TITLES

OFFERED = (MaskChoice.LATEST, MaskChoice.APPROVED, MaskChoice.REFERENCE)


def choose_masks(key: str) -> MaskChoice:
    """Draw the choice, and return what is chosen."""
    chosen: MaskChoice = st.segmented_control(
        "Which masks",
        OFFERED,
        default=MaskChoice.LATEST,
        required=True,
        format_func=TITLES.__getitem__,
        key=key,
    )
    return chosen
