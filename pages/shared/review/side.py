"""The column beside the picture: predict, the versions of the mask, and what to know of the slice."""

import streamlit as st

from core.text import plural
from core.workflow.prediction import plan, predict_store
from core.workflow.review import NOBODY, others_here
from core.workflow.review.open_slice import OpenSlice
from pages.shared.clicks import button
from pages.shared.exporting import export_button
from pages.shared.frame import errors_shown
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.review.desk import show_stored
from pages.shared.review.in_view import forget
from pages.shared.review.versions import version_list
from pages.shared.review.why import phrase
from pages.shared.run_progress import about


def predict_choices(slice_id: int, series_id: int) -> None:
    """Predict this slice at once; of many it is told first how many, by which model and for how long."""
    chosen = st.menu_button(
        "Predict",
        ("This slice", "This series", "All slices"),
        key="predict",
        icon=":material/smart_toy:",
        width="stretch",
        help="What a reader made, imported or approved stays as it is",
    )
    if chosen is None:
        return
    if chosen == "This slice":
        with st.spinner("Predicting"):
            predict_store.predict_slice(slice_id)
        forget()
        show_stored(slice_id)  # with strokes of another window, if there are any by now
        st.rerun()
    elif chosen == "This series":
        confirm_prediction(series_id)
    else:
        confirm_prediction(None)


@st.dialog("Predict many slices?")
def confirm_prediction(series_id: int | None) -> None:
    """Say how many slices of a series, or of all, by which model and for how long, before it starts."""
    with errors_shown():
        planned = plan.plan_prediction(series_id)
        where = "in the store" if series_id is None else "of this series"
        has = "has" if planned.n_slices == 1 else "have"
        st.markdown(
            f"**{plural(planned.n_slices, 'slice')}** {where} {has} no mask of **{plain(planned.model)}** "
            f"yet: it predicts them{about(planned.seconds)}."
        )
        st.caption(
            "What a reader made, approved or rejected, and references, stay as they are. You can go on "
            "reviewing meanwhile."
        )
        if button(
            "Start",
            icon=":material/smart_toy:",
            type="primary",
            key="predict now",
            disabled=not planned.n_slices,
        ):
            predict_store.start_prediction(series_id, person=current_reader())
            st.rerun()


@st.fragment
def versions_popover(opened: OpenSlice) -> None:
    """Show the versions of the mask, and the way out for it; they are compared once somebody wants to see."""
    looked_at = st.session_state.get("looked at")
    closed_anew = f"versions {opened.row.id} {opened.newest and opened.newest.id} {looked_at}"
    shown = st.popover(
        "Versions", icon=":material/history:", key=closed_anew, width="stretch", on_change="rerun"
    )
    if not shown.open:
        return
    with shown:
        version_list(opened.row.id, looked_at)
        export_button(opened.series)


def slice_notes(opened: OpenSlice, reader: str) -> None:
    """Show who else has the slice open, and why it is worth a look."""
    if reader:
        who_else(opened.row.id, reader)
    if opened.row.reasons:
        st.caption(f"Why look here: {'; '.join(phrase(reason) for reason in opened.row.reasons)}.")


@st.fragment(run_every=10)
def who_else(slice_id: int, reader: str) -> None:
    """Name the other readers of this slice, and other windows of this one, and be named to them."""
    asked_for, last = st.session_state.get("here", (None, NOBODY))
    if asked_for != (slice_id, reader):
        last = NOBODY
    here = others_here(slice_id, reader, last)
    st.session_state["here"] = ((slice_id, reader), here)
    if here.twin:
        st.badge(
            f"{plain(reader)} has it open in another window, too", icon=":material/group:", color="orange"
        )
    if here.others:
        has = "has" if len(here.others) == 1 else "have"
        names = plain(", ".join(here.others))
        st.badge(f"{names} {has} it open, too", icon=":material/group:", color="orange")
