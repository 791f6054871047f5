"""The editor's scripts and style: files joined into the texts that Streamlit takes; nothing to build."""

import re
from pathlib import Path, PurePosixPath

FOLDER = Path(__file__).parent
EDITOR, AHEAD, ACKNOWLEDGEMENT = "editor.js", "following/ahead_entry.js", "messages/acknowledgement.js"
# A later one overrules an earlier one.
STYLES = ("frame", "bar", "well", "status", "overlays", "narrow", "everyone")
IMPORT = re.compile(r'^import [^;]*? from "(\.[./a-z_]+\.js)";\n', flags=re.MULTILINE)


def modules_of(entry: str) -> tuple[str, ...]:
    """Return the script and all that it imports, each behind what it imports itself, as a browser runs them.

    Raises:
        ValueError: when modules import each other in a circle; joined, one of them would come too early.
    """
    ordered: list[str] = []

    def visit(module: str, importers: tuple[str, ...]) -> None:
        if module in importers:
            raise ValueError(f"{' -> '.join((*importers, module))} is a circle of imports")
        for imported in imports_of(module):
            if imported not in ordered:
                visit(imported, (*importers, module))
        ordered.append(module)

    visit(entry, ())
    return tuple(ordered)


def imports_of(module: str) -> tuple[str, ...]:
    """Return the modules that one imports, in its order, as paths from this folder."""
    room = PurePosixPath(module).parent
    return tuple(path_from(room, imported) for imported in IMPORT.findall(asset(module)))


def path_from(room: PurePosixPath, address: str) -> str:
    """Return the path from this folder that an import of a module in that room names.

    >>> path_from(PurePosixPath("tools"), "../messages/runs.js")
    'messages/runs.js'
    """
    parts: list[str] = []
    for part in (room / address).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def joined_script(entry: str) -> str:
    """Return the entry and its modules as one script; every import and every export but the entry's is gone.

    All share one scope then, so that no two modules may use one name for different things.
    """
    return "\n".join(
        re.sub(r"^export (?!default)", "", IMPORT.sub("", asset(module)), flags=re.MULTILINE)
        for module in modules_of(entry)
    )


def joined_style() -> str:
    """Return the editor's style sheet."""
    return "\n".join(asset(f"style/{name}.css") for name in STYLES)


def asset(path: str) -> str:
    """Return the text of a file by its path from this folder."""
    return (FOLDER / path).read_text(encoding="utf-8")
