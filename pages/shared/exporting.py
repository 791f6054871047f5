"""Export masks: whose, of which patients, how many that are, and the zip with its manifest."""

from collections.abc import Sequence

import streamlit as st

from core.records.exports import MaskChoice, Selection
from core.records.slices import SeriesRow
from core.text import plural
from core.workflow.data import export_masks
from core.workflow.data.export_masks import ExportPreview
from core.workflow.models import listing
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.plain import plain
from pages.shared.reader import current_reader

TITLES = {
    MaskChoice.LATEST: "Latest",
    MaskChoice.APPROVED: "Approved",
    MaskChoice.REFERENCE: "References",
    MaskChoice.MODEL: "Of a model",
    MaskChoice.READER: "Of a reader",
}
MEANS = {
    MaskChoice.LATEST: "The mask that everybody sees, whoever made it and whether it is approved or not.",
    MaskChoice.APPROVED: "The masks of approved slices, references among them; other slices are background.",
    MaskChoice.REFERENCE: "The masks that came along with the images.",
    MaskChoice.MODEL: "What a model said, also where a reader has drawn another mask since.",
    MaskChoice.READER: "What a reader saved last on each slice, also where another mask is shown since.",
}
ANY = ""  # reader or model


def export_button(series: SeriesRow | None = None) -> None:
    """Draw a button that opens the dialog, for one series or for what is chosen there."""
    if button("Export masks", icon=":material/download:", key="export", help="As one zip with a manifest"):
        export_dialog(series)


@st.dialog("Export masks", width="large")
def export_dialog(series: SeriesRow | None) -> None:
    """Ask what is to go out, say how much that is, and make the zip."""
    with errors_shown():
        selection = choose_selection(series)
        seen = export_masks.preview_export(selection)
        st.markdown(f"**{preview_words(seen)}**")
        if seen.n_partly:
            st.markdown(f":orange[:material/warning:] {partly_words(seen, selection.only_whole)}")
        if button("Prepare the zip", icon=":material/folder_zip:", key="prepare", disabled=not seen.n_masks):
            with st.spinner(f"Writing {plural(seen.n_masks, 'mask')}"):
                data = export_masks.export_zip(selection, current_reader())
            st.download_button(
                f"Download {len(data) / 1e6:.1f} MB",
                data,
                f"septum_{selection.masks.value}_masks.zip",
                icon=":material/download:",
                key="download",
                type="primary",
                on_click="ignore",
            )
        st.caption(
            "Each mask lies in the geometry of its source. manifest.csv and manifest.json say of each slice "
            "in each file: patient, series, phase, who made the mask, from which model, status, version and "
            "label set."
        )


def choose_selection(series: SeriesRow | None) -> Selection:
    """Draw the choices and return what they select."""
    choice = st.segmented_control(
        "Which masks",
        list(MaskChoice),
        default=MaskChoice.LATEST,
        required=True,
        format_func=TITLES.__getitem__,
        key="export which",
    )
    st.caption(MEANS[choice])
    reader, model_id = ANY, None
    if choice == MaskChoice.READER:
        names = [ANY, *export_masks.mask_readers()]
        reader = st.selectbox(
            "Reader", names, format_func=lambda name: name or "any, the newest", key="export reader"
        )
    if choice == MaskChoice.MODEL:
        by_id = {line.row.id: line.row.name for line in listing.model_lines()}
        model_id = st.selectbox(
            "Model",
            [None, *by_id],
            format_func=lambda one: "any, the newest" if one is None else by_id[one],
            key="export model of",
        )
    series_ids, patients = choose_hearts(series)
    only_whole = st.toggle("Leave out files that are masked only in part", key="export whole")
    return Selection(choice, reader, model_id, series_ids, patients, only_whole)


def choose_hearts(series: SeriesRow | None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Ask for this series or for patients; nothing named means all of them."""
    if series is not None and st.toggle(
        f"Only this series: {plain(series.patient)}, {plain(series.name)}", value=True, key="export this"
    ):
        return (series.id,), ()
    patients: Sequence[str] = st.multiselect(
        "Patients",
        export_masks.patient_names(),
        key="export patients",
        placeholder="All; the demo only if you name it",
    )
    return (), tuple(patients)


def preview_words(seen: ExportPreview) -> str:
    """Return what would go out, in a line."""
    if not seen.n_masks:
        return "There is no such mask here; choose other masks or patients."
    series = f"{seen.n_series:,} series"
    return f"{plural(seen.n_masks, 'mask')} in {series} of {plural(seen.n_patients, 'patient')}."


def partly_words(seen: ExportPreview, only_whole: bool) -> str:
    """Return what becomes of files in which some slices have no such mask."""
    what = f"{seen.n_partly:,} of these series {'is' if seen.n_partly == 1 else 'are'} masked only in part: "
    if only_whole:
        return what + "their files that lack a mask are left out."
    return what + "the other slices hold background, and the manifest says which they are."
