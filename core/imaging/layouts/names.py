"""What the parts of a file's name mean: endings, phases, views, slices, and words that name no patient."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.imaging.readers.registry import double_endings

SEPARATORS = "_-. "

# Each tail says something of the image, never who the patient is; the patient is what stands before it.
PHASE = r"ed|es|frame[_-]?\d+|phase[_-]?\d+|ph\d+|time[_-]?\d+|t\d+"
VIEW = r"sa|sax|short[_-]?axis|la|lax|long[_-]?axis|(?:la[_-]?)?[234]ch|cine|4d"
POSITION = r"slice[_-]?\d+|sl\d+|z\d+|pos(?:ition)?[_-]?\d+"
CHANNEL = r"0000|image|img"  # nnU-Net's first channel, and words that only say what kind of file it is
TAIL = re.compile(
    rf"[{re.escape(SEPARATORS)}]+(?:(?P<phase>{PHASE})|(?P<view>{VIEW})|(?P<position>{POSITION})|{CHANNEL})$",
    re.I,
)
WHOLE_CYCLE = ("", "4d", "cine")  # views that say no more than that all phases are there
HEAD = re.compile(r"^(?:image|img)[_-]+", re.I)
# What many files of many patients are called; a name that is nothing else names nobody.
GENERIC_NAMES = re.compile(
    rf"(?:{PHASE}|{VIEW}|{POSITION}|(?:images?|img|im|mri?|cmr|scan|vol(?:ume)?|data|stack|series|slice|frame"
    r"|picture|untitled|export|rest|stress|baseline|follow[_-]?up|pre|post|visit|day|ssfp|trufi"
    r"|input|output)[_ -]?\d*)",
    re.I,
)
# Folders that say what lies in them, and not whose it is.
CONTENT_FOLDERS = re.compile(
    r"upload|images?|imgs?|images(?:tr|ts|val)|masks?|labels?|labels(?:tr|ts)|final|original|gt|seg(?:mentations?)?"
    r"|train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?|anat|cardiac|cine|func|sa|sax|la|lax|ed|es|nii|nifti|png"
    r"|dicom|dcm|data|dataset|raw|derivatives|ses-\w+|.*\.zip",
    re.I,
)
# What stands before numbers that count patients: patient_1 and patient_2 are two.
PATIENT_WORD = re.compile(
    r"(?:.*[_\- ])?(?:pat(?:ient)?s?|pt|subj(?:ect)?s?|sub|cases?|id|p|s|h|hearts?|vol(?:unteer)?s?|anon)",
    re.I,
)
NUMBERED = re.compile(r"(?P<head>.*?)[_\- ]*(?P<number>\d{1,4})")
CONVERTED = re.compile(r".+_\d{14}_\d+[a-z]*", re.I)  # dcm2niix: folder, protocol, time, series


@dataclass(frozen=True)
class NameParts:
    """A file's stem taken apart: what is left, and what its tails say."""

    rest: str  # "" where the name is all tails and words that anybody's file may have
    view: str = ""  # such as sa
    phase: str = ""  # such as ED or frame01
    position: str = ""  # such as slice_3


def stem(name: PurePosixPath) -> str:
    """Return a file's name without .png, .nii.gz and the like.

    >>> stem(PurePosixPath("a/p1.2.NII.gz")), stem(PurePosixPath("cmr 1.png"))
    ('p1.2', 'cmr 1')
    """
    base = name.name
    for ending in double_endings():
        if base.lower().endswith(ending):
            return base[: -len(ending)]
    return name.stem


def split_stem(base: str) -> NameParts:
    """Return the stem's tails, and what stands before them.

    >>> split_stem("patient001_frame01_slice_3")
    NameParts(rest='patient001', view='', phase='frame01', position='slice_3')
    >>> split_stem("sa_ED").rest, split_stem("label_free").rest
    ('', 'label_free')
    """
    parts = {"view": "", "phase": "", "position": ""}
    rest = f"_{HEAD.sub('', base)}"  # so that a name may be a tail from its beginning
    while match := TAIL.search(rest):
        parts |= {kind: text for kind, text in match.groupdict().items() if text}
        rest = rest[: match.start()]
    rest = rest[1:]
    return NameParts("" if GENERIC_NAMES.fullmatch(rest) else rest, **parts)


def frame_number(phase: str) -> int | None:
    """Return the number in a phase's name as the file counts, None where it has none.

    >>> frame_number("frame01"), frame_number("ES")
    (1, None)
    """
    digits = re.search(r"\d+$", phase)
    return int(digits[0]) if digits else None


def patient_key(patient: str) -> str:
    """Return a patient as tables and folders are compared: Excel takes zeros from 001, BIDS says sub-001.

    >>> patient_key("001"), patient_key("Sub-01"), patient_key("Patient001")
    ('1', '1', 'patient001')
    """
    plain = patient.strip().casefold().removeprefix("sub-")
    return plain.lstrip("0") or "0" if plain.isdecimal() else plain
