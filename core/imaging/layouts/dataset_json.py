"""What a dataset.json of nnU-Net, Decathlon or MONAI Label says: structures by number, and splits."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.imaging.decode_errors import reason
from core.imaging.kept_names import kept_name
from core.imaging.layouts.facts import letters
from core.labels import NAMES, Label
from core.records.slices import Split

MAX_BYTES = 2 << 20  # ten thousand cases
# Every name that stands for one of our structures alone. A bare LV among a mask's numbers is its cavity.
STRUCTURES = {
    Label.BACKGROUND: "background bg unlabeled unlabelled none void",
    Label.RIGHT_VENTRICLE: "rv rvc rvbp rvbloodpool rvcavity rvendo rvendocardium rightventricle"
    " rightventricularcavity rightventricularbloodpool rightventriclecavity rightventriclebloodpool",
    Label.MYOCARDIUM: "myo myocardium lvm mlv lvmyo myolv lvmyocardium lvwall myocardiumlv leftmyocardium"
    " leftventricularmyocardium leftventriclemyocardium leftventricularwall myocardiumoftheleftventricle",
    Label.LEFT_VENTRICLE: "lv lvc lvbp lvbloodpool lvcavity lvendo lvendocardium leftventricle"
    " leftventricularcavity leftventricularbloodpool leftventriclecavity leftventriclebloodpool",
}
LISTS = {
    "training": Split.TRAIN,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}
Numbering = Mapping[int, Label | None]  # None for structures that are none of ours


@dataclass(frozen=True)
class Declared:
    """What one dataset.json declares for the files of its folder and below; names are those of sources."""

    folder: PurePosixPath
    numbering: Numbering | None = None
    splits: dict[PurePosixPath, Split] = field(default_factory=dict)  # image -> split
    notes: tuple[str, ...] = ()


def read_dataset_json(data: bytes, name: PurePosixPath) -> Declared:
    """Return what the file declares; a note where it cannot be understood.

    >>> read_dataset_json(b'{"labels": {"LV": 1, "scar": 2}}', PurePosixPath("a/dataset.json")).numbering
    {0: <Label.BACKGROUND: 0>, 1: <Label.LEFT_VENTRICLE: 3>, 2: None}
    """
    folder = name.parent
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        return unreadable(name, reason(error))
    if not isinstance(content, dict):
        return Declared(folder)
    labels = content.get("labels")
    numbering, notes = _numbering(labels, name.name)
    if labels and numbering is None:
        return unreadable(name, "its labels have no form that is known")
    # Alone, "training" only means that there are masks; beside a validation list it is a split.
    divided = bool(content.get("validation"))
    splits = {
        folder / image: split
        for key, split in LISTS.items()
        if divided or split is Split.TEST
        for image in _images(content.get(key))
    }
    return Declared(folder, numbering, splits, notes)


def unreadable(name: PurePosixPath, why: str) -> Declared:
    """Return what counts where a dataset.json cannot be understood, which may number structures in any way.

    Masks are refused until it says so, or somebody does.
    """
    note = f"{name.name} cannot be read ({why}); mend it, since it says what masks mean"
    return Declared(name.parent, {0: Label.BACKGROUND}, notes=(note,))


def structure(name: str) -> Label | None:
    """Return the structure that a name stands for; None when it is none of ours.

    >>> structure("Right ventricle"), structure("LV_blood_pool"), structure("left atrium")
    (<Label.RIGHT_VENTRICLE: 1>, <Label.LEFT_VENTRICLE: 3>, None)
    """
    return next((label for label, names in STRUCTURES.items() if letters(name) in names.split()), None)


def _numbering(labels: object, file: str) -> tuple[Numbering | None, tuple[str, ...]]:
    """Numbers by structure out of {"LV": 3}, {"3": "LV"} or a list; regions of several numbers name none."""
    if isinstance(labels, list):
        labels = {str(number): name for number, name in enumerate(labels)}
    if not isinstance(labels, dict):
        return None, ()
    names_by_number: dict[int, set[str]] = defaultdict(set)
    for key, value in labels.items():
        for number, name in _entries(key, value):
            names_by_number[number] |= {name} - {""}
    if not names_by_number:
        return None, ()
    numbering: dict[int, Label | None] = {0: Label.BACKGROUND}
    for number, names in names_by_number.items():
        meant = {structure(name) for name in names}
        numbering[number] = meant.pop() if len(meant) == 1 else None
    times = Counter(numbering.values())
    twice = [label for label in Label if times[label] > 1 and label is not Label.BACKGROUND]
    notes = [
        f"{file} gives {NAMES[label].lower()} several numbers, so that it is unclear which is meant; "
        "masks that hold one of them are refused"
        for label in twice
    ]
    return {number: None if label in twice else label for number, label in numbering.items()}, tuple(notes)


def _entries(key: str, value: object) -> Iterator[tuple[int, str]]:
    """(number, name) of an entry; the name is empty for the numbers of a region."""
    if isinstance(value, list) and len(value) > 1:
        for item in value:
            yield from ((number, "") for number in _whole(item))
        return
    only = value[0] if isinstance(value, list) and value else value
    if isinstance(only, str) and not only.strip().isdecimal():
        yield from ((number, kept_name(only)) for number in _whole(key))
    else:
        yield from ((number, kept_name(key)) for number in _whole(only))


def _whole(value: object) -> Iterator[int]:
    """The number as an integer, if it is one that a mask can hold."""
    text = str(value).strip()
    if not isinstance(value, bool) and text.isdecimal() and len(text) <= 5:
        yield int(text)


def _images(entries: object) -> Iterator[str]:
    """The images in a list of {"image": ..., "label": ...} or of paths, as paths below the file's folder."""
    for entry in entries if isinstance(entries, list) else ():
        image = entry.get("image") if isinstance(entry, dict) else entry
        if isinstance(image, str) and image:
            yield image.replace("\\", "/").lstrip("/")
