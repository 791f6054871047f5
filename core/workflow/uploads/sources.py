"""What a browser sent, kept under numbers, with the names only saying what belongs together."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from core.imaging.files.sources import Source, open_file
from core.imaging.problems import FileProblem
from core.settings import settings
from core.workflow.uploads.spool import Upload

__all__ = ["Upload", "logical_name", "upload_sources"]


def upload_sources(files: Sequence[Upload]) -> Iterator[Source | FileProblem]:
    """What a browser sent, zips opened; read from where it lies, when it is read."""
    for file in files:
        yield from open_file(file.path, logical_name(file.name), settings().import_limits)


def logical_name(name: str) -> PurePosixPath:
    """Return an uploaded name as folders and file, below one common root as in a dropped folder.

    >>> str(logical_name("train\\\\image\\\\cmr1.png"))
    'upload/train/image/cmr1.png'
    >>> str(logical_name("../../etc/passwd"))
    'upload/etc/passwd'
    """
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return PurePosixPath("upload", *(parts or ["file"]))
