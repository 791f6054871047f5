"""Rows of tables gathered by image and by patient; where two rows disagree, neither counts and it is told."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from core.imaging.kept_names import kept_name
from core.imaging.layouts import facts
from core.imaging.layouts.facts import ImageFacts, PatientFacts
from core.imaging.layouts.names import patient_key
from core.imaging.layouts.sheets import MAX_ROWS, Row, read_rows, table_text
from core.imaging.readers.registry import image_endings
from core.records.slices import Split

ImageKey = tuple[str, ...]  # folders and stem of an image, in small letters
Value = str | int | float | Split | None
Cells = dict[str, str]

IMAGE_CELLS: dict[str, Callable[[str], Value]] = {
    "split": facts.split,
    "spacing": facts.pixel_size,
    "phase": lambda text: facts.PHASES.get(facts.letters(text)),
}
PATIENT_CELLS: dict[str, Callable[[str], Value]] = {
    "group": facts.group,
    "ed frame": lambda text: facts.phase_index(text, 1),
    "es frame": lambda text: facts.phase_index(text, 1),
    "ed": lambda text: facts.phase_index(text, 0),
    "es": lambda text: facts.phase_index(text, 0),
    "sex": lambda text: facts.SEXES.get(facts.letters(text)),
    "age": lambda text: facts.within(text, facts.MAX_YEARS),
    "height": facts.height,
    "weight": lambda text: facts.within(text, facts.MAX_KG),
    "vendor": kept_name,
    "field": lambda text: facts.within(text, facts.MAX_TESLA),
}
LONE_PATIENT_CELLS = {"split": facts.split, **PATIENT_CELLS}  # where the row is not about one image
MAX_VALUES = 8  # different values of one field of one image or patient that are kept; two are one too many
FIELDS = {  # of the facts, where they are not called as the column is
    "spacing": "spacing_mm",
    "ed frame": "ed_phase",
    "es frame": "es_phase",
    "ed": "ed_phase",
    "es": "es_phase",
    "age": "age_years",
    "height": "height_m",
    "weight": "weight_kg",
    "field": "field_strength_t",
}
INFO_CELLS = {"ED": "ed frame", "ES": "es frame", "Group": "group", "Height": "height", "Weight": "weight"}


class TableRows:
    """What the rows read so far say, each kept with the folder of its table."""

    def __init__(self) -> None:
        """Nothing so far."""
        self.notes: list[str] = []
        self._n_rows = 0
        self._images: dict[tuple[PurePosixPath, ImageKey], _Statements] = {}
        self._patients: dict[tuple[PurePosixPath, str], _Statements] = {}
        self._spelt: dict[str, str] = {}  # a patient in small letters -> as it was spelt first

    def add_table(self, data: bytes, name: PurePosixPath) -> None:
        """Take the rows of a csv, tsv or txt file, as far as they go.

        Raises:
            csv.Error: when it cannot be taken apart any further, or the tables have too many rows in all.
        """
        lines, first = 0, ""
        try:
            folder = name.parent
            for row in read_rows(table_text(data)):
                self._n_rows += 1
                if self._n_rows > MAX_ROWS:
                    raise csv.Error(f"all tables together have more than {MAX_ROWS:,} rows")
                faults = list(self._add(row, folder, name.name))
                if faults:
                    lines += 1
                    first = first or f"line {row.line} ({faults[0]})"
        finally:
            if first:
                self.notes.append(
                    f"{name.name}: {lines} row(s) cannot be used, or not in full; the first is {first}; "
                    "mend them and import again, the rest is used"
                )

    def add_info(self, data: bytes, name: PurePosixPath) -> None:
        """Take ACDC's Info.cfg, which lies in its patient's folder."""
        pairs = (line.partition(":") for line in table_text(data).splitlines())
        cells = {
            INFO_CELLS[key.strip()]: value.strip() for key, _, value in pairs if key.strip() in INFO_CELLS
        }
        statements = self._patients.setdefault(
            (name.parent, patient_key(name.parent.name)), _Statements(name.name)
        )
        faults = list(statements.understand(cells, PATIENT_CELLS))
        if faults:
            self.notes.append(f"{name.parent.name}/{name.name}: {faults[0]}; the rest is used")

    def images(self) -> dict[str, list[tuple[PurePosixPath, ImageKey, ImageFacts]]]:
        """Return by stem in small letters: (folder of the table, key of the image, what is said of it)."""
        by_stem: dict[str, list[tuple[PurePosixPath, ImageKey, ImageFacts]]] = defaultdict(list)
        for (folder, key), statements in self._images.items():
            by_stem[key[-1]].append((folder, key, ImageFacts(**statements.agreed(key[-1], self.notes))))  # type: ignore[arg-type]
        return by_stem

    def patients(self) -> dict[str, list[tuple[PurePosixPath, PatientFacts]]]:
        """Return by patient as `patient_key` has it: (folder of the table, what is said)."""
        by_patient: dict[str, list[tuple[PurePosixPath, PatientFacts]]] = defaultdict(list)
        for (folder, patient), statements in self._patients.items():
            by_patient[patient].append((folder, PatientFacts(**statements.agreed(patient, self.notes))))  # type: ignore[arg-type]
        return by_patient

    def settle_splits(self) -> None:
        """Take the split from patients whom tables put into two; it is drawn for them as a whole then."""
        splits: dict[str, set[Value]] = defaultdict(set)
        for statements, patient in self._with_patients():
            splits[patient].update(statements.values.get("split", ()))
        torn = {patient for patient, theirs in splits.items() if len(theirs) > 1}
        for statements, patient in self._with_patients():
            if patient in torn:
                statements.values.pop("split", None)
        if torn:
            self.notes.append(
                f"tables put {len(torn)} patient(s) into several splits, the first is {min(torn)}; "
                "their splits are left aside, so that no patient is on two sides"
            )

    def _with_patients(self) -> Iterator[tuple["_Statements", str]]:
        """All that is said of somebody, with whom: images of a patient, and the patient."""
        for (_, patient), statements in self._patients.items():
            yield statements, patient
        for statements in self._images.values():
            yield from (
                (statements, patient_key(str(patient))) for patient in statements.values.get("patient", ())
            )

    def _add(self, row: Row, folder: PurePosixPath, table: str) -> Iterator[str]:
        """Take one row; yields what of it cannot be used."""
        image, patient = row.cells.get("image", ""), kept_name(row.cells.get("patient", ""))
        if row.fault or not (image or patient):
            yield row.fault or "it names neither an image nor a patient"
            return
        patient = self._spelt.setdefault(patient.casefold(), patient)
        if image:
            statements = self._images.setdefault((folder, image_key(image)), _Statements(table))
            statements.add("patient", patient)
            yield from statements.understand(row.cells, IMAGE_CELLS)
        if patient:
            statements = self._patients.setdefault((folder, patient_key(patient)), _Statements(table))
            yield from statements.understand(row.cells, PATIENT_CELLS if image else LONE_PATIENT_CELLS)


class _Statements:
    """What rows say of one image or patient: all values of each field, which should be one."""

    __slots__ = ("table", "values")

    def __init__(self, table: str) -> None:
        self.table = table
        self.values: dict[str, tuple[Value, ...]] = {}  # each once, in order; a set would take more memory

    def add(self, field: str, value: Value) -> None:
        if value is not None and value != "":
            known = self.values.get(field, ())
            if value not in known and len(known) < MAX_VALUES:
                self.values[field] = (*known, value)

    def understand(self, cells: Cells, known: Mapping[str, Callable[[str], Value]]) -> Iterator[str]:
        """Add what the cells say; yields what is wrong with those that cannot be understood."""
        for column, understood in known.items():
            if cells.get(column):
                try:
                    self.add(FIELDS.get(column, column), understood(cells[column]))
                except ValueError as error:
                    yield str(error)

    def agreed(self, whom: str, notes: list[str]) -> dict[str, Value]:
        """Return the fields on which all rows agree; a note where they do not."""
        torn = {field: values for field, values in self.values.items() if len(values) > 1}
        if torn:
            field, values = next(iter(torn.items()))
            notes.append(
                f"{self.table} says of {whom} that its {field.replace('_', ' ')} is {values[0]} and "
                f"{values[1]}; neither is used"
            )
        return {field: values[0] for field, values in self.values.items() if field not in torn}


def image_key(cell: str) -> ImageKey:
    r"""Return folders and stem, in small letters, of an image as a table names it.

    >>> image_key("Folder\\CMR1.nii.gz"), image_key("p1.2")
    (('folder', 'cmr1'), ('p1.2',))
    """
    *folders, base = cell.replace("\\", "/").casefold().strip("/").split("/")
    ending = next((ending for ending in image_endings() if base.endswith(ending)), "")
    return (*(part for part in folders if part not in ("", ".", "..")), base.removesuffix(ending))
