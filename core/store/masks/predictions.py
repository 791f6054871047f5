"""What a model says of a slice: a version where nobody has drawn yet, and always its probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core.labels import Label
from core.records.masks import Origin, check_mask
from core.records.slices import Status
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Guard, Store
from core.store.masks.masks import locked_slices
from core.store.slices.history import add_versions, change_statuses, forget_stakes
from core.store.tables.masks import MaskTable, PredictionTable
from core.store.tables.slices import SliceTable

VOUCHED = (Status.APPROVED, Status.IN_PROGRESS)  # a reader relies on the mask that is shown, or draws on it


@dataclass(frozen=True, eq=False)
class StoredPrediction:
    """What a model said of a slice."""

    mask: np.ndarray  # (height, width) uint8 of Label values
    probabilities: np.ndarray  # (4, height, width) float32 in steps of 1/255
    model_id: int | None

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the chosen label, (height, width) float32."""
        return self.probabilities.max(axis=0)


@dataclass(frozen=True, eq=False)
class NewPrediction:
    """What a model says of a slice, to be kept."""

    slice_id: int
    mask: np.ndarray  # (height, width) uint8 of Label values
    probabilities: np.ndarray  # (4, height, width) in [0, 1], kept in 256 steps
    uncertainty: float  # mean entropy in the heart, in nats
    disagreement: float | None = None  # 1 - mean Dice with the prediction of the slice upside down


def save_predictions(
    store: Store,
    said: Sequence[NewPrediction],
    model_id: int | None,
    model_name: str,
    guard: Guard | None = None,
) -> list[bool]:
    """Keep predictions of a few slices, all or none; returns of each whether its mask is the one shown now.

    A mask that a person made, imported, approved or is at work on is never replaced: the prediction then
    only brings its own mask and probabilities for comparison. A slice that was `new` becomes `predicted`.

    Args:
        store: where the slices are.
        said: of each slice once.
        model_id, model_name: who says so.
        guard: of a run that may be done twice in parts: raises where it may write no more. What its model
            has said of a slice already then stays as it is.

    Raises:
        NotFound: when a slice is not there any more.
    """
    packed = {one.slice_id: _packed(one) for one in said}  # before others have to wait
    with store.unit_of_work() as session:
        rows = locked_slices(session, list(packed))
        done: set[int] = set()
        if guard is not None:
            guard(session)
            done = set(session.scalars(_by_model(list(packed), model_id)))
        new = [one for one in said if one.slice_id not in done]
        session.execute(delete(PredictionTable).where(PredictionTable.slice_id.in_(packed.keys() - done)))
        forget_stakes(session, {rows[one.slice_id].series_id for one in new})
        for one in new:
            row = rows[one.slice_id]
            check_mask(one.mask, (row.height, row.width))
            row.uncertainty, row.disagreement = float(one.uncertainty), one.disagreement
            row.worth = row.uncertainty + (one.disagreement or 0.0)  # until its neighbours are looked at, too
            mask, probabilities = packed[row.id]
            kept = {"model_id": model_id, "mask": mask, "probabilities": probabilities}
            session.add(PredictionTable(slice_id=row.id, **kept))
        shown = [rows[one.slice_id] for one in new if not _is_vouched_for(rows[one.slice_id])]
        _propose(session, shown, {row.id: packed[row.id][0] for row in shown}, model_id, model_name)
    ids_shown = {row.id for row in shown}
    return [one.slice_id in ids_shown for one in said]


def _packed(said: NewPrediction) -> tuple[bytes, bytes]:
    """The mask and the probabilities as they are kept."""
    return pack(said.mask), pack(np.round(255 * said.probabilities.clip(0, 1)).astype(np.uint8))


def _is_vouched_for(row: SliceTable) -> bool:
    """Whether a person made the mask that is shown, or relies on it."""
    return row.newest_origin in (Origin.READER, Origin.REFERENCE) or row.status in VOUCHED


def _propose(
    session: Session, rows: Sequence[SliceTable], masks: dict[int, bytes], model_id: int | None, author: str
) -> None:
    """Add versions by the model to slices, but for those that show the very same already."""
    newest = select(MaskTable.slice_id, MaskTable.pixels).where(
        MaskTable.id.in_([row.newest_version_id for row in rows]), MaskTable.model_id == model_id
    )
    same = {slice_id for slice_id, pixels in session.execute(newest) if pixels == masks[slice_id]}
    rows = [row for row in rows if row.id not in same]
    proposals = [
        MaskTable(
            slice_id=row.id,
            parent_id=row.newest_version_id,
            origin=Origin.MODEL,
            author=author,
            model_id=model_id,
            pixels=masks[row.id],
            note="",
        )
        for row in rows
    ]
    add_versions(session, rows, proposals)
    change_statuses(session, [row for row in rows if row.status == Status.NEW], Status.PREDICTED)


def unpredicted_among(store: Store, slice_ids: Sequence[int], model_id: int) -> set[int]:
    """Return those of the slices whose newest prediction is not by the model."""
    with store.reading() as session:
        predicted = {
            slice_id for part in parts(slice_ids) for slice_id in session.scalars(_by_model(part, model_id))
        }
    return set(slice_ids) - predicted


def _by_model(slice_ids: Sequence[int], model_id: int | None) -> Select[int]:
    query = select(PredictionTable.slice_id).where(PredictionTable.slice_id.in_(slice_ids))
    return query.where(PredictionTable.model_id == model_id)


def load_prediction(store: Store, slice_id: int) -> StoredPrediction | None:
    """Return the newest prediction of a slice, or None."""
    query = select(PredictionTable, SliceTable).join(SliceTable, PredictionTable.slice_id == SliceTable.id)
    with store.reading() as session:
        pair = session.execute(query.where(SliceTable.id == slice_id)).first()
        if pair is None:
            return None
        kept, image = pair
        shape = (image.height, image.width)
        probabilities = unpack(kept.probabilities, (len(Label), *shape)).astype(np.float32) / 255
        return StoredPrediction(unpack(kept.mask, shape), probabilities, kept.model_id)
