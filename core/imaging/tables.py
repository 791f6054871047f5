"""Tables beside images: whose heart an image is, its split, group, pixel size, and what labels mean."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

from core.imaging.sources import Source
from core.labels import Label
from core.records import Split

Value = TypeVar("Value")
Entries = dict[tuple[PurePosixPath, str], Value]  # (folder of the table, image stem or patient) -> value

SPLIT_WORDS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}
LABEL_WORDS = {
    "background": Label.BACKGROUND,
    **dict.fromkeys(("rv", "rvc", "rvbp", "rvcavity", "rightventricle"), Label.RIGHT_VENTRICLE),
    **dict.fromkeys(("rightventricularcavity", "rightventriclecavity"), Label.RIGHT_VENTRICLE),
    **dict.fromkeys(("myo", "mlv", "lvm", "lvmyo", "myocardium", "lvmyocardium"), Label.MYOCARDIUM),
    **dict.fromkeys(("leftventricularmyocardium", "leftventriclemyocardium"), Label.MYOCARDIUM),
    **dict.fromkeys(("lv", "lvc", "lvbp", "lvcavity", "leftventricle"), Label.LEFT_VENTRICLE),
    **dict.fromkeys(("leftventricularcavity", "leftventriclecavity"), Label.LEFT_VENTRICLE),
}


@dataclass
class Table:
    """What tables say; each counts for the images in its own folder and below, and the nearest wins."""

    patients: Entries[str] = field(default_factory=dict)  # by image stem
    splits: Entries[Split] = field(default_factory=dict)  # by patient or image stem
    groups: Entries[str] = field(default_factory=dict)  # by patient, a diagnosis
    spacings_mm: Entries[float] = field(default_factory=dict)  # by image stem
    numberings: dict[PurePosixPath, Mapping[int, Label] | None] = field(default_factory=dict)


def nearest(entries: Entries[Value], source: Source, name: str) -> Value | None:
    """What the table nearest to the source says of a name."""
    for folder in source.name.parents:
        if (folder, name) in entries:
            return entries[folder, name]
    return None


def read_tables(sources: Iterable[Source]) -> Table:
    """Gather what csv, dataset.json and ACDC's Info.cfg say; those of other columns are left alone."""
    table = Table()
    for source in sources:
        add_table(table, source)
    return table


def add_table(table: Table, source: Source) -> None:
    """Add what one file says to the table, if it is one of those known.

    Raises:
        ValueError: when it is one of those but cannot be made sense of.
    """
    name = source.file.lower()
    if name == "dataset.json":
        _add_numbering(table, source)
    elif name == "info.cfg":
        group = re.search(r"^Group:\s*(\S+)", _text(source), re.MULTILINE)
        if group:
            patient = source.name.parent.name.lower()
            table.groups[source.name.parent, patient] = group[1]
    elif name.endswith(".csv"):
        _add_rows(table, source)


def _text(source: Source) -> str:
    return source.read().decode("utf-8-sig", errors="replace")


def _add_rows(table: Table, source: Source) -> None:
    text, folder = _text(source), source.name.parent
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
            patient, image = (row.get("patient") or "").strip(), (row.get("image") or "").strip()
            if not patient:
                continue
            split = SPLIT_WORDS.get((row.get("split") or row.get("coursework_split") or "").strip().lower())
            if image:
                table.patients[folder, image] = patient
                if row.get("spacing_mm"):
                    table.spacings_mm[folder, image] = float(row["spacing_mm"])
            if split:
                table.splits[folder, image or patient] = split
            if row.get("group"):
                table.groups[folder, patient] = row["group"].strip()
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _add_numbering(table: Table, source: Source) -> None:
    """What nnU-Net's dataset.json calls its labels; None where they are none of the heart's.

    Its second version maps names to numbers, its first the other way round; regions of several numbers
    say nothing about a single one.
    """
    content = json.loads(_text(source))
    labels = content.get("labels") if isinstance(content, dict) else None
    if not isinstance(labels, dict):
        return
    pairs = [(number, name) if str(name).isdigit() else (name, number) for number, name in labels.items()]
    if not all(str(number).isdigit() for number, _ in pairs):
        return
    named = {int(number): re.sub(r"[^a-z]", "", str(name).lower()) for number, name in pairs}
    known = {number: LABEL_WORDS[name] for number, name in named.items() if name in LABEL_WORDS}
    complete = len(known) == len(named) and len(set(known.values())) == len(known)
    table.numberings[source.name.parent] = {0: Label.BACKGROUND} | known if complete else None
