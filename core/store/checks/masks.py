"""Whether every mask can be read, has its slice's size and labels of ours alone."""

import zlib
from collections.abc import Iterator

import numpy as np
from sqlalchemy import select

from core.labels import Label
from core.metrics.counts import N_LABELS
from core.metrics.statistics.calibration import N_BINS
from core.store.checks.rows import RESTORE, OnChecked, describe_slice, in_parts
from core.store.database import Store
from core.store.slices.label_pixels import PIXELS, join_pixels, labels_in
from core.store.tables.derived import CorrectionTable, ScoredMaskTable, ScoreTable
from core.store.tables.masks import DraftTable, MaskTable, PredictionTable, SetAsideTable
from core.store.tables.slices import SliceTable

MASKS_AT_ONCE = 100  # rows that may each hold a mask or probabilities of some hundred thousand bytes
CONFUSION_BYTES = N_LABELS * N_LABELS * 4  # int32
DISTANCE_BYTES = 2 * N_LABELS * 8  # float64
RELIABILITY_BYTES = N_LABELS * 3 * N_BINS * 4  # float32


def version_problems(store: Store, checked: OnChecked) -> Iterator[str]:
    """Yield a sentence for each version that cannot be read or has other pixels than were counted."""
    query = select(
        MaskTable.id, MaskTable.slice_id, SliceTable.height, SliceTable.width, MaskTable.pixels, *PIXELS
    ).join(SliceTable, MaskTable.slice_id == SliceTable.id)
    for rows in in_parts(
        store, join_pixels(query, MaskTable.id, outer=True), MaskTable.id, most=MASKS_AT_ONCE
    ):
        for number, slice_id, height, width, packed, *counts in rows:
            problem = mask_problem(packed, height, width) or miscounted(packed, counts)
            if problem:
                yield f"version {number} of {describe_slice(store, slice_id)} {problem}; {RESTORE}"
        checked(len(rows))


def draft_problems(store: Store, checked: OnChecked) -> Iterator[str]:
    """Yield a sentence for each draft that cannot be read, also of those that are put aside."""
    for keys, pixels in (
        ((DraftTable.slice_id, DraftTable.reader), DraftTable.pixels),
        ((SetAsideTable.slice_id, SetAsideTable.spread), SetAsideTable.pixels),
    ):
        query = select(*keys, SliceTable.height, SliceTable.width, pixels).join(
            SliceTable, keys[0] == SliceTable.id
        )
        for rows in in_parts(store, query, *keys, most=MASKS_AT_ONCE):
            for slice_id, name, height, width, packed in rows:
                if problem := mask_problem(packed, height, width):
                    whose = f"of {name}" if keys[1] is DraftTable.reader else "before Many slices"
                    yield (
                        f"the unsaved drawing {whose} on {describe_slice(store, slice_id)} {problem}; "
                        "discard it on the Review page"
                    )
            checked(len(rows))


def prediction_problems(store: Store, checked: OnChecked) -> Iterator[str]:
    """Yield a sentence for each prediction whose mask or probabilities cannot be read."""
    table = PredictionTable
    query = select(table.slice_id, SliceTable.height, SliceTable.width, table.mask, table.probabilities).join(
        SliceTable, table.slice_id == SliceTable.id
    )
    for rows in in_parts(store, query, table.slice_id, most=MASKS_AT_ONCE):
        for slice_id, height, width, packed, probabilities in rows:
            problem = mask_problem(packed, height, width)
            if not problem and size_of(probabilities) != len(Label) * height * width:
                problem = "has probabilities that cannot be read"
            if problem:
                yield f"the prediction of {describe_slice(store, slice_id)} {problem}; predict it again"
        checked(len(rows))


def score_problems(store: Store, checked: OnChecked) -> Iterator[str]:
    """Yield a sentence for each score whose figures or mask cannot be read."""
    keys = (ScoreTable.model_id, ScoreTable.slice_id)
    figures = (ScoreTable.confusion, ScoreTable.distances_mm, ScoreTable.reliability)
    query = (
        select(*keys, SliceTable.height, SliceTable.width, *figures, ScoredMaskTable.pixels)
        .join(SliceTable, ScoreTable.slice_id == SliceTable.id)
        .outerjoin(
            ScoredMaskTable,
            (ScoredMaskTable.model_id == ScoreTable.model_id)
            & (ScoredMaskTable.slice_id == ScoreTable.slice_id),
        )
    )
    for rows in in_parts(store, query, *keys, most=MASKS_AT_ONCE):
        for model_id, slice_id, height, width, confusion, distances, reliability, packed in rows:
            sizes = len(confusion), len(distances), size_of(reliability)
            whole = sizes == (CONFUSION_BYTES, DISTANCE_BYTES, RELIABILITY_BYTES)
            problem = mask_problem(packed or b"", height, width) if whole else "cannot be read"
            if problem:
                yield (
                    f"the score of model {model_id} on {describe_slice(store, slice_id)} {problem}; "
                    "delete the slice's series and import it again, or put a backup of the store in its place"
                )
        checked(len(rows))


def correction_problems(store: Store) -> Iterator[str]:
    """Yield a sentence for each comparison of a reader's version with the model's that cannot be read."""
    query = select(CorrectionTable.mask_id, CorrectionTable.confusion)
    for rows in in_parts(store, query, CorrectionTable.mask_id):
        for number, confusion in rows:
            if len(confusion) != CONFUSION_BYTES:
                yield f"what version {number} changed of the model's mask cannot be read; {RESTORE}"


def mask_problem(packed: bytes, height: int, width: int) -> str:
    """Return what is wrong with a packed mask, in words that go on from its name; "" where nothing is."""
    labels = unpacked(packed)
    if labels is None:
        return "cannot be read"
    if labels.size != height * width:
        return f"has {labels.size} pixels, not {height} x {width}"
    if labels.size and labels.max() >= N_LABELS:
        return f"has the label {labels.max()}, which is none"
    return ""


def miscounted(packed: bytes, counts: list[int]) -> str:
    """Return what is wrong with the pixels of each label that were counted; "" where nothing is."""
    n_pixels = np.bincount(labels_in(packed), minlength=N_LABELS)
    return "" if n_pixels.tolist() == counts else "has other pixels than were counted when it was saved"


def unpacked(packed: bytes) -> np.ndarray | None:
    """Return the labels in one row, (pixels,) uint8; None where they cannot be read."""
    try:
        return labels_in(packed)
    except zlib.error:
        return None


def size_of(packed: bytes) -> int:
    """Return how many bytes are packed; -1 where they cannot be read."""
    labels = unpacked(packed)
    return -1 if labels is None else labels.size
