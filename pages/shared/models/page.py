"""Models: every model with its card, a candidate beside the active one, and who may take its place."""

from functools import partial

import streamlit as st

from core.records.slices import HELD_OUT
from core.workflow.evaluation import model_scores
from core.workflow.models import cards, export_checkpoint, import_checkpoint, listing, notices
from core.workflow.models.listing import ModelLine, Standing
from core.workflow.promotion import gate
from core.workflow.sweeps import sweeps
from pages.shared.clicks import button
from pages.shared.figures import counting, figures
from pages.shared.frame import errors_shown, frame
from pages.shared.importing.uploads import spooled
from pages.shared.models.candidate_table import changed_slices, compared, metric_table
from pages.shared.models.card import model_card
from pages.shared.models.promotion import history, predict_again, verdict_box
from pages.shared.models.removal import remove
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import prediction_progress
from pages.shared.words import WORDS


def choose(lines: list[ModelLine]) -> ModelLine:
    """The list; the address or a tick says which is open, else the newest candidate is.

    What is ticked stays ticked where the list is in another order after a promotion.
    """
    ids = [line.row.id for line in lines]
    named = st.query_params.get("model", "")
    if named != st.session_state.get("model in the address"):
        st.session_state["model in the address"] = named
        st.session_state["ticked model"] = int(named) if named.isdecimal() and named.isascii() else None
    kept = st.session_state.get("ticked model")
    key = f"models {'-'.join(map(str, ids))} {named} {st.session_state.get('models opened', 0)}"
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
        key=key,
        selection_default={"selection": {"rows": [ids.index(kept)] if kept in ids else [], "columns": []}},
        column_config={
            "Size": st.column_config.NumberColumn(format="%.1f MB"),
            "Standing": st.column_config.TextColumn(help=WORDS["standing"]),
        },
    )
    rows = picked.selection.rows
    st.session_state["ticked model"] = ids[rows[0]] if rows and rows[0] < len(ids) else None
    if rows and rows[0] < len(lines):
        return lines[rows[0]]
    return next((line for line in lines if line.standing == Standing.CANDIDATE), lines[0])


def sweep_winners(lines: list[ModelLine]) -> None:
    """A button for the best model of each of the newest sweeps, which opens it."""
    listed = {line.row.id for line in lines}
    for row, best in sweeps.winners():
        if best.row.model_id in listed and button(
            f"Best of {plain(row.name)}",
            icon=":material/grid_on:",
            key=f"winner {row.id}",
            help=plain(best.name),
        ):
            st.session_state["ticked model"] = best.row.model_id
            st.session_state["models opened"] = st.session_state.get("models opened", 0) + 1
            st.rerun()


def card(line: ModelLine) -> None:
    """What the model is and how good it is on the hold-out."""
    model_card(line.row)
    name = f"{line.row.name}.safetensors"
    with st.container(horizontal=True):
        st.download_button(
            "Checkpoint",
            partial(export_checkpoint.export_checkpoint, line.row.id),
            name,
            key="export model",
            icon=":material/download:",
            on_click="ignore",
            disabled=line.megabytes is None,
        )
        st.download_button(
            "ONNX",
            partial(export_checkpoint.export_onnx, line.row.id),
            f"{line.row.name}.onnx",
            key="export onnx",
            icon=":material/download:",
            on_click="ignore",
            disabled=line.megabytes is None,
            help="For other programs; what it wants to be fed stands in its metadata",
        )
        st.download_button(
            "Card",
            cards.card_file(line.row),
            f"{line.row.name}.json",
            key="export card",
            icon=":material/download:",
            on_click="ignore",
        )
        if line.standing != Standing.ACTIVE:
            remove(line.row.id)


def comparison(line: ModelLine, active: ModelLine) -> None:
    """Draw the candidate against the active model, and the button that promotes it."""
    stamp = model_scores.stamp(line.row.id, active.row.id)
    verdict = figures(("verdict", line.row.id, active.row.id), stamp, partial(gate.judge, line.row.id))
    verdict_box(line.row.id, line.row.name, verdict)
    split = st.segmented_control(
        "On the patients of",
        HELD_OUT,
        default=verdict.split or HELD_OUT[0],
        required=True,
        format_func=str.capitalize,
        key=f"judges {line.row.id}",
    )
    result = compared(line.row.id, active.row.id, split)
    if result is None:
        st.caption("The two models share no scored slice there.")
        return
    metric_table(result)
    changed_slices(result, line.row.id, active.row.id)


def take_in() -> None:
    """A checkpoint from elsewhere becomes a candidate."""
    given = st.file_uploader("Checkpoint (.safetensors)", key="checkpoint", type=None)
    if given and button("Import it", icon=":material/upload_file:", type="primary", key="import model"):
        with errors_shown():
            row, is_new = import_checkpoint.import_upload(spooled(given), current_reader())
            name = plain(row.name)
            st.success(f"{name} is a candidate now." if is_new else f"It is here already, as {name}.")


def draw_page() -> None:
    """Draw Models as this session asks for it."""
    with frame("Models"):
        lines = listing.model_lines()
        if removed := st.session_state.pop("model removed", ""):
            st.toast(plain(removed), icon=":material/delete:")
        if not lines:
            st.info("There is no model yet.", icon=":material/inbox:")
            st.page_link("pages/4_Train.py", label="Train one", icon=":material/model_training:")
        else:
            for notice in notices.model_notices():
                st.warning(plain(notice), icon=":material/warning:")
            prediction_progress()
            with counting(told=False):
                predict_again(lines[0].row.id)
            left, right = st.columns([1.6, 1], gap="medium")
            with left:
                line = choose(lines)
                sweep_winners(lines)
                with st.expander("History and roll back", icon=":material/history:"):
                    history()
                with st.expander("Import a model", icon=":material/upload_file:"):
                    take_in()
            with right, st.container(border=True):
                card(line)
            if lines[0].standing == Standing.ACTIVE and line.row.id != lines[0].row.id:
                st.header(plain(f"{line.row.name} beside {lines[0].row.name}"))
                with counting():
                    comparison(line, lines[0])
