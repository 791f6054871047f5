"""What is done with a whole heart: another one opened, masks carried through it, its report."""

import streamlit as st

from pages.shared.heart.carry.dialog import carry_button
from pages.shared.heart.hearts.list import hearts_button
from pages.shared.heart.report.dialog import report_button
from pages.shared.review.desk import Desk


def heart_bar(desk: Desk) -> None:
    """Draw the buttons for the whole heart in a line."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="heart-bar"):
        hearts_button()
        carry_button(desk)
        report_button(desk)
