"""Chips of the saved filters, what narrows them further, and the way to clear it in one click."""

from dataclasses import replace

import streamlit as st

from core.records.slices import Split, Status
from core.workflow.review import Order
from core.workflow.review.worklist import Saved, Worklist, has_import
from pages.shared.plain import plain
from pages.shared.review.worklist.kept import current_worklist, narrowed, newest_import, show_worklist
from pages.shared.words import WORDS

SAVED_WORDS = {
    Saved.TODO: "To do",
    Saved.MINE: "Mine",
    Saved.IMPORT: "This import",
    Saved.CHANGED: "Changed since approved",
    Saved.DISAGREEMENTS: "Disagreements",
    Saved.ALL: "All",
}
SAVED_HELP = (
    "To do: neither approved nor rejected. Mine: slices that you have drawn on. Changed since approved: with "
    "another mask, or strokes not saved. Disagreements: the newest masks of two readers differ."
)
ORDER_WORDS = {
    Order.HEART: "heart by heart",
    Order.WORTH: "most worth a look first",
    Order.UNCERTAINTY: "most uncertain first",
    Order.IMPORTED: "as imported",
    Order.NEWEST: "newest import first",
    Order.STATUS: "status",
}


def choose_worklist() -> Worklist:
    """Draw the chips and the filters, and return what is to be listed."""
    worklist = current_worklist()
    offered = [saved for saved in Saved if saved is not Saved.IMPORT or has_import()]
    st.session_state["saved filter"] = worklist.saved
    st.pills(
        "Worklist",
        offered,
        format_func=lambda saved: SAVED_WORDS[saved],
        required=True,
        key="saved filter",
        on_change=take_saved,
        label_visibility="collapsed",
        help=SAVED_HELP,
        wrap=True,
    )
    narrow(worklist)
    active(worklist)
    return worklist


def take_saved() -> None:
    """Go over to the chip that was pressed."""
    saved = Saved(st.session_state["saved filter"])
    kept = current_worklist()
    show_worklist(replace(kept, saved=saved, imported=newest_import() if saved is Saved.IMPORT else ()))


def narrow(worklist: Worklist) -> None:
    """Draw what narrows the list further, and its order, in a popover."""
    shown = {
        "filter patient": worklist.patient,
        "filter status": list(worklist.statuses),
        "filter split": list(worklist.splits),
        "filter phase": None if worklist.phase is None else worklist.phase + 1,
        "order": worklist.order,
    }
    for key, value in shown.items():
        st.session_state[key] = value
    with st.popover("Filter and sort", icon=":material/filter_list:", width="stretch"):
        st.text_input("Patient", key="filter patient", icon=":material/search:", on_change=take_filters)
        if worklist.saved is not Saved.TODO:
            st.pills(
                "Status", list(Status), selection_mode="multi", key="filter status", on_change=take_filters
            )
        st.pills(
            "Split",
            list(Split),
            selection_mode="multi",
            key="filter split",
            on_change=take_filters,
            help=WORDS["split"],
        )
        st.number_input(
            "Phase, from 1", 1, 1000, key="filter phase", placeholder="any", on_change=take_filters
        )
        st.selectbox(
            "Sort by",
            list(Order),
            format_func=lambda choice: ORDER_WORDS[choice],
            key="order",
            on_change=take_filters,
        )


def take_filters() -> None:
    """Take over what was chosen in the popover."""
    state = st.session_state
    phase = state["filter phase"]
    show_worklist(
        replace(
            current_worklist(),
            patient=state["filter patient"].strip(),
            statuses=tuple(state.get("filter status", ())),
            splits=tuple(state["filter split"]),
            phase=phase - 1 if phase else None,
            order=state["order"],
        )
    )


def active(worklist: Worklist) -> None:
    """Show what narrows the list, each with a way to drop it, and one that drops all."""
    parts = {
        "patient": worklist.patient and f"Patient: {worklist.patient}",
        "statuses": worklist.saved is not Saved.TODO and ", ".join(worklist.statuses),
        "splits": ", ".join(worklist.splits),
        "phase": "" if worklist.phase is None else f"Phase {worklist.phase + 1}",
    }
    told = {part: words for part, words in parts.items() if words}
    if not told:
        return
    with st.container(horizontal=True, gap="xsmall", key="narrowed"):
        for part, words in told.items():
            st.button(plain(words), icon=":material/close:", key=f"drop {part}", on_click=drop, args=(part,))
        st.button("Clear", type="tertiary", key="clear filters", on_click=drop, args=("all",))


def drop(part: str) -> None:
    """Drop what narrows the list, or one part of it."""
    show_worklist(narrowed(current_worklist(), part))
