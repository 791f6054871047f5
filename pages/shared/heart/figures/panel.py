"""The figures of the open heart: the numbers, and one section of the rest, which alone is worked out."""

from collections.abc import Callable

import streamlit as st

from pages.shared.frame import errors_shown
from pages.shared.heart.figures.body import body_section
from pages.shared.heart.figures.checks import checks_section
from pages.shared.heart.figures.curves.section import curves_section
from pages.shared.heart.figures.ends import ends_section
from pages.shared.heart.figures.numbers import MAIN, draw_numbers, how_measured
from pages.shared.heart.figures.reading import Panel, open_panel
from pages.shared.heart.figures.wall import wall_section
from pages.shared.review.desk import Desk

SECTIONS: dict[str, Callable[[Panel], None]] = {
    "Curves": curves_section,
    "Base": ends_section,
    "Wall": wall_section,
    "Checks": checks_section,
    "Body": body_section,
}


@st.fragment
def figures(desk: Desk) -> None:
    """Draw what is measured of the open heart; it follows each stroke."""
    with errors_shown():
        panel = open_panel(desk)
        with st.container(gap="xsmall", key="heart-figures"):
            draw_numbers(panel, MAIN, "Function of both ventricles")
            how_measured(panel)
            chosen = st.segmented_control(
                "More of this heart",
                SECTIONS,
                default="Curves",
                required=True,
                key="heart section",
                label_visibility="collapsed",
                width="stretch",
            )
            SECTIONS[chosen or "Curves"](panel)
