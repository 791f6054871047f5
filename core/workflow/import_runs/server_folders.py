"""Folders of this machine from which a page may import: below the roots that the settings name, no others."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.errors import BadInput
from core.imaging.files.sources import Source, clean_name, hidden, open_file, shown_name
from core.imaging.problems import FileProblem
from core.settings import settings

MAX_OFFERED = 500  # folders in a list to choose from; others can be typed


def offered_folders() -> list[str]:
    """Return the roots and the folders right in them, to choose from; empty where no root is set."""
    folders: list[str] = []
    for root in settings().import_root_folders:
        if root.is_dir():
            inside = sorted(item for item in root.iterdir() if item.is_dir() and not hidden(item, root))
            folders += [str(root), *(str(item) for item in inside if within_roots(item))]
    return [name for name in folders if name.isprintable()][:MAX_OFFERED]


def within_roots(path: Path) -> bool:
    """Whether what the path leads to, links followed, lies in one of the roots."""
    real = path.resolve()
    return any(real.is_relative_to(root) for root in settings().import_root_folders)


def checked_folder(text: str) -> Path:
    """Return the folder that somebody named, links followed.

    Raises:
        BadInput: when it lies outside the roots, or is no folder. What is there outside the roots is
            not revealed.
    """
    roots = settings().import_root_folders
    path = Path(text.strip())
    if not path.is_absolute() or "\0" in text or not within_roots(path):
        raise BadInput(
            f"{text.strip() or 'nothing'} lies in none of the folders that may be imported from "
            f"({', '.join(str(root) for root in roots) or 'none is set'}); choose one of them, or let "
            "SEPTUM_IMPORT_ROOTS name it"
        )
    if not path.is_dir():
        raise BadInput(f"there is no folder {path} on the server; check the name")
    return path.resolve()


def open_folder(folder: Path) -> Iterator[Source | FileProblem]:
    """Yield every file below the folder in order of name; a link out of the roots is not followed."""
    files = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    for file in sorted(file for file in files if not hidden(file, folder)):
        name = clean_name(PurePosixPath(folder.name or "server", *file.relative_to(folder).parts))
        if file.is_symlink() and not within_roots(file):
            yield FileProblem(
                shown_name(name),
                f"{name.name} is a link that leads out of the folders that may be imported from; put the "
                "file itself there",
            )
        elif file.is_file():
            yield from open_file(file, name, settings().import_limits)
