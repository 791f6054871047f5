"""A page with the editor and a store in memory, for the browser tests."""

import gc
import os
import threading
from pathlib import Path

import numpy as np
import streamlit as st

from core.durable import replacing
from core.editing.editor_codec import encode_runs, pack_slice, read_edit
from core.errors import BadInput
from pages.shared.mask_editor import Showing, acknowledge, mask_editor

# Edits are kept in a folder, so that they outlive the session, as a store's drafts do.
FOLDER = Path(os.environ["HOST_FOLDER"])

st.set_page_config(layout="wide")
query = st.query_params
height, width = (int(side) for side in query.get("shape", "96x96").split("x"))
spacing = tuple(float(side) for side in query.get("spacing", "1.5x1.5").split("x"))
turn = st.session_state.get("turn", query.get("turn", "0"))
case = query.get("case", "one")
number = st.session_state.setdefault("number", 1)
revision = st.session_state.setdefault("revision", 1)
document = f"{case}-{number}"
rows, columns = np.mgrid[:height, :width]
pixels = (rows * 7 + columns * 13 + number).astype(np.uint16)
start = np.zeros((height, width), np.uint8)
if query.get("start") == "heart":
    distance = np.hypot(rows - height / 2, columns - width / 2)
    start[distance < 30] = 2
    start[distance < 20] = 3
    start[height // 2 - 4 : height // 2 + 4, width // 2 + 32 : width // 2 + 40] = 1
if restored := st.session_state.get("restored"):
    start[:] = restored
neighbour = np.zeros_like(start)
neighbour[10:30, 10:40] = 1


def read(file: Path) -> dict[str, object] | None:
    if not file.exists():
        return None
    with np.load(file) as found:
        return {"seq": int(found["seq"]), "tab": str(found["tab"]), "mask": found["mask"]}


def write(file: Path, draft: dict[str, object]) -> None:
    with replacing(file) as partial:
        np.savez(partial, **draft)


@st.cache_resource
def lock() -> threading.Lock:
    """Of the folder: a stroke on the heels of another starts a run while the one before still writes."""
    return threading.Lock()


def keep(file: Path, draft: dict[str, object]) -> dict[str, object]:
    """As a store does, let no older stroke replace a newer one; returns what is kept now."""
    with lock():
        kept = read(file)
        if kept is None or kept["tab"] != draft["tab"] or kept["seq"] < draft["seq"]:
            write(file, draft)
            return draft
        return kept


if st.toggle("Put the editor away", key="away"):
    st.stop()
file = FOLDER / f"{document}-{revision}.npz"
stored = read(file)
mask = stored["mask"] if stored else start
result = mask_editor(
    pack_slice(pixels, mask, spacing_mm=spacing, model_mask=start, neighbours={"previous_slice": neighbour}),
    document=document,
    revision=revision,
    key="editor",
    acknowledged=stored["seq"] if stored else 0,
    acknowledged_tab=stored["tab"] if stored else "",
    group=case,
    showing=Showing(turn=turn, usual="90", base="Slice 1 is the base", ends=True),
    reserve_px=150,
)
if result.edit and not (FOLDER / "refuse").exists():
    try:
        edit = read_edit(result.edit, document=document, revision=revision, shape=start.shape)
    except BadInput as error:
        st.error(str(error))
    else:
        stored = keep(file, {"seq": edit.seq, "tab": edit.tab, "mask": edit.mask})
acknowledge(
    document=document,
    revision=revision,
    tab=stored["tab"] if stored else "",
    seq=stored["seq"] if stored else 0,
    key="editor",
)
given = st.session_state.setdefault("given", [])
given.extend(f"{command.name} {command.document} {command.edit_seq}" for command in result.commands)
for command in result.commands:
    if command.name.startswith("turn "):
        st.session_state.turn = command.name.removeprefix("turn ")
        st.rerun()
steps = {"next_slice": 1, "previous_slice": -1}
if moved := sum(steps.get(command.name, 0) for command in result.commands):
    st.session_state.number = number + moved
    st.rerun()
left, right = st.columns(2)
if left.button("Restore", key="restore"):
    st.session_state.revision, st.session_state.restored = revision + 1, 1
    st.rerun()
if left.button("Save", key="save") and stored:
    # As a store does: the mask becomes the base of the next revision.
    write(FOLDER / f"{document}-{revision + 1}.npz", {**stored, "seq": 0, "tab": ""})
    st.session_state.revision = revision + 1
    st.rerun()
right.checkbox("Another widget", key="another")
right.text_input("Note", key="note")
st.code(" | ".join(given) or "none", language=None)
st.caption(f"runs {encode_runs(mask)[:6]}")
st.caption(f"full collections {gc.get_stats()[2]['collections']}")
