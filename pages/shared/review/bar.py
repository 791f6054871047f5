"""The bar above the picture: which slice it is, how to correct it, and the buttons that save and decide."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.records.decisions import DECIDED, RejectReason
from core.records.slices import Status
from core.workflow.review.open_slice import OpenSlice
from pages.shared.clicks import button, submit_button
from pages.shared.plain import plain
from pages.shared.review.commands import approve, discard, reject, save
from pages.shared.review.decided import REASON_WORDS, take_back_here
from pages.shared.review.desk import Desk, discarded_at
from pages.shared.review.editing.way import apart, choose_way
from pages.shared.review.spread.dialog import many_slices_button

MAX_LETTERS = 500  # of a note, or of why a slice is rejected


def correction_bar(desk: Desk) -> tuple[bool, Callable[[], int] | None]:
    """Draw the bar; return whether contours are to be drawn, and what a button asks for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        st.markdown(caption(desk.opened))
        with_contours = choose_way()
        many_slices_button(desk)
        taken_back = take_back_button(desk)
        return with_contours, decision_buttons(desk) or taken_back


def decision_buttons(desk: Desk) -> Callable[[], int] | None:
    """Draw the buttons that do what keys in the editor do, too; return the command that one asks for."""
    asked: Callable[[], int] | None = None
    opened = desk.opened
    over = apart(desk)
    # A popover of another key is a closed one, and a note is for one version: both go by the mask.
    mask = f"{opened.row.id} {opened.revision} {discarded_at(opened.row.id)}"
    with st.popover("Save", icon=":material/save:", key=f"saving {mask}", help="Ctrl + S saves at once"):
        # In a form, words alone do not draw the page anew.
        with st.form(f"save {mask}", border=False, enter_to_submit=False):
            note = st.text_input("Note", key=f"note {mask}", placeholder="optional", max_chars=MAX_LETTERS)
            if submit_button("Save a version", icon=":material/save:", key=f"save{over}", type="primary"):
                asked = partial(save, desk, note=note)
        if opened.has_draft and button(
            "Discard the strokes",
            icon=":material/delete:",
            key=f"discard{over}",
            help="The newest version is shown again; undo brings the strokes back",
        ):
            asked = partial(discard, desk)
    with (
        st.popover("Reject", icon=":material/block:", key=f"rejecting {mask}", help="X rejects at once"),
        st.form(f"reject {mask}", border=False, enter_to_submit=False),
    ):
        reason = st.pills(
            "Why",
            list(RejectReason),
            format_func=lambda choice: REASON_WORDS[choice],
            key=f"reason {mask}",
        )
        words = st.text_input(
            "In your words", key=f"why {mask}", placeholder="optional", max_chars=MAX_LETTERS
        )
        if submit_button("Reject the slice", icon=":material/block:", key=f"reject{over}", type="primary"):
            asked = partial(reject, desk, reason=reason, words=words)
    if button("Approve", icon=":material/check:", type="primary", key=f"approve{over}", help="Enter"):
        asked = partial(approve, desk)
    return asked


def take_back_button(desk: Desk) -> Callable[[], int] | None:
    """Draw the way back from a decision, where there is one; it lies where no other button ever does."""
    status = desk.opened.row.status
    help_words = f"No longer {status}; the mask stays as it is"
    if status in DECIDED and button(
        "Take back", icon=":material/undo:", key=f"take back{apart(desk)}", type="tertiary", help=help_words
    ):
        return partial(take_back_here, desk)
    return None


def caption(opened: OpenSlice) -> str:
    """Return how far a slice is and which it is, in a line of Markdown; a narrow window cuts its end."""
    row, series = opened.row, opened.series
    phase = series.phases.describe(row.phase)
    status, details = status_words(opened)
    return (
        f"**{status}** · **{plain(row.patient)}** slice {row.number} of {series.n_positions}"
        f"{phase and ' · '}{plain(phase)} · {row.split}{details and ' · '}{plain(details)}"
    )


def status_words(opened: OpenSlice) -> tuple[str, str]:
    """Return how far a slice is, and what else to know of that, "" for nothing."""
    row, decision = opened.row, opened.decision
    if opened.is_changed_since_approved:
        return "approved, changed since", "save or discard"
    if row.status != Status.REJECTED or not decision.is_explained:
        return row.status, ""
    why = [REASON_WORDS[decision.reason] if decision.reason else "", decision.words]
    return row.status, ", ".join(part for part in why if part)
