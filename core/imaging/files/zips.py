"""What is in a zip, each member unpacked only when it is read and only as far as the limits allow."""

import stat
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.files.companions import is_companion
from core.imaging.files.zip_directory import require_small_directory
from core.imaging.problems import FileProblem
from core.limits import Limits
from core.text import marked

# The others unpack a block at once, whatever it becomes; nobody's images need them.
BOUNDED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED = 0x1
MAX_NAME_LETTERS = 500  # letters of folders and file; a message is to be read


@dataclass(frozen=True)
class Member:
    """A file in a zip."""

    file: Path
    info: zipfile.ZipInfo
    zip_name: str  # as people know it
    limits: Limits

    @property
    def name(self) -> PurePosixPath:
        """Folders and name within the zip; old Windows tools write backslashes."""
        return PurePosixPath(self.info.filename.replace("\\", "/"))

    def read(self) -> bytes:
        """Return all of it.

        Raises:
            BadInput: when it is damaged, or larger than it says or than is allowed.
        """
        shown = f"{marked(self.name.name)} in {self.zip_name}"
        if self.info.file_size > self.limits.max_file_bytes:
            raise BadInput(
                f"{shown} has {self.info.file_size / 1e6:.0f} MB, which is too large; import it in parts"
            )
        data = self.start(self.info.file_size + 1)
        if len(data) > self.info.file_size:
            raise BadInput(f"{shown} is larger than it says; pack it again")
        return data

    def start(self, n_bytes: int) -> bytes:
        """Return so many of its first bytes.

        Raises:
            BadInput: when it is damaged.
        """
        shown = f"{marked(self.name.name)} in {self.zip_name}"
        if self.info.flag_bits & ENCRYPTED:
            raise BadInput(f"{shown} is locked with a password; unpack it and import what is inside")
        if self.info.compress_type not in BOUNDED:
            raise BadInput(f"{shown} is packed in an unusual way; pack it again as an ordinary zip")
        with (
            decoding(shown, "cannot be unpacked", "pack it again"),
            zipfile.ZipFile(self.file) as archive,
            archive.open(self.info) as opened,
        ):
            return opened.read(n_bytes)


def list_members(file: Path, zip_name: str) -> list[zipfile.ZipInfo]:
    """Return what lies in a zip, by name, without folders.

    Raises:
        BadInput: when it is no whole zip, holds nothing, or more files than an import can keep in mind.
    """
    with (
        decoding(zip_name, "is no whole zip", "pack or download it again"),
        file.open("rb") as opened,
    ):
        require_small_directory(opened, zip_name)
        archive = zipfile.ZipFile(opened)
        infos = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
    if not infos:
        raise BadInput(f"{zip_name} holds no files; pack or download it again")
    return infos


def open_members(
    file: Path, infos: Sequence[zipfile.ZipInfo], shown: str, limits: Limits
) -> Iterator[Member | FileProblem]:
    """The files that may be read, and what is wrong with the others; hidden ones are passed over.

    Raises:
        BadInput: when they would unpack to far more than the zip is.
    """
    zip_name = PurePosixPath(shown).name
    total, packed = sum(info.file_size for info in infos), file.stat().st_size
    if total > limits.unpacked_from(packed):
        raise BadInput(
            f"{zip_name} would unpack from {packed / 1e6:.1f} to {total / 1e6:.0f} MB, which looks like a "
            "zip bomb; unpack it yourself and import the folder if you trust it"
        )
    seen: set[PurePosixPath] = set()
    for info in infos:
        member = Member(file, info, zip_name, limits)
        if any(part.startswith((".", "__MACOSX")) and part != ".." for part in member.name.parts):
            continue
        fault = _fault(member, seen)
        inner = f"{shown}/{marked(info.filename[:MAX_NAME_LETTERS])}"
        yield FileProblem(inner, f"{inner} {fault}") if fault else member
        seen.add(member.name)


def _fault(member: Member, seen: Collection[PurePosixPath]) -> str:
    """Why a member cannot be read; empty when it can."""
    name = member.name
    if name.is_absolute() or ".." in name.parts:
        return "points outside the zip; pack the files without '..' or a root"
    if len(member.info.filename) > MAX_NAME_LETTERS:
        return "... has a name that is too long; pack the files under shorter ones"
    if name in seen:
        return "lies twice in the zip; pack it again"
    if stat.S_ISLNK(member.info.external_attr >> 16):
        return "is a link, not a file; pack the file itself"
    if name.suffix.lower() == ".zip":
        return "is a zip within a zip; unpack it and import what is inside"
    if member.info.file_size == 0 and not is_companion(name):
        return "is empty; export it again"
    return ""
