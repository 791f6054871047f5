"""Files, folders and zips as one flat list of named sources; a name is for people and never a path."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import BadInput
from core.imaging.deidentification.pseudonyms import readable_code
from core.imaging.files.companions import goes_with_mask, is_companion, is_office
from core.imaging.files.zips import list_members, open_members
from core.imaging.problems import FileProblem
from core.limits import Limits
from core.text import marked

ZIP_MAGIC = b"PK\x03\x04"
HEAD_BYTES = 4096  # that tell a format
MAX_PART_LETTERS = 255  # of a name between two slashes
KEPT_ENDING_LETTERS = 20  # of what ends one that is cut: _mask.nii.gz


@dataclass(frozen=True)
class Source:
    """Something that can be read whole, under the name it had for whoever made it."""

    name: PurePosixPath
    read: Callable[[], bytes]
    stream: Callable[[], BinaryIO] | None = None  # how to open it without reading all; None reads all
    first: Callable[[int], bytes] | None = None  # how to get so many first bytes of one that has no stream
    companion: bool = False  # whether it is known to be no image, such as a spreadsheet
    n_bytes: int | None = None  # that it takes where it lies, packed; None where that is not known

    def open(self) -> BinaryIO:
        """Return the bytes as a stream that can be sought in, for those who do not need all; close it.

        Raises:
            OSError, BadInput: when it cannot be read.
        """
        return self.stream() if self.stream is not None else io.BytesIO(self.read())

    def start(self, n_bytes: int) -> bytes:
        """Return so many of its first bytes, by which a wrong file is known before all of it is read.

        Raises:
            OSError, BadInput: when it cannot be read.
        """
        if self.first is not None:
            return self.first(n_bytes)
        with self.open() as opened:
            return opened.read(n_bytes)

    @property
    def file(self) -> str:
        """Short name for messages."""
        return self.name.name

    @property
    def shown(self) -> str:
        """Folders and file below what was given, which tells twins apart."""
        return shown_name(self.name)

    @property
    def folder(self) -> str:
        """Where it lay below the folder or zip that was given, in the names used there."""
        return "/".join(self.name.parts[1:-1])


def shown_name(name: PurePosixPath) -> str:
    """Return a source's name below the folder or zip that was given; the name itself where there is no more.

    >>> shown_name(PurePosixPath("given/a/one.png")), shown_name(PurePosixPath("one.png"))
    ('a/one.png', 'one.png')
    """
    return "/".join(name.parts[1:] or name.parts)


def clean_name(name: PurePosixPath) -> PurePosixPath:
    """Return the name as it can be shown, compared and kept, whatever bytes a disk or zip has for it.

    Bytes that are no UTF-8 are taken for Western European, as old systems wrote them; letters that a Mac
    takes apart are put together; a part that no disk would take, as of a zip, is cut in its middle.

    >>> str(clean_name(PurePosixPath("He\\udce4rt/a\\nb.png")))
    'Heärt/a�b.png'
    """
    return PurePosixPath(*(_cut(marked(unicodedata.normalize("NFC", _letters(part)))) for part in name.parts))


def _cut(part: str) -> str:
    """Return a part of a name, with its ending and a code of the whole where it is too long."""
    if len(part) <= MAX_PART_LETTERS:
        return part
    begin, ending = part[: MAX_PART_LETTERS - 2 * KEPT_ENDING_LETTERS], part[-KEPT_ENDING_LETTERS:]
    return f"{begin}~{readable_code(part)}{ending}"


def _letters(part: str) -> str:
    """Return the name with letters in place of the bytes that Python could not read as such."""
    return re.sub("[\udc80-\udcff]", lambda byte: chr(ord(byte[0]) - 0xDC00), part)


def open_sources(paths: Sequence[Path], limits: Limits) -> Iterator[Source | FileProblem]:
    """Every file behind the paths, in order of name; folders and zips are gone through."""
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file() and not hidden(file, path))
            names = [PurePosixPath(path.name, *file.relative_to(path).parts) for file in files]
        elif path.exists():
            files, names = [path], [PurePosixPath(path.name)]
        else:
            yield FileProblem(marked(path.name), f"{marked(str(path))} is not there; check the name")
            continue
        for file, name in zip(files, names, strict=True):
            yield from open_file(file, name, limits)


def hidden(file: Path, folder: Path) -> bool:
    """Return whether the file, or a folder it lies in, is hidden."""
    return any(part.startswith((".", "__MACOSX")) for part in file.relative_to(folder).parts)


def open_file(file: Path, name: PurePosixPath, limits: Limits) -> Iterator[Source | FileProblem]:
    """The file itself, or what is in it when it is a zip (an .npz is a zip too, but read as arrays)."""
    name = clean_name(name)
    whole = Source(name, file.read_bytes, lambda: file.open("rb"), companion=is_companion(name))
    if whole.companion:
        yield whole
        return
    try:
        size = file.stat().st_size
        start = whole.start(len(ZIP_MAGIC))
        if size == 0:
            raise BadInput(f"{name.name} is empty; export it again")
        if size > limits.max_file_bytes:
            raise BadInput(
                f"{name.name} has {size / 1e6:.0f} MB, more than the {limits.max_file_bytes / 1e6:.0f} MB "
                "allowed; import it in parts"
            )
        whole = replace(whole, n_bytes=size)
        if start != ZIP_MAGIC or name.suffix.lower() == ".npz":
            yield whole
        else:
            yield from _open_zip(whole, file, limits)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield FileProblem(shown_name(name), f"{name.name} cannot be read ({reason}); check its permissions")
    except BadInput as error:
        yield FileProblem(shown_name(name), str(error))


def _open_zip(whole: Source, file: Path, limits: Limits) -> Iterator[Source | FileProblem]:
    """The members of a zip; a document of an office program, which is a zip inside, stays whole.

    Raises:
        BadInput: when it is damaged, or would unpack to far more than it is.
    """
    infos = list_members(file, whole.file)
    if is_office([info.filename for info in infos]):
        yield replace(whole, companion=True)
        return
    for member in open_members(file, infos, whole.shown, limits):
        if isinstance(member, FileProblem):
            yield member
        else:
            name = clean_name(whole.name / member.name)
            n_bytes = member.info.compress_size
            yield Source(name, member.read, first=member.start, companion=is_companion(name), n_bytes=n_bytes)


def without_companions(sources: Iterable[Source]) -> tuple[list[Source], int]:
    """Return the sources without those that only lie beside images, and how many these are."""
    given = list(sources)
    names = {source.name for source in given}
    kept = [source for source in given if not source.companion and not goes_with_mask(source.name, names)]
    return kept, len(given) - len(kept)
