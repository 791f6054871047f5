"""Review: the queue, the slice that is open to be corrected, and what to do with it."""

import streamlit as st

from core.workflow.review import has_slices
from pages.shared.demo import load_button
from pages.shared.frame import frame
from pages.shared.reader import current_reader
from pages.shared.review.commands import refusals_shown
from pages.shared.review.decided import undo_line
from pages.shared.review.desk import Desk, document_of, go_to
from pages.shared.review.editing.settling import is_left_for
from pages.shared.review.opened import draw_opened
from pages.shared.review.side import predict_choices, slice_notes, versions_popover
from pages.shared.review.slice_choice import first_slice, opened_slice
from pages.shared.review.spread.done import spread_line
from pages.shared.review.worklist.filters import choose_worklist
from pages.shared.review.worklist.rows import slice_list
from pages.shared.run_progress import prediction_progress

QUEUE_HEIGHT = 360


def draw_page() -> None:
    """Draw Review as this session asks for it."""
    with frame("Review"):
        reader = current_reader()
        with st.container(key="undo lines"), refusals_shown():  # keeps the editor's place when a line goes
            undo_line(reader)
            spread_line(reader)
        side, main = st.columns([1, 3.05], gap="small")
        with side:
            worklist = choose_worklist()
            chosen, order = worklist.chosen(reader), worklist.order
            open_id = first_slice(chosen, order)
            predicting, keeping = st.columns(2, gap="xsmall")
            picked = slice_list(worklist, reader, open_id, QUEUE_HEIGHT)
            if picked and open_id and is_left_for(picked, document_of(open_id, reader)):
                picked = None  # until the canvas was read
            go_to(picked)
            prediction_progress()
            notes = st.container()
        with main:
            opened = None
            if open_id is None:
                st.info("There is no slice here yet.", icon=":material/inbox:")
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.page_link("pages/1_Import.py", label="Import some", icon=":material/upload_file:")
                    if not has_slices():
                        load_button()
            else:
                opened = opened_slice(open_id, reader)
            if opened is not None:
                with notes:
                    slice_notes(opened, reader)
                with predicting:
                    predict_choices(opened.row.id, opened.row.series_id)
                with keeping:
                    versions_popover(opened)
                draw_opened(Desk(opened, reader, chosen, order))
