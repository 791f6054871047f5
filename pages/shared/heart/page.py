"""Heart: one heart on a page, all its slices at a glance, the open one to be corrected, and its function."""

import streamlit as st

from core.workflow.review import has_slices
from pages.shared.demo import load_button
from pages.shared.frame import frame
from pages.shared.heart.figures.panel import figures
from pages.shared.heart.grid.grid import fill_grid, heart_grid
from pages.shared.heart.heart_bar import heart_bar
from pages.shared.heart.heart_choice import OpenHeart, open_heart
from pages.shared.heart.hearts.list import hearts_list
from pages.shared.heart.views.views import draw_views
from pages.shared.reader import current_reader
from pages.shared.review.commands import refusals_shown
from pages.shared.review.decided import undo_line
from pages.shared.review.desk import Desk
from pages.shared.review.opened import draw_opened
from pages.shared.review.spread.done import spread_line

WIDTHS = (1, 3.05)  # of what shows the whole heart, and of the open slice with the figures


def draw_page() -> None:
    """Draw Heart as this session asks for it."""
    with frame("Heart"):
        reader = current_reader()
        with st.container(key="undo lines"), refusals_shown():  # keeps the editor's place when a line goes
            undo_line(reader)
            spread_line(reader)
        heart = open_heart(reader)
        if heart is None:
            choose_heart()
        else:
            draw_heart(heart, reader)


def choose_heart() -> None:
    """Offer the hearts of the store."""
    if has_slices():
        hearts_list()
    else:
        st.info("There is no heart here yet.", icon=":material/inbox:")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link("pages/1_Import.py", label="Import some", icon=":material/upload_file:")
            load_button()


def draw_heart(heart: OpenHeart, reader: str) -> None:
    """Draw the whole heart at the left, and the open slice with what is measured beside it."""
    desk = Desk(heart.opened, reader, heart.chosen, heart.order)
    overview, main = st.columns(WIDTHS, gap="small")
    with overview:
        heart_bar(desk)
        grid = heart_grid(heart, reader)
    with main:
        draw_opened(desk, beside=figures)
    with overview:  # what is around the open slice may come a moment later
        fill_grid(grid)
        draw_views(desk)
