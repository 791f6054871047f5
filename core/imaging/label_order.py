"""Which ventricle a mask calls 1: the cavity that the myocardium encloses is the left one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from core.errors import BadInput
from core.imaging.problems import Question
from core.labels import HEART, ORDER_WORDS, Label, LabelOrder, LabelSet, Role
from core.pixels.rim import surrounded_share
from core.records.results import Topic
from core.records.slices import Series

CLEAR_SHARE = 0.8  # share of a cavity's rim on the myocardium from which a slice has a say
MIN_DIFFERENCE = 0.2  # by which the two cavities' shares must differ


def swap_ventricles(mask: np.ndarray, labels: LabelSet = HEART) -> np.ndarray:
    """Return a mask of any shape in the other order: the cavity with a wall around it and the one without."""
    numbers = np.arange(len(labels.structures), dtype=np.uint8)
    for one, other in _mistakable(labels):
        numbers[[one, other]] = other, one
    return numbers[mask]


def guess_order(masks: Iterable[np.ndarray], labels: LabelSet = HEART) -> LabelOrder | None:
    """Return the order that the anatomy of slices (height, width) speaks for; None where they say nothing.

    In each slice with a wall, the cavity whose rim touches it more is the one that it encloses.
    """
    votes = 0
    walls, mistakable = labels.walled, _mistakable(labels)
    for mask in masks:
        for walled, other in mistakable:
            shares = [surrounded_share(mask, cavity, walls[walled]) or 0.0 for cavity in (walled, other)]
            if max(shares) >= CLEAR_SHARE and abs(shares[0] - shares[1]) > MIN_DIFFERENCE:
                votes += 1 if shares[0] > shares[1] else -1
    if votes == 0:
        return None
    return LabelOrder.ACDC if votes > 0 else LabelOrder.UK_BIOBANK


def _mistakable(labels: LabelSet) -> list[tuple[Label, Label]]:
    """Return the cavity with a wall around it and the one without, which programs number either way round."""
    others = [label for label in labels.with_role(Role.CAVITY) if label not in labels.walled]
    return [(walled, other) for walled in labels.walled for other in others]


def masks_in_our_order(
    masks: Mapping[tuple[int, int], np.ndarray], whose: str, given: LabelOrder | None
) -> tuple[dict[tuple[int, int], np.ndarray], list[str]]:
    """Return (the masks by index in ACDC's order, notes on what was done or what anatomy says against it).

    Args:
        masks: (height, width) uint8 as they were read, by (position, phase).
        whose: what the masks are, as a question about them begins.
        given: the order that a person gave.

    Raises:
        Question: when nobody gave one, and anatomy says that the ventricles are numbered the other way round.
    """
    seen = guess_order(masks.values())
    if given is None:
        _require_ours(seen, whose)
    notes = []
    if seen and given and seen != given:
        notes.append(f"anatomy speaks for {ORDER_WORDS[seen]}; check the mask")
    if given != LabelOrder.UK_BIOBANK:
        return dict(masks), notes
    swapped = {index: swap_ventricles(mask) for index, mask in masks.items()}
    return swapped, [*notes, f"masks read as {ORDER_WORDS[given]}"]


def _require_ours(seen: LabelOrder | None, whose: str) -> None:
    if seen == LabelOrder.UK_BIOBANK:
        raise Question(
            f"{whose} seems to number the ventricles the other way round ({ORDER_WORDS[seen]}): its label 1 "
            "lies inside the myocardium; say which order it is",
            Topic.LABEL_ORDER,
        )


def _require_as_named(seen: LabelOrder | None, file: str) -> None:
    if seen == LabelOrder.UK_BIOBANK:
        raise BadInput(
            f"the dataset.json of {file} calls a label RV that lies inside the myocardium, expected the "
            "LV there; correct its labels"
        )


def require_known_order(
    masks: Iterable[np.ndarray], file: str, given: LabelOrder | None, labels_named: bool
) -> None:
    """Raise what `in_our_order` would, before the images of the masks are there.

    Args:
        masks: (height, width) uint8 as they were read.
        file: of their images.
        given: the order that a person gave.
        labels_named: whether a table beside the masks named the labels already.

    Raises:
        Question: as `in_our_order` does.
        BadInput: likewise.
    """
    if labels_named:
        _require_as_named(guess_order(masks), file)
    elif given is None:
        _require_ours(guess_order(masks), f"the mask of {file}")


def in_our_order(series: Series, given: LabelOrder | None, *, labels_named: bool = False) -> Series:
    """Return the series with its masks in ACDC's order, and a note where anatomy disagrees with the answer.

    Args:
        series: with masks as they were read.
        given: the order that a person gave.
        labels_named: whether a table beside the masks named the labels, which are in our order then.

    Raises:
        Question: when nobody gave one, and anatomy says that the ventricles are numbered the other way round.
        BadInput: when the table that named the labels contradicts anatomy.
    """
    masks = {(image.position, image.phase): image.mask for image in series.slices if image.mask is not None}
    if not masks:
        return series
    file = series.slices[0].source
    if labels_named:
        _require_as_named(guess_order(masks.values()), file)
        return series
    ordered, notes = masks_in_our_order(masks, f"the mask of {file}", given)
    slices = tuple(
        image if image.mask is None else replace(image, mask=ordered[image.position, image.phase])
        for image in series.slices
    )
    return replace(series, slices=slices, notes=(*series.notes, *notes))
