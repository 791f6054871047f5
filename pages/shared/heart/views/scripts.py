"""The browser's part of the views: its modules as the one script that Streamlit takes, and their style."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = ("message", "planes", "short_axis", "long_axis", "views")  # each behind those that it imports


def joined(name: str) -> str:
    """Return a module without its imports, and without exports but the entry's."""
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    text = re.sub(r"^import .*;\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)


SCRIPT = "\n".join(joined(name) for name in MODULES)
STYLE = (FOLDER / "views.css").read_text(encoding="utf-8")
