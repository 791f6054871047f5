"""A model's card, whatever stands in it: checkpoints come from elsewhere, and rows from earlier versions."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.records.models import ModelRow
from core.text import one_line
from core.workflow.models.patient_marks import PatientMarks, counted

MAX_LETTERS = 100  # of a text on a card
MAX_ENTRIES = 20  # entries of a list or an object when the whole card is shown
MAX_DEPTH = 8  # lists and objects within one another that are shown
NAME_PARTS = 3  # a slice's name ends in series, position and phase


@dataclass(frozen=True)
class Card:
    """What a card says, as far as it says it in the way that we write it; "" or None where it does not."""

    architecture: str
    widths: tuple[int, ...]
    spacing_mm: float | None
    n_training_slices: int
    loss: str
    augmentation: str
    created: str  # ISO 8601
    parent: str  # name of the model whose weights it started from
    final: bool  # learnt from train + validation
    validation_dice: Mapping[Label, float]  # labels that have one
    store: str  # the mark of the store that marked the patients
    patient_marks: frozenset[str]
    training_slices: tuple[str, ...]  # names, which older versions wrote
    training_patients: frozenset[str] | None  # the same; None where slices alone are named

    def learnt_from(self, patients: Collection[str], marks: PatientMarks) -> set[str] | None:
        """Which of these patients the model has seen; None where it cannot be told.

        Cards of older versions name slices alone, as patient/series/position/phase. Where a patient's name
        has a slash, it cannot be told from a series' name: every patient that may be meant then counts.

        Args:
            patients: names in this store.
            marks: of this store.
        """
        if self.store == marks.store:
            return {patient for patient in patients if marks.of(patient) in self.patient_marks}
        if self.training_patients is not None:
            return set(patients) & self.training_patients
        if self.training_slices:
            return set(patients) & {start for name in self.training_slices for start in beginnings(name)}
        return None


def read_card(model: ModelRow) -> Card:
    """Return the card of a model; never fails."""
    values = json_of(model)
    training, data, scores = (object_of(values.get(name)) for name in ("training", "data", "scores"))
    slices = texts_of(data.get("training_slices"))
    patients = data.get("training_patients")
    return Card(
        architecture=text_of(values.get("architecture")),
        widths=tuple(width for width in list_of(values.get("widths")) if type(width) is int),
        spacing_mm=number_of(values.get("spacing_mm")),
        n_training_slices=count_of(data.get("n_training_slices")) or len(slices),
        loss=text_of(training.get("loss")),
        augmentation=text_of(training.get("augmentation")),
        created=text_of(values.get("created")),
        parent=text_of(values.get("parent")),
        final=training.get("final") is True,
        validation_dice=dice_of(object_of(scores.get("validation_dice"))),
        store=text_of(data.get("store")),
        patient_marks=frozenset(texts_of(data.get("patient_marks"))),
        training_slices=slices,
        training_patients=frozenset(texts_of(patients)) if isinstance(patients, list) else None,
    )


def whole_card(model: ModelRow) -> object:
    """Return the card in plain values that any browser shows; what is long or deep is cut short, in words."""
    return cut_short(json_of(model))


def card_file(model: ModelRow) -> str:
    """Return the card as the text of a file; it names no patient."""
    values = json_of(model)
    data = values.get("data")
    if isinstance(data, dict):
        values["data"] = counted(data)
    return json.dumps(values, indent=1) if values else model.card


def json_of(model: ModelRow) -> dict[str, object]:
    """Return the object that the card is; an empty one where it is none."""
    try:
        return object_of(json.loads(model.card))
    except (ValueError, RecursionError):
        return {}


def beginnings(name: str) -> set[str]:
    """Return what may be the patient in a slice's name.

    >>> sorted(beginnings("SCD/01/cine/0/4"))
    ['SCD', 'SCD/01']
    """
    parts = name.split("/")
    return {"/".join(parts[:end]) for end in range(1, max(2, len(parts) - NAME_PARTS + 1))}


def cut_short(value: object, depth: int = 0) -> object:
    """Return a copy without what is long, deep or no number."""
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        shown = {text_of(key): cut_short(item, depth + 1) for key, item in list(value.items())[:MAX_ENTRIES]}
        return shown | ({"…": f"{len(value) - MAX_ENTRIES:,} more"} if len(value) > MAX_ENTRIES else {})
    if isinstance(value, list):
        kept = [cut_short(item, depth + 1) for item in value[:MAX_ENTRIES]]
        return kept + ([f"… {len(value) - MAX_ENTRIES:,} more"] if len(value) > MAX_ENTRIES else [])
    if isinstance(value, str):
        return text_of(value) + ("…" if len(value) > MAX_LETTERS else "")
    if isinstance(value, int | float) and number_of(value) is None and not isinstance(value, bool):
        return "no number"
    return value


def object_of(value: object) -> dict[str, object]:
    """The value where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[object]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def texts_of(value: object) -> tuple[str, ...]:
    """The texts of a list; none where it is no list."""
    return tuple(item for item in list_of(value) if isinstance(item, str))


def text_of(value: object) -> str:
    """The value where it is a text, on one short line without what no browser takes; else ""."""
    return one_line(value[:MAX_LETTERS]) if isinstance(value, str) else ""


def number_of(value: object) -> float | None:
    """The value where it is a finite number, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def count_of(value: object) -> int:
    """The value where it is a whole number above 0, else 0."""
    return value if type(value) is int and value > 0 else 0


def dice_of(values: Mapping[str, object]) -> dict[Label, float]:
    """The Dice of each label that has one."""
    dice = {label: number_of(values.get(SHORT_NAMES[label])) for label in FOREGROUND}
    return {label: score for label, score in dice.items() if score is not None}
