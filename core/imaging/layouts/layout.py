"""What file and folder names say: which file is a mask and of which image, whose heart it is, which split."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.imaging.sources import Source
from core.labels import LabelOrder
from core.records import Split

MASK_FOLDERS = {
    "mask": "image",
    "masks": "images",
    "label": "image",
    "labels": "images",
    "labelstr": "imagestr",
    "labelsts": "imagests",
}
MASK_SUFFIX = re.compile(r"[_-](mask|gt|seg|label|labels)$", re.IGNORECASE)
CHANNEL_SUFFIX = re.compile(r"_0000$")  # nnU-Net's first channel
ACDC_NAME = re.compile(r"^(patient\d+)_(frame\d+|4d)$", re.IGNORECASE)
SPLIT_FOLDERS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
    "imagestr": None,  # nnU-Net leaves the split to itself
    "imagests": Split.TEST,
}
VENTRICLE_NAMES = {
    "lv": "left",
    "lvc": "left",  # nnU-Net's name for ACDC's cavity
    "left ventricle": "left",
    "left_ventricle": "left",
    "rv": "right",
    "right ventricle": "right",
    "right_ventricle": "right",
}
SIDECARS = {".csv", ".json", ".txt", ".md", ".cfg", ".xml", ".tsv", ".pdf", ".yaml", ".yml", ".html"}


@dataclass
class Table:
    """What csv files beside the images say, by image stem or patient."""

    patients: dict[str, str] = field(default_factory=dict)  # image stem -> patient
    splits: dict[str, Split] = field(default_factory=dict)  # patient or image stem -> split
    groups: dict[str, str] = field(default_factory=dict)  # patient -> diagnosis
    spacings_mm: dict[str, float] = field(default_factory=dict)  # image stem -> pixel size
    declared_order: LabelOrder | None = None  # by nnU-Net's dataset.json


@dataclass(frozen=True)
class Pair:
    """An image and the mask that belongs to it, if any."""

    image: Source
    mask: Source | None


def is_sidecar(source: Source) -> bool:
    """Whether the file only accompanies images, by its name."""
    return source.name.suffix.lower() in SIDECARS


def stem(name: PurePosixPath) -> str:
    """File name without .png, .nii.gz and the like."""
    base = name.name
    for ending in (".nii.gz", ".nii"):
        if base.lower().endswith(ending):
            return base[: -len(ending)]
    return name.stem


def mask_key(source: Source) -> tuple[PurePosixPath, str] | None:
    """The (folder, stem) of the image that the source would be the mask of; None when it is no mask."""
    folder, base = source.name.parent, stem(source.name)
    suffix = MASK_SUFFIX.search(base)
    twin = MASK_FOLDERS.get(folder.name.lower())
    if not suffix and not twin:
        return None
    if twin:
        folder = folder.parent / twin
    return folder_key(folder), MASK_SUFFIX.sub("", base)


def image_key(source: Source) -> tuple[PurePosixPath, str]:
    """The (folder, stem) by which a mask finds its image."""
    base = stem(source.name)
    folder = folder_key(source.name.parent)
    if folder.name in ("imagestr", "imagests"):
        base = CHANNEL_SUFFIX.sub("", base)
    return folder, base


def folder_key(folder: PurePosixPath) -> PurePosixPath:
    """The folder with its last part in small letters, so that Images and images are one."""
    return folder.parent / folder.name.lower() if folder.name else folder


def pair_masks(sources: Iterable[Source]) -> tuple[list[Pair], list[Source]]:
    """Put each mask to its image; returns the pairs and the masks that have no image.

    A mask belongs to every image of its name, such as a.png and a.nii.gz in one folder.
    """
    images: dict[tuple[PurePosixPath, str], list[Source]] = defaultdict(list)
    masks: list[tuple[tuple[PurePosixPath, str], Source]] = []
    for source in sources:
        key = mask_key(source)
        if key is None:
            images[image_key(source)].append(source)
        else:
            masks.append((key, source))
    found: dict[tuple[PurePosixPath, str], Source] = {}
    lonely = []
    for key, source in masks:
        beside = (folder_key(source.name.parent), key[1])
        match = next((place for place in (key, beside) if place in images), None)
        if match is None:
            lonely.append(source)
        else:
            found[match] = source
    return [Pair(image, found.get(key)) for key, alike in images.items() for image in alike], lonely


def identity(source: Source, table: Table) -> tuple[str, str]:
    """(patient, series name) of an image."""
    base = image_key(source)[1]
    acdc = ACDC_NAME.match(base)
    if acdc:
        return acdc[1].lower(), acdc[2].lower()
    return table.patients.get(base, base), base


def split_of(source: Source, patient: str, table: Table) -> Split | None:
    """The split that a table or a folder name gives, else None."""
    base = image_key(source)[1]
    for key in (base, patient):
        if key in table.splits:
            return table.splits[key]
    for part in reversed(source.name.parts[:-1]):
        if part.lower() in SPLIT_FOLDERS:
            return SPLIT_FOLDERS[part.lower()]
    return None


def read_tables(sources: Sequence[Source]) -> Table:
    """Gather what csv and json files say; those of other columns are left alone."""
    table = Table()
    for source in sources:
        name = source.name.name.lower()
        if name == "dataset.json":
            table.declared_order = _declared_order(source)
        elif source.name.suffix.lower() == ".csv":
            _read_csv(source, table)
    return table


def _read_csv(source: Source, table: Table) -> None:
    text = source.read().decode("utf-8-sig", errors="replace")
    for row in csv.DictReader(io.StringIO(text)):
        patient = row.get("patient")
        if not patient:
            return
        image = row.get("image")
        split = SPLIT_FOLDERS.get((row.get("split") or row.get("coursework_split") or "").lower())
        if image:
            table.patients[image] = patient
            if row.get("spacing_mm"):
                table.spacings_mm[image] = float(row["spacing_mm"])
        if split:
            table.splits[image or patient] = split
        if row.get("group"):
            table.groups[patient] = row["group"]


def _declared_order(source: Source) -> LabelOrder | None:
    """The label order that nnU-Net's dataset.json names; None when it is not that, or names no ventricle."""
    try:
        labels = json.loads(source.read()).get("labels")
    except (ValueError, AttributeError):
        return None
    if not isinstance(labels, dict):
        return None
    ventricles = {VENTRICLE_NAMES.get(str(name).lower()): number for name, number in labels.items()}
    if (ventricles.get("left"), ventricles.get("right")) == (1, 3):
        return LabelOrder.UK_BIOBANK
    if (ventricles.get("left"), ventricles.get("right")) == (3, 1):
        return LabelOrder.ACDC
    return None
