"""The line between browser and server: a page says when it is broken, and takes itself up again."""

from pathlib import Path

import streamlit as st

WATCH_LINE = st.components.v2.component(
    "septum_line", js=Path(__file__).with_name("line.js").read_text(encoding="utf-8")
)


def watch_line() -> None:
    """Have the browser say, while the line is broken, that strokes are safe, and take the page up again."""
    WATCH_LINE(key="line", on_whole_change=lambda: None)  # the run is all that is wanted
