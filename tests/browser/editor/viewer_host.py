"""A page with the viewer alone, for the browser tests."""

import numpy as np
import streamlit as st

from core.editing.editor_codec import pack_slice
from pages.shared.mask_editor import slice_viewer

# A staircase of intensities, so that a test can tell every pixel by its grey: 8 x 10 pixels, 0 to 790.
PIXELS = (np.arange(80, dtype=np.uint16) * 10).reshape(8, 10)
MASK = np.zeros((8, 10), np.uint8)
MASK[1:3, 1:4] = 1
MASK[4:7, 2:8] = 2
MASK[5, 4:6] = 3

st.set_page_config(layout="wide")
number = st.session_state.setdefault("number", 1)
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
commands = slice_viewer(
    pack_slice(
        PIXELS,
        MASK,
        spacing_mm=(2.0, 1.5),
        confidence=np.full((8, 10), 0.6),
        model_mask=np.roll(MASK, 1, axis=1),
    ),
    document=f"slice-{number}",
    key="viewer",
    group="series-1",
)
given = st.session_state.setdefault("given", [])
given.extend(f"{command.name} {command.document}" for command in commands)
steps = {"next_slice": 1, "previous_slice": -1}
if moved := sum(steps.get(command.name, 0) for command in commands):
    st.session_state.number = number + moved
    st.rerun()
st.text_input("Note", key="note")
st.code(f"slice {number}\n" + "\n".join(given), language=None)
st.code(f"run {runs}", language=None)
