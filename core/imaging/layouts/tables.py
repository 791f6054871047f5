"""What tables beside images say: csv files, dataset.json and Info.cfg; the nearest to an image counts."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeVar

from core.errors import BadInput
from core.imaging.decode_errors import reason
from core.imaging.files.sources import Source
from core.imaging.layouts import dataset_json, sheets
from core.imaging.layouts.dataset_json import Declared, Numbering, read_dataset_json, unreadable
from core.imaging.layouts.facts import ImageFacts, PatientFacts
from core.imaging.layouts.names import patient_key, stem
from core.imaging.layouts.table_rows import ImageKey, TableRows

TABLES = {".csv", ".tsv", ".txt"}
DATASET, INFO = NAMED_TABLES = ("dataset.json", "info.cfg")
SIDECARS = TABLES | {".json", ".md", ".cfg", ".xml", ".pdf", ".yaml", ".yml", ".html", ".rtf"}
MAX_CFG_BYTES = 1 << 16
Facts = TypeVar("Facts")


def is_sidecar(source: Source) -> bool:
    """Return whether a file only accompanies images: a table, a text, or what has nothing to say."""
    return source.companion or source.name.suffix.lower() in SIDECARS


def is_read(source: Source) -> bool:
    """Return whether such a file is looked into for what it says of images, patients and masks."""
    return source.name.name.lower() in NAMED_TABLES or source.name.suffix.lower() in TABLES


@dataclass(frozen=True)
class Table:
    """All that tables say of images, patients and masks; names are those of sources."""

    images: Mapping[str, Sequence[tuple[PurePosixPath, ImageKey, ImageFacts]]] = field(default_factory=dict)
    patients: Mapping[str, Sequence[tuple[PurePosixPath, PatientFacts]]] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()  # by dataset.json files, the deepest folder first
    notes: tuple[str, ...] = ()  # what could not be used, one sentence each

    def image(self, name: PurePosixPath) -> ImageFacts:
        """Return what is said of the image of this name, whether a table has its stem or folders, too."""
        *folders, base = (part.casefold() for part in (*name.parts[:-1], stem(name)))
        keys = dict.fromkeys((base, base.removesuffix("_0000")))  # nnU-Net's first channel
        rows = [row for key in keys for row in self.images.get(key, ())]
        fitting = [
            (table, facts)
            for table, key_parts, facts in rows
            if _same_end(tuple(folders[1:]), key_parts[:-1])
        ]
        facts = _nearest(fitting, name) or ImageFacts()
        split = next((one.splits[name] for one in self.declared if name in one.splits), None)
        return facts if facts.split is not None else replace(facts, split=split)

    def patient(self, patient: str, image: PurePosixPath) -> PatientFacts:
        """Return what is said of a patient, one of whose images has the name `beside`."""
        return _nearest(self.patients.get(patient_key(patient), ()), image) or PatientFacts()

    def numbering_for(self, name: PurePosixPath) -> Numbering | None:
        """Return the structure of each number of a mask, by the nearest dataset.json of its folder or above.

        Numbers that it does not hold were not declared; those with None are structures of no use here.
        """
        above = (one for one in self.declared if name.is_relative_to(one.folder))
        return next((one.numbering for one in above if one.numbering is not None), None)


def read_tables(sources: Iterable[Source]) -> Table:
    """Gather what tables say; other tables are left alone, and what cannot be used is in the notes."""
    gathered = TableRows()
    declared: list[Declared] = []
    notes: list[str] = []
    for source in sources:
        name, ending = source.name.name.lower(), source.name.suffix.lower()
        try:
            if name == DATASET:
                declared.append(read_dataset_json(_start(source, dataset_json.MAX_BYTES), source.name))
            elif name == INFO:
                gathered.add_info(_start(source, MAX_CFG_BYTES), source.name)
            elif ending in TABLES:
                gathered.add_table(_start(source, sheets.MAX_BYTES), source.name)
        except (BadInput, OSError, csv.Error) as error:
            if name == DATASET:
                declared.append(unreadable(source.name, reason(error)))
            else:
                notes.append(f"{source.file} cannot be read in full ({reason(error)}); save it anew")
    declared.sort(key=lambda one: -len(one.folder.parts))
    notes += [note for one in declared for note in one.notes]
    gathered.settle_splits()
    images, patients = gathered.images(), gathered.patients()
    return Table(images, patients, tuple(declared), (*notes, *gathered.notes))


def _start(source: Source, most: int) -> bytes:
    """Return all bytes of a table.

    Raises:
        BadInput: when there are more than a table has.
    """
    with source.open() as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise BadInput(f"it has more than {most >> 20 or 1} MB")
    return data


def _same_end(ours: ImageKey, theirs: ImageKey) -> bool:
    """Return whether the shorter of two rows of folders is the end of the longer.

    >>> _same_end(("set", "train"), ("train",)), _same_end(("set", "train"), ("test",))
    (True, False)
    """
    n = min(len(ours), len(theirs))
    return n == 0 or ours[-n:] == theirs[-n:]


def _nearest(rows: Sequence[tuple[PurePosixPath, Facts]], name: PurePosixPath) -> Facts | None:
    """Return what the table in the deepest folder above the name says, else what all others say alike."""
    above = [row for row in rows if name.is_relative_to(row[0])]
    depth = max((len(folder.parts) for folder, _ in above), default=0)
    nearest = [facts for folder, facts in above or rows if not above or len(folder.parts) == depth]
    return nearest[0] if nearest and all(other == nearest[0] for other in nearest) else None
