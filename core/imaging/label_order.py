"""Which ventricle a mask calls 1: the cavity that the myocardium encloses is the left one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from scipy import ndimage

from core.errors import BadInput
from core.imaging.found import Question
from core.labels import Label, LabelOrder
from core.records import Series, Topic

CLEAR = 0.8  # share of a cavity's rim on the myocardium from which a slice has a say
APART = 0.2  # by which the two cavities' shares must differ
Place = tuple[int, int]  # (position, phase)


def swap_ventricles(mask: np.ndarray) -> np.ndarray:
    """The mask in the other order: 1 and 3 exchanged."""
    return np.array([0, 3, 2, 1], np.uint8)[mask]


def guess_order(masks: Iterable[np.ndarray]) -> LabelOrder | None:
    """The order that the anatomy of the slices speaks for; None where they say nothing.

    In each slice with myocardium, the label whose rim touches myocardium more is the left ventricle.
    """
    votes = 0
    for mask in masks:
        left, right = (enclosed_share(mask, label) for label in (3, 1))
        if max(left, right) >= CLEAR and abs(left - right) > APART:
            votes += 1 if left > right else -1
    if votes == 0:
        return None
    return LabelOrder.ACDC if votes > 0 else LabelOrder.UK_BIOBANK


def enclosed_share(mask: np.ndarray, label: int) -> float:
    """Share of the pixels just outside a label that are myocardium; 0 where the label is absent."""
    cavity = mask == label
    if not cavity.any():
        return 0.0
    rim = ndimage.binary_dilation(cavity) & ~cavity
    return float((mask[rim] == Label.MYOCARDIUM).mean()) if rim.any() else 0.0


def masks_in_our_order(
    masks: Mapping[Place, np.ndarray], whose: str, told: LabelOrder | None
) -> tuple[dict[Place, np.ndarray], list[str]]:
    """(the masks by place in ACDC's order, notes on what was done or what anatomy says against it).

    Args:
        masks: (height, width) uint8 as they were read, by (position, phase).
        whose: what the masks are, as a question about them begins.
        told: the order that a person gave.

    Raises:
        Question: when nobody told, and anatomy says that the ventricles are numbered the other way round.
    """
    seen = guess_order(masks.values())
    if told is None:
        _require_ours(seen, whose)
    notes = [f"anatomy speaks for {seen.value}; check the mask"] if seen and told and seen != told else []
    if told != LabelOrder.UK_BIOBANK:
        return dict(masks), notes
    swapped = {place: swap_ventricles(mask) for place, mask in masks.items()}
    return swapped, [*notes, f"masks read as {told.value}"]


def _require_ours(seen: LabelOrder | None, whose: str) -> None:
    if seen == LabelOrder.UK_BIOBANK:
        raise Question(
            f"{whose} seems to number the ventricles the other way round ({seen.value}): its label 1 lies "
            "inside the myocardium; say which order it is",
            Topic.LABEL_ORDER,
        )


def _require_as_named(seen: LabelOrder | None, file: str) -> None:
    if seen == LabelOrder.UK_BIOBANK:
        raise BadInput(
            f"the dataset.json of {file} calls a label RV that lies inside the myocardium, expected the "
            "LV there; correct its labels"
        )


def require_known_order(masks: Iterable[np.ndarray], file: str, told: LabelOrder | None, named: bool) -> None:
    """Raise what `in_our_order` would, before the images of the masks are there.

    Args:
        masks: (height, width) uint8 as they were read.
        file: of their images.
        told: the order that a person gave.
        named: whether a table beside the masks named the labels already.

    Raises:
        Question: as `in_our_order` does.
        BadInput: likewise.
    """
    if named:
        _require_as_named(guess_order(masks), file)
    elif told is None:
        _require_ours(guess_order(masks), f"the mask of {file}")


def in_our_order(series: Series, told: LabelOrder | None, *, named: bool = False) -> Series:
    """The series with its masks in ACDC's order, and a note where anatomy disagrees with what was told.

    Args:
        series: with masks as they were read.
        told: the order that a person gave.
        named: whether a table beside the masks named the labels already, so that they are in our order.

    Raises:
        Question: when nobody told, and anatomy says that the ventricles are numbered the other way round.
        BadInput: when the table that named the labels contradicts anatomy.
    """
    masks = {(image.position, image.phase): image.mask for image in series.slices if image.mask is not None}
    if not masks:
        return series
    file = series.slices[0].source
    if named:
        _require_as_named(guess_order(masks.values()), file)
        return series
    ordered, notes = masks_in_our_order(masks, f"the mask of {file}", told)
    slices = tuple(
        image if image.mask is None else replace(image, mask=ordered[image.position, image.phase])
        for image in series.slices
    )
    return replace(series, slices=slices, notes=(*series.notes, *notes))
