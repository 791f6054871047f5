"""Which file a series' masks go into: its source's name, made safe, and never one that is taken."""

import hashlib
import unicodedata
from pathlib import PurePosixPath

from core.imaging.layouts.names import stem

FORBIDDEN = '<>:"/\\|?*'  # on one system or another
# File systems take 255 bytes of a name, and letters take up to four. This leaves room for a number that tells
# twins apart, for _mask.nii.gz, and for what a file is called until it is whole.
MAX_NAME_BYTES = 200
DIGEST_LETTERS = 8
RESERVED = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{kind}{n}" for kind in ("COM", "LPT") for n in range(1, 10)))
)


def mask_stem(file_format: str, source: str, patient: str, series: str) -> str:
    """Return what a mask file's name begins with: the source's stem; of a DICOM its patient and series.

    >>> mask_stem("nifti", "patient001_frame01.nii.gz", "patient001", "frame01")
    'patient001_frame01'
    >>> mask_stem("dicom", "IM0001.dcm", "SCD/01", "SAX cine")
    'SCD_01_SAX cine'
    """
    if file_format == "dicom":
        return safe_name("_".join(part for part in (patient, series) if part))
    return safe_name(source_stem(source) or series)


def source_stem(source: str) -> str:
    """Return a file's name without its ending.

    >>> source_stem("a.b.nii.gz"), source_stem("cmr 1.png")
    ('a.b', 'cmr 1')
    """
    return stem(PurePosixPath(source))


def safe_name(text: str) -> str:
    """Return text as one part of a path that can lead nowhere else; other letters stay as they are.

    No system takes it for something else: Windows knows CON, and drops dots and blanks at the end.

    >>> safe_name("../SAX cine/1"), safe_name("Übung 1"), safe_name(".."), safe_name("con.1")
    ('_._SAX cine_1', 'Übung 1', '__', '_con.1')
    """
    cleaned = "".join("_" if c in FORBIDDEN or not c.isprintable() else c for c in text)
    cleaned = shortened(cleaned.strip() or "_")
    if cleaned.startswith("."):
        cleaned = "_" + cleaned[1:]
    kept = cleaned.rstrip(". ")
    cleaned = kept + "_" * (len(cleaned) - len(kept))
    return f"_{cleaned}" if cleaned.split(".")[0].strip().upper() in RESERVED else cleaned


def shortened(name: str) -> str:
    """Return a name of at most MAX_NAME_BYTES in UTF-8; one that is cut ends on a digest of the whole.

    >>> shortened("ü" * 101 + "a") == shortened("ü" * 101 + "b"), len(shortened("ü" * 101).encode())
    (False, 199)
    """
    encoded = name.encode("utf-8", "replace")
    if len(encoded) <= MAX_NAME_BYTES:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:DIGEST_LETTERS]
    return f"{encoded[: MAX_NAME_BYTES - DIGEST_LETTERS - 1].decode('utf-8', 'ignore')}~{digest}"


def safe_folder(folder: str) -> PurePosixPath:
    """Return logical folders as a relative path of safe parts.

    >>> str(safe_folder("a/../b c"))
    'a/__/b c'
    """
    return PurePosixPath(*(safe_name(part) for part in folder.split("/") if part))


class TakenNames:
    """Names that have been given out, and to whom.

    Small and capital letters are one, as on many disks, and so are both ways of writing an umlaut.
    """

    def __init__(self) -> None:
        """None so far."""
        self._owners: dict[str, str] = {}

    def owner(self, name: str) -> str | None:
        """Return whom the name was given to."""
        return self._owners.get(_compared(name))

    def take(self, name: str, owner: str) -> None:
        """Give the name out."""
        self._owners[_compared(name)] = owner

    def free(self, stem: str) -> str:
        """Return the stem, or the first of stem_2, stem_3 and so on that nobody has."""
        number, candidate = 1, stem
        while self.owner(candidate) is not None:
            number += 1
            candidate = f"{stem}_{number}"
        return candidate


def _compared(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
