"""Whether every mask can be read, has its slice's size and labels of ours alone."""

import zlib
from collections.abc import Iterator

import numpy as np
from sqlalchemy import select

from core.labels import Label
from core.metrics.calibration import N_BINS
from core.metrics.counts import N_LABELS
from core.store.checks.rows import Looked, in_parts, slice_words
from core.store.database import Store
from core.store.figure_tables import CorrectionTable, MaskPixelsTable, ScoredMaskTable, ScoreTable
from core.store.tables import DraftTable, MaskTable, PredictionTable, SliceTable

AT_ONCE = 100  # rows that may each hold a mask or probabilities of some hundred thousand bytes
RESTORE = "put a backup of the store in its place"
CONFUSION_BYTES = N_LABELS * N_LABELS * 4  # int32
DISTANCE_BYTES = 2 * N_LABELS * 8  # float64
RELIABILITY_BYTES = N_LABELS * 3 * N_BINS * 4  # float32
PIXELS = (
    MaskPixelsTable.background,
    MaskPixelsTable.right_ventricle,
    MaskPixelsTable.myocardium,
    MaskPixelsTable.left_ventricle,
)


def version_problems(store: Store, looked: Looked) -> Iterator[str]:
    """Each version that cannot be read, or whose pixels are not those that were counted when it was saved."""
    query = (
        select(
            MaskTable.id, MaskTable.slice_id, SliceTable.height, SliceTable.width, MaskTable.pixels, *PIXELS
        )
        .join(SliceTable, MaskTable.slice_id == SliceTable.id)
        .outerjoin(MaskPixelsTable, MaskPixelsTable.mask_id == MaskTable.id)
    )
    for rows in in_parts(store, query, MaskTable.id, most=AT_ONCE):
        for number, slice_id, height, width, packed, *counts in rows:
            problem = mask_problem(packed, height, width) or miscounted(packed, counts)
            if problem:
                yield f"version {number} of {slice_words(store, slice_id)} {problem}; {RESTORE}"
        looked(len(rows))


def draft_problems(store: Store, looked: Looked) -> Iterator[str]:
    """Each draft that cannot be read."""
    keys = (DraftTable.slice_id, DraftTable.reader)
    query = select(*keys, SliceTable.height, SliceTable.width, DraftTable.pixels).join(
        SliceTable, DraftTable.slice_id == SliceTable.id
    )
    for rows in in_parts(store, query, *keys, most=AT_ONCE):
        for slice_id, reader, height, width, packed in rows:
            if problem := mask_problem(packed, height, width):
                yield (
                    f"the unsaved drawing of {reader} on {slice_words(store, slice_id)} {problem}; "
                    "discard it on the Review page"
                )
        looked(len(rows))


def prediction_problems(store: Store, looked: Looked) -> Iterator[str]:
    """Each prediction whose mask or probabilities cannot be read."""
    table = PredictionTable
    query = select(table.slice_id, SliceTable.height, SliceTable.width, table.mask, table.probabilities).join(
        SliceTable, table.slice_id == SliceTable.id
    )
    for rows in in_parts(store, query, table.slice_id, most=AT_ONCE):
        for slice_id, height, width, packed, probabilities in rows:
            problem = mask_problem(packed, height, width)
            if not problem and size_of(probabilities) != len(Label) * height * width:
                problem = "has probabilities that cannot be read"
            if problem:
                yield f"the prediction of {slice_words(store, slice_id)} {problem}; predict it again"
        looked(len(rows))


def score_problems(store: Store, looked: Looked) -> Iterator[str]:
    """Each score whose figures or mask cannot be read."""
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
    for rows in in_parts(store, query, *keys, most=AT_ONCE):
        for model_id, slice_id, height, width, confusion, distances, reliability, packed in rows:
            sizes = len(confusion), len(distances), size_of(reliability)
            whole = sizes == (CONFUSION_BYTES, DISTANCE_BYTES, RELIABILITY_BYTES)
            problem = mask_problem(packed or b"", height, width) if whole else "cannot be read"
            if problem:
                yield (
                    f"the score of model {model_id} on {slice_words(store, slice_id)} {problem}; "
                    "delete the slice's series and import it again, or put a backup of the store in its place"
                )
        looked(len(rows))


def correction_problems(store: Store) -> Iterator[str]:
    """Each comparison of a reader's version with the model's that cannot be read."""
    query = select(CorrectionTable.mask_id, CorrectionTable.confusion)
    for rows in in_parts(store, query, CorrectionTable.mask_id):
        for number, confusion in rows:
            if len(confusion) != CONFUSION_BYTES:
                yield f"what version {number} changed of the model's mask cannot be read; {RESTORE}"


def mask_problem(packed: bytes, height: int, width: int) -> str:
    """What is wrong with a packed mask, in words that go on from its name; "" where nothing is."""
    labels = unpacked(packed)
    if labels is None:
        return "cannot be read"
    if labels.size != height * width:
        return f"has {labels.size} pixels, not {height} x {width}"
    if labels.size and labels.max() >= N_LABELS:
        return f"has the label {labels.max()}, which is none"
    return ""


def miscounted(packed: bytes, counts: list[int]) -> str:
    """What is wrong with the pixels of each label that were counted; "" where nothing is."""
    found = np.bincount(np.frombuffer(zlib.decompress(packed), np.uint8), minlength=N_LABELS)
    return "" if found.tolist() == counts else "has other pixels than were counted when it was saved"


def unpacked(packed: bytes) -> np.ndarray | None:
    """The labels in one row, (pixels,) uint8; None where they cannot be read."""
    try:
        return np.frombuffer(zlib.decompress(packed), np.uint8)
    except zlib.error:
        return None


def size_of(packed: bytes) -> int:
    """How many bytes are packed; -1 where they cannot be read."""
    found = unpacked(packed)
    return -1 if found is None else found.size
