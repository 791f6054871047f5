"""What a browser sent, kept under numbers, with the names only saying what belongs together."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from core.imaging.files.sources import Source, open_file
from core.imaging.found import FileProblem
from core.workflow.limits import import_limits


def uploaded(files: Sequence[tuple[str, bytes]], folder: Path) -> Iterator[Source | FileProblem]:
    """What a browser sent, as files of a folder under numbers; their names say what belongs together."""
    for number, (name, data) in enumerate(files):
        file = folder / str(number)
        file.write_bytes(data)
        yield from open_file(file, logical_name(name), import_limits())


def logical_name(name: str) -> PurePosixPath:
    """An uploaded name as folders and file, below one common root as in a dropped folder.

    >>> str(logical_name("train\\\\image\\\\cmr1.png"))
    'upload/train/image/cmr1.png'
    >>> str(logical_name("../../etc/passwd"))
    'upload/etc/passwd'
    """
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return PurePosixPath("upload", *(parts or ["file"]))
