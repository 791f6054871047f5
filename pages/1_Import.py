"""Import: drop files, see what became of each."""

import streamlit as st

from core.labels import LabelOrder
from core.records import FileResult
from core.workflow import importing
from pages.shared.frame import frame, sentence

OUTCOMES = ("imported", "unchanged", "refused", "question")
RESULTS = "import results"
CHARACTERS = 75  # that a line of a message holds for sure, in a narrow window
WRAPPED = 66  # pixels of a row with three lines; a lower one is not wrapped at all


def run_import(
    files: list,
    spacing_mm: float | None = None,
    order: LabelOrder | None = None,
    only: list[str] | None = None,
) -> None:
    """Import with a progress bar and keep the result lines for the runs of the page that follow."""
    bar = st.progress(0.0, text="Reading")
    earlier: list[FileResult] = st.session_state.get(RESULTS, []) if only else []
    results = [result for result in earlier if result.file not in (only or ())]
    uploads = [(file.name, file.getvalue()) for file in files]
    for result in importing.import_uploads(uploads, spacing_mm, order, only):
        results.append(result)
        bar.progress(min(1.0, len(results) / len(uploads)), text=f"{result.file}: {result.outcome}")
    bar.empty()
    st.session_state[RESULTS] = results


def show(results: list[FileResult]) -> None:
    """One line a file, and what they come to."""
    counts = {outcome: sum(result.outcome == outcome for result in results) for outcome in OUTCOMES}
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    st.markdown(f"**{told}**")
    st.dataframe(
        [
            {"Result": result.outcome, "File": result.file, "What became of it": sentence(result.message)}
            for result in results
        ],
        hide_index=True,
        key="results",
        row_height=WRAPPED if max(len(result.message) for result in results) > CHARACTERS else None,
        column_config={
            "Result": st.column_config.TextColumn(width=80),
            "File": st.column_config.TextColumn(width=200),
        },
    )
    if any(result.series_ids for result in results) and st.button(
        "Review them", icon=":material/rate_review:", type="primary", key="review"
    ):
        st.switch_page("pages/2_Review.py")


def ask(files: list, results: list[FileResult]) -> None:
    """Questions that stand between some files and the store."""
    asked = [result.file for result in results if result.outcome == "question"]
    with st.form("questions"):
        st.markdown("**Some files need an answer before they can come in.**")
        left, right = st.columns(2)
        spacing = left.number_input(
            "Pixel size in mm", 0.0, 20.0, 0.0, 0.1, key="spacing", help="0 leaves it open"
        )
        order = right.selectbox(
            "Numbers of the labels in masks",
            [None, *LabelOrder],
            format_func=lambda choice: choice.value if choice else "as Septum would take them",
            key="order",
        )
        if st.form_submit_button("Import them with these answers", icon=":material/upload_file:"):
            run_import(files, spacing or None, order, asked)
            st.rerun()


with frame("Import"):
    st.header("Import short-axis MR")
    st.caption(
        "PNG, JPEG, TIFF, NIfTI, DICOM, NumPy, or zips of these; many at once. Masks beside images "
        "(cmr1.png and cmr1_mask.png, x.nii.gz and x_gt.nii.gz, imagesTr and labelsTr) come along."
    )
    files = st.file_uploader("Files", accept_multiple_files=True, key="files", label_visibility="collapsed")
    if st.button(
        f"Import {len(files)} files" if len(files) != 1 else "Import 1 file",
        icon=":material/upload_file:",
        type="primary",
        disabled=not files,
        key="import",
    ):
        run_import(files)
    results = st.session_state.get(RESULTS, [])
    if files and any(result.outcome == "question" for result in results):
        ask(files, results)
    if results:
        show(results)
