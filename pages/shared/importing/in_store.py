"""What is in the store: found by name, deleted after a second look, given masks that come later."""

import streamlit as st

from core.errors import SeptumError
from core.labels import ORDER_WORDS, LabelOrder
from core.records.results import FileResult
from core.records.slices import SeriesRow
from core.workflow.data import delete
from core.workflow.importing import attach
from core.workflow.importing.import_files import Answers
from core.workflow.review import list_series
from pages.shared.clicks import button
from pages.shared.frame import sentence
from pages.shared.importing.review import heart_link
from pages.shared.importing.tables import left_out_table, series_table
from pages.shared.importing.uploads import spooled
from pages.shared.plain import plain
from pages.shared.reader import current_reader

ROWS = 200  # a page of the list


def in_store() -> None:
    """List series to choose from, and offer what can be done with those that are chosen."""
    if not st.toggle("Show what is in the store", key="in store"):
        return
    text = st.text_input(
        "Patient or series",
        key="find series",
        icon=":material/search:",
        placeholder="Patient or series",
        label_visibility="collapsed",
    )
    listed = list_series(ROWS + 1, text=text)
    rows = listed[:ROWS]
    if not rows:
        st.info("No series fits." if text else "The store is empty.", icon=":material/inbox:")
        return
    picked = st.dataframe(
        [list_row(row) for row in rows],
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"stored {st.session_state.get('stored round', 0)}",
        height=min(320, 38 * (len(rows) + 1)),
    )
    if len(listed) > ROWS:
        st.caption(f"The newest {ROWS} are shown; search for others.")
    chosen = [rows[index] for index in picked.selection.rows if index < len(rows)]
    with st.container(horizontal=True, vertical_alignment="center"):
        if button(
            f"Delete {len(chosen)} series" if chosen else "Delete",
            icon=":material/delete:",
            key="delete",
            disabled=not chosen,
        ):
            confirm_deletion([row.id for row in chosen])
        if button(
            "Attach masks",
            icon=":material/attach_file_add:",
            key="attach",
            disabled=len(chosen) != 1,
            help="Masks that were drawn elsewhere, for the one series that is chosen",
        ):
            attach_masks(chosen[0].id, f"{chosen[0].patient}, {chosen[0].name}")
        if len(chosen) == 1:
            heart_link([chosen[0].id])
        if not chosen:
            st.caption("Choose series by the boxes at their left.", width="content")


def list_row(row: SeriesRow) -> dict[str, object]:
    """Return a stored series as the list shows it."""
    return {
        "Patient": row.patient,
        "Series": row.name,
        "Split": row.split.value,
        "Positions x phases": f"{row.n_positions} x {row.n_phases}",
        "Imported": f"{row.imported_at.astimezone():%Y-%m-%d %H:%M}",
    }


@st.dialog("Delete from the store?")
def confirm_deletion(series_ids: list[int]) -> None:
    """Tell what goes, and delete it when that is confirmed."""
    try:
        leaving = delete.what_would_go(series_ids)
        st.markdown(f"**{plain(sentence(leaving.sentence))}**")
        if leaving.patients:
            st.markdown(plain(f"Nothing is left of: {', '.join(leaving.patients)}."))
        st.caption(
            "This cannot be undone. Models that learnt from these slices stay, and keep saying so; scores "
            "of these slices go."
        )
        with st.container(horizontal=True):
            if button("Delete", icon=":material/delete:", type="primary", key="delete now"):
                delete.delete(series_ids, person=current_reader())
                st.session_state["stored round"] = st.session_state.get("stored round", 0) + 1
                forget_open_slice()
                st.rerun()
            if button("Keep", key="keep"):
                st.rerun()
    except SeptumError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")


def forget_open_slice() -> None:
    """Review opens the first of its queue next time; the slice that was open may be gone."""
    for name in ("open slice", "looked at", "compare with"):
        st.session_state[name] = None


@st.dialog("Attach masks", width="large")
def attach_masks(series_id: int, name: str) -> None:
    """Take masks for one series, and tell what became of each file."""
    st.markdown(
        f"For **{plain(name)}**. A slice that a reader has drawn or approved keeps its mask; it is told."
    )
    files = st.file_uploader(
        "Masks", accept_multiple_files=True, key=f"masks {series_id}", label_visibility="collapsed"
    )
    order = st.selectbox(
        "Numbers of the labels",
        list(LabelOrder),
        None,
        format_func=lambda choice: ORDER_WORDS[choice],
        key="attach order",
        placeholder="As the files say, or Septum asks",
    )
    if button("Attach", type="primary", disabled=not files, key="attach now"):
        try:
            uploads = [spooled(file) for file in files]
            results: list[FileResult] = list(
                attach.attach_uploads(series_id, uploads, Answers(label_order=order))
            )
        except SeptumError as error:
            st.error(plain(sentence(str(error))), icon=":material/error:")
            return
        series_table(results, "attached")
        left_out_table(results, "not attached")
