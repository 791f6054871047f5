"""Models: every model with its card, a candidate beside the active one, and who may take its place."""

from functools import partial
from math import isnan

import streamlit as st

from core.labels import SHORT_NAMES
from core.records import Split
from core.workflow import model_cards, model_export, model_files, model_lines, model_verdict, shipped
from core.workflow.model_lines import ModelLine, Standing
from pages.shared.candidate_table import changed_slices, compared, metric_table
from pages.shared.frame import frame, telling
from pages.shared.importing.uploads import kept
from pages.shared.model_card import model_card
from pages.shared.model_removing import remove
from pages.shared.plain import plain
from pages.shared.promoting import history, predict_again, verdict_box
from pages.shared.reader import current_reader

SPLITS = (Split.TEST, Split.VALIDATION)


def choose(lines: list[ModelLine]) -> ModelLine:
    """The list; the newest candidate is open until another line is ticked."""
    picked = st.dataframe(
        [
            {
                "Model": line.row.name,
                "Standing": str(line.standing),
                "Made": f"{line.row.created_at.astimezone():%Y-%m-%d %H:%M}",
                "Started from": line.parent,
                "Run": line.run,
                "Size": line.megabytes,
            }
            for line in lines
        ],
        hide_index=True,
        height=min(250, 38 + 35 * len(lines)),
        on_select="rerun",
        selection_mode="single-row",
        key="models",
        column_config={"Size": st.column_config.NumberColumn(format="%.1f MB")},
    )
    if picked.selection.rows and picked.selection.rows[0] < len(lines):
        return lines[picked.selection.rows[0]]
    return next((line for line in lines if line.standing == Standing.CANDIDATE), lines[0])


def card(line: ModelLine) -> None:
    """What the model is and how good it is on the hold-out."""
    model_card(line.row)
    for dice in model_lines.holdout_dice(line.row.id):
        told = {SHORT_NAMES[label]: value for label, value in dice.by_label.items()} | {"mean": dice.heart}
        words = ", ".join(f"{name} {value:.3f}" for name, value in told.items() if not isnan(value))
        st.markdown(f"Dice on {dice.n_slices:,} {dice.split} slices: {words}")
    name = f"{line.row.name}.safetensors"
    with st.container(horizontal=True):
        st.download_button(
            "Checkpoint",
            partial(model_files.export_model, line.row.id),
            name,
            key="export model",
            icon=":material/download:",
            on_click="ignore",
            disabled=line.megabytes is None,
        )
        st.download_button(
            "ONNX",
            partial(model_export.export_onnx, line.row.id),
            f"{line.row.name}.onnx",
            key="export onnx",
            icon=":material/download:",
            on_click="ignore",
            disabled=line.megabytes is None,
            help="For other programs; what it wants to be fed stands in its metadata",
        )
        st.download_button(
            "Card",
            model_cards.card_file(line.row),
            f"{line.row.name}.json",
            key="export card",
            icon=":material/download:",
            on_click="ignore",
        )
        if line.standing != Standing.ACTIVE:
            remove(line.row.id)


def beside(line: ModelLine, active: ModelLine) -> None:
    """The candidate beside the active model."""
    verdict = model_verdict.judge(line.row.id)
    verdict_box(line.row.id, line.row.name, verdict)
    split = st.segmented_control(
        "On the patients of",
        SPLITS,
        default=verdict.split or SPLITS[0],
        required=True,
        format_func=str.capitalize,
        key=f"judges {line.row.id}",
    )
    found = compared(line.row.id, active.row.id, str(split))
    if found is None:
        st.caption("The two models share no scored slice there.")
        return
    metric_table(found)
    changed_slices(found, line.row.id, active.row.id)


def take_in() -> None:
    """A checkpoint from elsewhere becomes a candidate."""
    given = st.file_uploader("Checkpoint (.safetensors)", key="checkpoint", type=None)
    if given and st.button("Import it", icon=":material/upload_file:", type="primary", key="import model"):
        with telling():
            row, is_new = model_files.import_upload(kept(given), current_reader())
            name = plain(row.name)
            st.success(f"{name} is a candidate now." if is_new else f"It is here already, as {name}.")


with frame("Models"):
    lines = model_lines.model_lines()
    if told := st.session_state.pop("model removed", ""):
        st.toast(plain(told), icon=":material/delete:")
    if not lines:
        st.info("There is no model yet.", icon=":material/inbox:")
        st.page_link("pages/3_Train.py", label="Train one", icon=":material/model_training:")
    else:
        for told in shipped.notices():
            st.warning(plain(told), icon=":material/warning:")
        predict_again()
        left, right = st.columns([1.6, 1], gap="medium")
        with left:
            line = choose(lines)
            with st.expander("History and roll back", icon=":material/history:"):
                history()
            with st.expander("Import a model", icon=":material/upload_file:"):
                take_in()
        with right, st.container(border=True):
            card(line)
        if lines[0].standing == Standing.ACTIVE and line.row.id != lines[0].row.id:
            st.subheader(plain(f"{line.row.name} beside {lines[0].row.name}"))
            beside(line, lines[0])
