"""Rows of tables gathered by image and by patient; where two rows disagree, neither counts and it is told."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from core.imaging.kept_names import kept_name
from core.imaging.layouts import facts
from core.imaging.layouts.facts import ImageFacts, PatientFacts
from core.imaging.layouts.names import patient_key
from core.imaging.layouts.sheets import IMAGE_ENDINGS, MOST_ROWS, Row, read_rows, table_text
from core.records import Split

Place = tuple[str, ...]  # folders and stem of an image, in small letters
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
    "age": lambda text: facts.within(text, facts.MOST_YEARS),
    "height": facts.height,
    "weight": lambda text: facts.within(text, facts.MOST_KG),
    "vendor": kept_name,
    "field": lambda text: facts.within(text, facts.MOST_TESLA),
}
LONE_PATIENT_CELLS = {"split": facts.split, **PATIENT_CELLS}  # where the row is not about one image
MOST_SAID = 8  # different values of one field of one image or patient that are kept; two are one too many
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


class Gathered:
    """What the rows read so far say, each kept with the folder of its table."""

    def __init__(self) -> None:
        """Nothing so far."""
        self.notes: list[str] = []
        self._n_rows = 0
        self._images: dict[tuple[PurePosixPath, Place], _Said] = {}
        self._patients: dict[tuple[PurePosixPath, str], _Said] = {}
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
                if self._n_rows > MOST_ROWS:
                    raise csv.Error(f"all tables together have more than {MOST_ROWS:,} rows")
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
        said = self._patients.setdefault((name.parent, patient_key(name.parent.name)), _Said(name.name))
        faults = list(said.understand(cells, PATIENT_CELLS))
        if faults:
            self.notes.append(f"{name.parent.name}/{name.name}: {faults[0]}; the rest is used")

    def images(self) -> dict[str, list[tuple[PurePosixPath, Place, ImageFacts]]]:
        """By stem in small letters: the folder of the table, folders and stem of the image, what is said."""
        found: dict[str, list[tuple[PurePosixPath, Place, ImageFacts]]] = defaultdict(list)
        for (folder, place), said in self._images.items():
            found[place[-1]].append((folder, place, ImageFacts(**said.agreed(place[-1], self.notes))))  # type: ignore[arg-type]
        return found

    def patients(self) -> dict[str, list[tuple[PurePosixPath, PatientFacts]]]:
        """By patient as `patient_key` has it: the folder of the table, what is said."""
        found: dict[str, list[tuple[PurePosixPath, PatientFacts]]] = defaultdict(list)
        for (folder, patient), said in self._patients.items():
            found[patient].append((folder, PatientFacts(**said.agreed(patient, self.notes))))  # type: ignore[arg-type]
        return found

    def settle_splits(self) -> None:
        """Take the split from patients whom tables put into two; it is drawn for them as a whole then."""
        splits: dict[str, set[Value]] = defaultdict(set)
        for said, patient in self._with_patients():
            splits[patient].update(said.values.get("split", ()))
        torn = {patient for patient, theirs in splits.items() if len(theirs) > 1}
        for said, patient in self._with_patients():
            if patient in torn:
                said.values.pop("split", None)
        if torn:
            self.notes.append(
                f"tables put {len(torn)} patient(s) into several splits, the first is {min(torn)}; "
                "their splits are left aside, so that no patient is on two sides"
            )

    def _with_patients(self) -> Iterator[tuple["_Said", str]]:
        """All that is said of somebody, with whom: images of a patient, and the patient."""
        for (_, patient), said in self._patients.items():
            yield said, patient
        for said in self._images.values():
            yield from ((said, patient_key(str(patient))) for patient in said.values.get("patient", ()))

    def _add(self, row: Row, folder: PurePosixPath, table: str) -> Iterator[str]:
        """Take one row; yields what of it cannot be used."""
        image, patient = row.cells.get("image", ""), kept_name(row.cells.get("patient", ""))
        if row.fault or not (image or patient):
            yield row.fault or "it names neither an image nor a patient"
            return
        patient = self._spelt.setdefault(patient.casefold(), patient)
        if image:
            said = self._images.setdefault((folder, place_in_table(image)), _Said(table))
            said.add("patient", patient)
            yield from said.understand(row.cells, IMAGE_CELLS)
        if patient:
            said = self._patients.setdefault((folder, patient_key(patient)), _Said(table))
            yield from said.understand(row.cells, PATIENT_CELLS if image else LONE_PATIENT_CELLS)


class _Said:
    """What rows say of one image or patient: all values of each field, which should be one."""

    __slots__ = ("table", "values")

    def __init__(self, table: str) -> None:
        self.table = table
        self.values: dict[str, tuple[Value, ...]] = {}  # each once, in order; a set would take more memory

    def add(self, field: str, value: Value) -> None:
        if value is not None and value != "":
            known = self.values.get(field, ())
            if value not in known and len(known) < MOST_SAID:
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
        """The fields on which all rows agree; a note where they do not."""
        torn = {field: values for field, values in self.values.items() if len(values) > 1}
        if torn:
            field, values = next(iter(torn.items()))
            notes.append(
                f"{self.table} says of {whom} that its {field.replace('_', ' ')} is {values[0]} and "
                f"{values[1]}; neither is used"
            )
        return {field: values[0] for field, values in self.values.items() if field not in torn}


def place_in_table(cell: str) -> Place:
    r"""Folders and stem, in small letters, of an image as a table names it.

    >>> place_in_table("Folder\\CMR1.nii.gz"), place_in_table("p1.2")
    (('folder', 'cmr1'), ('p1.2',))
    """
    *folders, base = cell.replace("\\", "/").casefold().strip("/").split("/")
    ending = next((ending for ending in IMAGE_ENDINGS if base.endswith(ending)), "")
    return (*(part for part in folders if part not in ("", ".", "..")), base.removesuffix(ending))
