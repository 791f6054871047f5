"""Files of labels: any way of writing 0 to 3 becomes 0 to 3, and what was done is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np

from core.errors import BadInput
from core.labels import HEART, SHORT_NAMES, Label, LabelSet

STRETCHED = {0: 0, 85: 1, 170: 2, 255: 3}  # 0 to 3 stretched over 8 bits so that people see them
BINARY = {0, 255}  # a mask of one thing; stretched labels never show the LV without its myocardium
TOLERANCE = 0.01  # of labels stored as floats, such as 0.9999
GLANCE = 4096  # pixels
MAX_NUMBERS = 1 << 17  # different numbers; more than 16 bits can hold

Numbering = Mapping[int, Label | None]  # what numbers mean by name; None is no structure of ours


def numbers_of(labels: LabelSet) -> str:
    """Return what each number of a mask means, as messages and written files say it.

    >>> numbers_of(HEART)
    '0 background, 1 RV, 2 myocardium, 3 LV'
    """
    names = {  # abbreviations as they are, others in full
        one.label: one.short_name if one.short_name.isupper() else one.name.lower()
        for one in labels.structures
    }
    return ", ".join(f"{label:d} {name}" for label, name in names.items())


EXPECTED = f"expected {numbers_of(HEART)}"
DESCRIPTION = f"{numbers_of(HEART)}; label set {HEART.id}"  # NIfTI has room for 79 bytes


def read_labels(
    values: np.ndarray, file: str, numbering: Numbering | None = None
) -> tuple[np.ndarray, list[str]]:
    """Return uint8 labels of the same shape, and notes on what was recognised.

    Args:
        values: as stored.
        file: its name, for messages.
        numbering: what the numbers mean where a table says so by name; None takes them as ours.

    Raises:
        BadInput: when there are values that are no labels, or stand for a structure that is none of ours.

    >>> read_labels(np.array([[0, 85], [170, 255]]), "mask.png")
    (array([[0, 1],
           [2, 3]], dtype=uint8), ['values 0, 85, 170, 255 read as labels 0 to 3'])
    """
    labels, notes = labels_of_parts(lambda: _planes(values), values.size, file, numbering)
    return labels.reshape(values.shape), notes


def labels_of_parts(
    parts: Callable[[], Iterator[np.ndarray]], n_values: int, file: str, numbering: Numbering | None = None
) -> tuple[np.ndarray, list[str]]:
    """Return uint8 labels in one row, and notes; of values that need not lie in memory all together.

    Args:
        parts: gives the values, part by part; asked twice, so that nothing is kept of a file without labels.
        n_values: that they are in all.
        file: as for `read_labels`, and so is `numbering`.
        numbering: see there.

    Raises:
        BadInput: when there are values that are no labels, or stand for a structure that is none of ours.
    """
    numbers: set[int] = set()
    for part in parts():
        numbers.update(np.unique(_whole_numbers(part, file)).tolist())
        if len(numbers) > MAX_NUMBERS:
            break  # no labels, however they are meant
    meanings, notes = _meanings(numbers, file, numbering)
    labels = np.empty(n_values, np.uint8)
    n_done = 0
    for part in parts():
        ours = part.ravel() if part.dtype.kind != "f" else np.round(part.ravel())
        labels[n_done : n_done + part.size] = ours if meanings is None else _translated(ours, meanings)
        n_done += part.size
    return labels, notes


def _planes(values: np.ndarray) -> Iterator[np.ndarray]:
    """An array of any shape, two dimensions at a time, in order."""
    if values.ndim < 3:
        yield values
    else:
        for index in np.ndindex(values.shape[:-2]):
            yield values[index]


def _meanings(
    numbers: set[int], file: str, numbering: Numbering | None
) -> tuple[Mapping[int, int] | None, list[str]]:
    """Our label for each number, None where they are the same, and notes on what was recognised."""
    if numbering is not None:
        return _by_name(numbers, file, numbering)
    if numbers == BINARY:
        raise BadInput(
            f"{file} holds only 0 and 255, which does not say what is marked, {EXPECTED}; export labels"
        )
    if max(numbers, default=0) > max(Label) and numbers <= set(STRETCHED):
        return STRETCHED, ["values 0, 85, 170, 255 read as labels 0 to 3"]
    odd = {value for value in numbers if not 0 <= value <= max(Label)}
    if odd:
        raise BadInput(f"{file} holds label {_listed(odd)}, {EXPECTED}; convert the labels first")
    return None, []


def look_like_masks(planes: Iterable[np.ndarray]) -> bool:
    """Return whether images hold nothing but the numbers of labels, at least two, as they are or stretched.

    >>> look_like_masks([np.array([[0, 1], [2, 3]])]), look_like_masks([np.array([[0, 1], [2, 90]])])
    (True, False)
    """
    values: set[float] = set()
    for plane in planes:
        flat = plane.reshape(-1)
        # Few pixels tell nearly any image from a mask.
        if not (_holds_labels(flat[:: max(1, flat.size // GLANCE)]) and _holds_labels(flat)):
            return False
        values |= set(np.unique(flat).tolist())
    return len(values) > 1 and (values <= {int(label) for label in Label} or values <= set(STRETCHED))


def _holds_labels(values: np.ndarray) -> bool:
    """Return whether there are values, and all could be labels in one way of writing or another."""
    if not values.size or values.dtype.kind not in "buif":
        return False
    if not 0 <= values.min() <= values.max() <= max(STRETCHED):
        return False
    distinct = set(np.unique(values).tolist())
    return distinct <= {int(label) for label in Label} or distinct <= set(STRETCHED)


def drawn_phases(labels: np.ndarray) -> tuple[int, ...]:
    """Return the phases that somebody drew in: all with any label, of (phases, positions, height, width).

    A file of one phase is taken as drawn even where it is empty. Nothing where several are all empty.
    """
    if len(labels) == 1:
        return (0,)
    return tuple(int(phase) for phase in np.flatnonzero(labels.any(axis=(1, 2, 3))))


def _by_name(
    numbers: set[int], file: str, numbering: Numbering
) -> tuple[Mapping[int, int] | None, list[str]]:
    """Return labels by what a table says that the numbers mean."""
    known = {0: Label.BACKGROUND, **numbering}
    strange = numbers - known.keys()
    if strange:
        raise BadInput(
            f"{file} holds label {_listed(strange)}, which dataset.json does not name; correct the table"
        )
    others = {number for number in numbers if known[number] is None}
    if others:
        raise BadInput(
            f"{file} holds label {_listed(others)}, which dataset.json names as a structure that Septum does "
            "not know, expected RV, myocardium and LV; take it out of the mask"
        )
    meant = {number: int(label) for number, label in known.items() if label is not None}
    if all(number == label for number, label in meant.items() if number in numbers):
        return None, []
    translation = ", ".join(
        f"{number} {SHORT_NAMES[Label(label)]}" for number, label in sorted(meant.items()) if number and label
    )
    return meant, [f"labels translated by their names in dataset.json ({translation})"]


def _whole_numbers(values: np.ndarray, file: str) -> np.ndarray:
    """Floats that are labels up to rounding, as integers; whole numbers as they are."""
    if values.dtype.kind != "f":
        return values
    # Anything beyond 16 bits is no label, and would overflow on its way to an integer.
    if np.isfinite(values).all() and np.abs(values).max(initial=0) < 1 << 16:
        rounded = np.round(values)
        if np.abs(values - rounded).max(initial=0) <= TOLERANCE:
            return rounded.astype(np.int64)
    raise BadInput(f"{file} holds values between labels, expected whole numbers 0 to 3; export labels")


def _translated(values: np.ndarray, numbering: Mapping[int, int]) -> np.ndarray:
    labels = np.zeros(values.shape, np.uint8)
    for number, label in numbering.items():
        labels[values == number] = label
    return labels


def _listed(numbers: set[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:5]))
    return shown if len(numbers) <= 5 else f"{shown} and {len(numbers) - 5} more"
