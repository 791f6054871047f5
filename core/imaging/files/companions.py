"""Files that lie beside images and are none, which nobody wants to hear of one by one."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

OFFICE = "xlsx xlsm xls docx docm doc pptx pptm ppt odt ods odp odg numbers pages key msg one"
SCRIPTS = "py ipynb sh bat ps1 m r rmd css js toml ini lock"
VIEWERS = "inf exe dll ico jar chm"  # what discs with pictures bring along
NOTES = "log bval bvec err bib tex lnk url db md5 sha1 sha256"
ENDINGS = frozenset(f".{ending}" for ending in f"{OFFICE} {SCRIPTS} {VIEWERS} {NOTES}".split())
NAMES = re.compile(
    r"dicomdir|thumbs\.db|desktop\.ini|\.ds_store|\._.*|~\$.*|licen[cs]e|copying|readme|changelog|makefile"
    r"|dockerfile|checksums?|md5sums?|\.bidsignore|\.gitignore|\.gitattributes",
    re.IGNORECASE,
)
OFFICE_MEMBER = "[Content_Types].xml"
PREDICTED = (".npz", ".pkl")  # what nnU-Net writes beside each mask: probabilities, and how it came to them
MASKS = (".nii.gz", ".nii")  # of nnU-Net


def is_companion(name: PurePosixPath) -> bool:
    """Return whether a file of this name is no image, by its name alone.

    >>> [is_companion(PurePosixPath(name)) for name in ("a/DICOMDIR", "Study.XLSX", "LICENSE", "cmr1.png")]
    [True, True, True, False]
    """
    return name.suffix.lower() in ENDINGS or NAMES.fullmatch(name.name) is not None


def is_office(members: Collection[str]) -> bool:
    """Return whether a zip of these members is a document of an office program."""
    return OFFICE_MEMBER in members or {"mimetype", "META-INF/manifest.xml"} <= set(members)


def goes_with_mask(name: PurePosixPath, names: Collection[PurePosixPath]) -> bool:
    """Return whether it is what nnU-Net writes beside a mask that is among the names, too.

    >>> goes_with_mask(PurePosixPath("a/p1.npz"), [PurePosixPath("a/p1.nii.gz")])
    True
    """
    if name.suffix.lower() not in PREDICTED:
        return False
    return any(name.with_name(name.stem + ending) in names for ending in MASKS)
