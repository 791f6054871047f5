"""The editor's script and style: modules joined into the one text that Streamlit takes; nothing to build."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
# In the order of use: all modules share one scope, in which no import is left.
MODULES = (
    "dom",
    "runs",
    "numbers",
    "packing",
    "window_level",
    "colours",
    "icons",
    "keys",
    "preferences",
    "tab_memory",
    "ahead",
    "commands",
    "raster",
    "morphology",
    "history",
    "draft",
    "draft_store",
    "outbox",
    "label_marks",
    "view",
    "controls",
    "label_chips",
    "tool_column",
    "status_line",
    "help_page",
    "menu",
    "toolbar",
    "pointer",
    "scale_bar",
    "viewer",
    "tool",
    "brush_tools",
    "shape_tools",
    "area_tools",
    "smart_tool",
    "tools",
    "mask_editor",
    "editor",
)
AHEAD_MODULES = ("runs", "packing", "tab_memory", "ahead", "ahead_entry")


def joined_script(modules: tuple[str, ...] = MODULES) -> str:
    """The modules as one script: import lines and every export but the entry's are taken off."""
    parts = []
    for name in modules:
        text = re.sub(r'^import [^;]*? from "\./[a-z_]+\.js";\n', "", asset(f"{name}.js"), flags=re.MULTILINE)
        parts.append(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE))
    return "\n".join(parts)


def asset(name: str) -> str:
    """Text of a file beside this one."""
    return (FOLDER / name).read_text(encoding="utf-8")
