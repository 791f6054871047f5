"""The slice that is open, drawn to be corrected, or only looked at."""

import streamlit as st

from core.workflow.review.open_slice import OpenSlice
from core.workflow.review.versions import pack_version
from pages.shared.mask_editor import slice_viewer
from pages.shared.reader import ask_name, current_reader
from pages.shared.review.bar import caption, correction_bar
from pages.shared.review.commands import refusals_shown
from pages.shared.review.conflict import conflict_choice
from pages.shared.review.desk import RESERVE_PX, Desk, document_of, go_to, group_of, leave, show_changes
from pages.shared.review.editing.ahead import prepare_next
from pages.shared.review.editing.beside import Beside, picture_with
from pages.shared.review.editing.contours import contour_editor, put_canvas_away
from pages.shared.review.editing.editor import paint_editor
from pages.shared.review.editing.settling import is_left_for, leaving, settled
from pages.shared.review.in_view import remember_shown
from pages.shared.review.turning import showing_of
from pages.shared.review.versions import old_version_bar

VERSION_BAR_PX = 40  # of the window's height, for the line above an old version
NAME_BOX_PX = 110  # for the box that asks for a name


def draw_opened(desk: Desk, beside: Beside | None = None) -> None:
    """Draw the slice that is open, or one of its versions; without a name it can only be looked at.

    Args:
        desk: what is open, and for whom.
        beside: draws what stands at the picture's right and follows each stroke; None for nothing.
    """
    opened = desk.opened
    looked_at = st.session_state.get("looked at")
    before = desk.seen
    if not desk.reader:
        ask_name()
    else:
        show_changes(desk)
    if looked_at is not None:
        put_canvas_away()
        old_version_bar(looked_at, desk.reader, before.newest_id)
        with picture_with(beside, desk):
            only_look(opened, pack_version(looked_at), f"version-{looked_at}", looked_at)
    elif desk.reader:
        correct(desk, beside)
    else:
        st.markdown(caption(opened))
        with picture_with(beside, desk):
            only_look(opened, opened.packed, document_of(opened.row.id, ""), opened.revision)
    remember_shown(desk.document, opened, before)


def only_look(opened: OpenSlice, packed: bytes, document: str, revision: int) -> None:
    """Draw a mask that cannot be changed; the keys lead on to the slices around."""
    commands = slice_viewer(
        packed,
        document=document,
        key="viewer",
        revision=revision,
        group=group_of(opened.row.series_id),
        showing=showing_of(opened.series),
        reserve_px=RESERVE_PX + VERSION_BAR_PX + (0 if current_reader() else NAME_BOX_PX),
    )
    for command in commands:
        near = opened.neighbours.get(command.name)
        go_to(near.id if near else None)


def correct(desk: Desk, beside: Beside | None = None) -> None:
    """Draw the slice to be painted or outlined, and do what its buttons ask for.

    A button is obeyed after the editor's commands: a key that moved on came first, and the click was then
    meant for another slice.
    """
    with_contours, asked = correction_bar(desk)
    with st.container(key="conflict"):  # keeps the editor's place, so that it is not mounted anew
        conflict_choice(desk)
    left = leaving(desk.document)
    if not with_contours and left is None and is_left_for(None, desk.document):
        left = leaving(desk.document)
    if with_contours or left is not None:
        asked = settled(desk, asked)
        with picture_with(beside, desk):
            followed = contour_editor(desk, leaving=asked is not None or left is not None)
        if not followed:
            asked = left = None
        if left is not None:
            put_canvas_away()
            leave(desk, left.goal or desk.opened.row.id)
    else:
        put_canvas_away()
        paint_editor(desk, beside)
    if asked:
        put_canvas_away()
        with refusals_shown():
            leave(desk, asked())
    if not with_contours:
        prepare_next(desk)
