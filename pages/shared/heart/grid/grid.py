"""The grid beside the editor: drawn at once, its pictures and masks sent behind the open slice."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.workflow.hearts.overview.cells import HeartOverview, heart_overview
from core.workflow.hearts.overview.masks import mask_parts, square_of
from core.workflow.hearts.overview.small import MaskPart, Square
from pages.shared.clicks import noted, noting
from pages.shared.heart.grid.assets import GRID, joined, style
from pages.shared.heart.grid.rows import grid_data
from pages.shared.heart.grid.sending import send_masks, send_pictures
from pages.shared.heart.heart_choice import OpenHeart
from pages.shared.review.desk import document_of, go_to
from pages.shared.review.editing.settling import is_left_for

KEY = "heart grid"
MAX_SLICES = 2000  # more would be a wall of pictures that no browser draws in time
COMPONENT = st.components.v2.component(
    "septum_heart_grid", html='<div class="heart-grid"></div>', css=style(), js=joined(GRID)
)


@dataclass(frozen=True, eq=False)
class DrawnGrid:
    """A grid that stands on the page and has still to be sent what it shows."""

    overview: HeartOverview
    square: Square
    parts: Mapping[int, MaskPart | None]  # masks, by slice


def heart_grid(heart: OpenHeart, reader: str) -> DrawnGrid | None:
    """Draw all slices of a heart, and open the one that the reader chose; None where there are too many."""
    overview = heart_overview(heart.series_id, reader)
    if len(overview.cells) > MAX_SLICES:
        st.caption(
            f"This series has {len(overview.cells):,} slices; up to {MAX_SLICES:,} are shown at a glance. "
            "The keys of the editor lead from slice to slice."
        )
        return None
    parts = mask_parts(overview)
    square = square_of(overview, parts)
    open_id = heart.opened.row.id
    data = grid_data(overview, square, open_id)
    COMPONENT(data=data, key=KEY, on_open_change=noting(KEY, "open"))
    asked = noted(f"{KEY} open")
    picked = next((cell.row.id for cell in overview.cells if cell.row.id == asked), open_id)
    if picked != open_id and not is_left_for(picked, document_of(open_id, reader)):
        go_to(picked)
    return DrawnGrid(overview, square, parts)


def fill_grid(grid: DrawnGrid | None) -> None:
    """Send a grid its pictures and masks; call it last in the column, when the open slice stands."""
    if grid is not None:
        with st.container(key="heart-sheets", gap=None):
            send_masks(grid.overview, grid.square, grid.parts)
            send_pictures(grid.overview, grid.square)
