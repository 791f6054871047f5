"""The grid's scripts and style, joined into the texts that Streamlit takes; nothing to build."""

import re
from pathlib import Path

from pages.shared.mask_editor.assets import IMPORT

FOLDER = Path(__file__).parent
# Each behind what it imports.
GRID = ("sheets", "cell_picture", "table", "moving", "words", "frame_of_grid", "grid")
SENT = ("sheets", "sent")


def joined(names: tuple[str, ...]) -> str:
    """Return modules as one script, in which every import and every export but the last one's is gone."""
    texts = (IMPORT.sub("", (FOLDER / f"{name}.js").read_text(encoding="utf-8")) for name in names)
    return "\n".join(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE) for text in texts)


def style() -> str:
    """Return the style sheet."""
    return (FOLDER / "grid.css").read_text(encoding="utf-8")
