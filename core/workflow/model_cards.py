"""A model's card, whatever stands in it: checkpoints come from elsewhere, and rows from earlier versions."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.records import ModelRow
from core.store.names import one_line

LETTERS = 100  # of a text on a card
MOST_SHOWN = 20  # entries of a list or an object when the whole card is shown
DEEPEST = 8  # lists and objects within one another that are shown
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
    training_slices: tuple[str, ...]
    training_patients: frozenset[str] | None  # None where an older version wrote it, which named slices alone

    def learnt_from(self, patients: Collection[str]) -> set[str]:
        """Which of these patients the model has seen.

        Cards of older versions name slices alone, as patient/series/position/phase. Where a patient's name
        has a slash, it cannot be told from a series' name: every patient that may be meant then counts.
        """
        if self.training_patients is not None:
            return set(patients) & self.training_patients
        return set(patients) & {start for name in self.training_slices for start in beginnings(name)}


def read_card(model: ModelRow) -> Card:
    """The card of a model; never fails."""
    values = json_of(model)
    training, data, scores = (object_of(values.get(name)) for name in ("training", "data", "scores"))
    slices = texts_of(data.get("training_slices"))
    patients = data.get("training_patients")
    return Card(
        architecture=text_of(values.get("architecture")),
        widths=tuple(width for width in list_of(values.get("widths")) if type(width) is int),
        spacing_mm=number_of(values.get("spacing_mm")),
        n_training_slices=len(slices),
        loss=text_of(training.get("loss")),
        augmentation=text_of(training.get("augmentation")),
        created=text_of(values.get("created")),
        parent=text_of(values.get("parent")),
        final=training.get("final") is True,
        validation_dice=dice_of(object_of(scores.get("validation_dice"))),
        training_slices=slices,
        training_patients=frozenset(texts_of(patients)) if isinstance(patients, list) else None,
    )


def whole_card(model: ModelRow) -> object:
    """All of the card in plain values that any browser shows; what is long or deep is cut short, in words."""
    return cut_short(json_of(model))


def card_file(model: ModelRow) -> str:
    """The card as the text of a file."""
    values = json_of(model)
    return json.dumps(values, indent=1) if values else model.card


def json_of(model: ModelRow) -> dict[str, object]:
    """The object that the card is; an empty one where it is none."""
    try:
        return object_of(json.loads(model.card))
    except (ValueError, RecursionError):
        return {}


def beginnings(name: str) -> set[str]:
    """What may be the patient in a slice's name.

    >>> sorted(beginnings("SCD/01/cine/0/4"))
    ['SCD', 'SCD/01']
    """
    parts = name.split("/")
    return {"/".join(parts[:end]) for end in range(1, max(2, len(parts) - NAME_PARTS + 1))}


def cut_short(value: object, depth: int = 0) -> object:
    """A copy without what is long, deep or no number."""
    if isinstance(value, dict | list) and depth >= DEEPEST:
        return "…"
    if isinstance(value, dict):
        shown = {text_of(key): cut_short(item, depth + 1) for key, item in list(value.items())[:MOST_SHOWN]}
        return shown | ({"…": f"{len(value) - MOST_SHOWN:,} more"} if len(value) > MOST_SHOWN else {})
    if isinstance(value, list):
        kept = [cut_short(item, depth + 1) for item in value[:MOST_SHOWN]]
        return kept + ([f"… {len(value) - MOST_SHOWN:,} more"] if len(value) > MOST_SHOWN else [])
    if isinstance(value, str):
        return text_of(value) + ("…" if len(value) > LETTERS else "")
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
    return one_line(value[:LETTERS]) if isinstance(value, str) else ""


def number_of(value: object) -> float | None:
    """The value where it is a finite number, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if isfinite(found) else None


def dice_of(values: Mapping[str, object]) -> dict[Label, float]:
    """The Dice of each label that has one."""
    found = {label: number_of(values.get(SHORT_NAMES[label])) for label in FOREGROUND}
    return {label: score for label, score in found.items() if score is not None}
