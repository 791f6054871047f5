"""The kinds of files that are named by their content, where each is and how it is spoken of."""

import re
from dataclasses import dataclass

from core.store.files.entries import Entry

ARRAY, RUN_FILE, MODEL = ".npy", ".run", ".safetensors"  # endings, by what a file is
ENDINGS = (ARRAY, RUN_FILE, MODEL)
WHAT = {ARRAY: "image", RUN_FILE: "file of a run", MODEL: "model"}
REMEDY = {
    ARRAY: "restore it from a backup or import its series again",
    RUN_FILE: "restore it from a backup or start the run anew",
    MODEL: "restore it from a backup or import its checkpoint again",
}
NAME = re.compile(rf"(?:[0-9a-f]{{2}}/)?([0-9a-f]{{64}})({'|'.join(map(re.escape, ENDINGS))})")


@dataclass(frozen=True)
class Listed:
    """A file that is there."""

    entry: Entry
    digest: str  # of its content, as far as its name can be believed; "" where it is none of these files
    ending: str

    @classmethod
    def of(cls, entry: Entry) -> "Listed":
        """Return what the name of a file tells."""
        known = NAME.fullmatch(entry.name)
        return cls(entry, known[1], known[2]) if known else cls(entry, "", "")


def name_of(digest: str, ending: str = ARRAY) -> str:
    """Return a file's name below the folder, the same on every disk, so that a folder can be moved.

    >>> name_of("ab12")
    'ab/ab12.npy'
    """
    return f"{digest[:2]}/{digest}{ending}"


def names_of(digest: str, ending: str = ARRAY) -> tuple[str, ...]:
    """Return where a file may be: as now, and as the first release wrote images to other machines."""
    return (name_of(digest, ending), f"{digest}{ending}") if ending == ARRAY else (name_of(digest, ending),)
