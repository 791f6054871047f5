"""Files, folders and zips as one flat list of named sources; a name is for people and never a path."""

import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import BadInput
from core.imaging.found import FileProblem, Limits

ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Source:
    """Something that can be read whole, under the name it had for whoever made it."""

    name: PurePosixPath
    read: Callable[[], bytes]

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
    """A source's name without the folder or zip that was given; the name itself where there is no more.

    >>> shown_name(PurePosixPath("given/a/one.png")), shown_name(PurePosixPath("one.png"))
    ('a/one.png', 'one.png')
    """
    return "/".join(name.parts[1:] or name.parts)


def open_sources(paths: Sequence[Path], limits: Limits) -> Iterator[Source | FileProblem]:
    """Every file behind the paths, in order of name; folders and zips are gone through."""
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.is_file() and not hidden(file, path))
            names = [PurePosixPath(path.name, *file.relative_to(path).parts) for file in files]
        elif path.exists():
            files, names = [path], [PurePosixPath(path.name)]
        else:
            yield FileProblem(path.name, f"{path} is not there; check the name")
            continue
        for file, name in zip(files, names, strict=True):
            yield from open_file(file, name, limits)


def hidden(file: Path, folder: Path) -> bool:
    """Whether the file, or a folder it lies in, is hidden."""
    return any(part.startswith((".", "__MACOSX")) for part in file.relative_to(folder).parts)


def open_file(file: Path, name: PurePosixPath, limits: Limits) -> Iterator[Source | FileProblem]:
    """The file itself, or what is in it when it is a zip (an .npz is a zip too, but read as arrays)."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            start = opened.read(4)
    except OSError as error:
        yield FileProblem(
            shown_name(name), f"{name.name} cannot be read ({error.strerror}); check its permissions"
        )
        return
    if size == 0:
        yield FileProblem(shown_name(name), f"{name.name} is empty; export it again")
    elif size > limits.max_file_bytes:
        yield FileProblem(
            shown_name(name),
            f"{name.name} has {size / 1e6:.0f} MB, more than the {limits.max_file_bytes / 1e6:.0f} MB "
            "allowed; import it in parts",
        )
    elif start == ZIP_MAGIC and name.suffix.lower() != ".npz":
        yield from open_zip(file, name, limits)
    else:
        yield Source(name, file.read_bytes)


def open_zip(file: Path, name: PurePosixPath, limits: Limits) -> Iterator[Source | FileProblem]:
    """The members of a zip, each unpacked only when it is read, and only as far as the limits allow."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        yield FileProblem(
            shown_name(name), f"{name.name} is no whole zip ({error}); pack or download it again"
        )
        return
    total = sum(member.file_size for member in members)
    packed = max(1, file.stat().st_size)
    if total > limits.max_unpacked_bytes or total / packed > limits.max_ratio:
        yield FileProblem(
            shown_name(name),
            f"{name.name} would unpack from {packed / 1e6:.1f} to {total / 1e6:.0f} MB, which looks like a "
            "zip bomb; unpack it yourself and import the folder if you trust it",
        )
        return
    for member in sorted(members, key=lambda item: item.filename):
        inner = PurePosixPath(member.filename.replace("\\", "/"))
        shown = f"{shown_name(name)}/{member.filename}"
        if any(part.startswith((".", "__MACOSX")) and part != ".." for part in inner.parts):
            continue
        if inner.is_absolute() or ".." in inner.parts:
            yield FileProblem(shown, f"{shown} points outside the zip; pack the files without '..' or a root")
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield FileProblem(shown, f"{shown} is a link, not a file; pack the file itself")
        elif inner.suffix.lower() == ".zip":
            yield FileProblem(shown, f"{shown} is a zip within a zip; unpack it and import what is inside")
        elif member.file_size == 0:
            yield FileProblem(shown, f"{shown} is empty; export it again")
        else:
            yield Source(name / inner, lambda m=member: read_member(file, m, name.name, limits))  # type: ignore[misc]


def read_member(file: Path, member: zipfile.ZipInfo, shown: str, limits: Limits) -> bytes:
    """Unpack one member of the zip that people know as `shown`, stopping where its size was a lie."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(member) as opened:
            data = opened.read(member.file_size + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise BadInput(f"{member.filename} in {shown} cannot be unpacked ({error}); pack it again") from error
    if len(data) > min(member.file_size, limits.max_file_bytes):
        raise BadInput(f"{member.filename} in {shown} is larger than it says; pack it again")
    return data
