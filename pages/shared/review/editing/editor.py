"""The editor on the open slice: strokes into the store, keys into commands."""

import streamlit as st

from core.errors import Conflict
from core.records.slices import Status
from core.workflow.review import smart_click
from core.workflow.review.strokes import take_edit
from pages.shared.frame import errors_shown
from pages.shared.mask_editor import acknowledge, mask_editor
from pages.shared.review.commands import perform, refusals_shown, which_slice
from pages.shared.review.desk import EDITOR_KEY, RESERVE_PX, Desk, leave, shown_as
from pages.shared.review.editing.ahead import send_pictures
from pages.shared.review.editing.beside import Beside, picture_with
from pages.shared.review.in_view import remember_strokes, remember_tab


@st.fragment
def paint_editor(desk: Desk, beside: Beside | None = None) -> None:
    """Draw the editor, and what stands beside it; a stroke runs this alone, not the whole page."""
    with picture_with(beside, desk):
        has_changed = paint(desk)
    if has_changed:
        st.rerun()  # the line above the picture says so from now on


def paint(desk: Desk) -> bool:
    """Draw the editor, keep what was drawn, and do what its keys ask for.

    Returns:
        Whether this is the stroke by which an approved slice has changed since.
    """
    opened = desk.opened
    result = mask_editor(
        opened.packed, **shown_as(opened, desk.document), key=EDITOR_KEY, reserve_px=RESERVE_PX
    )
    remember_tab(result.tab)
    with errors_shown():
        if result.edit:
            take_stroke(desk, result.edit)
    stored = desk.seen.strokes
    with errors_shown():
        if result.refine:
            st.session_state["preview"] = smart_click.preview(
                opened.row.id, result.refine, document=desk.document, revision=opened.revision
            )
    acknowledge(
        document=desk.document,
        revision=opened.revision,
        tab=stored.tab,
        seq=stored.seq,
        key=EDITOR_KEY,
        preview=st.session_state.get("preview"),
        says=f"{which_slice(opened)}: {opened.row.status}",
    )
    send_pictures(result.wanted, desk.reader)
    if result.commands:
        slice_id = opened.row.id
        with refusals_shown():
            for command in result.commands:
                slice_id = perform(command, desk, slice_id)
        leave(desk, slice_id)
    return bool(result.edit) and opened.row.status == Status.APPROVED and not opened.is_changed


def take_stroke(desk: Desk, edit: dict[str, object]) -> None:
    """Keep what was drawn; where another window drew meanwhile, show its strokes and say so."""
    row_id, revision = desk.opened.row.id, desk.opened.revision
    try:
        strokes = take_edit(row_id, desk.reader, edit, document=desk.document, revision=revision)
    except Conflict as error:
        st.session_state["refused"] = str(error)
        st.rerun()
    remember_strokes(desk.document, desk.opened, strokes)
