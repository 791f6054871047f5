"""What a model says of a slice: a version where nobody has drawn yet, and always its probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from core.labels import Label
from core.records.masks import Origin, check_mask
from core.records.slices import Status
from core.store.codec import pack, unpack
from core.store.connection.parts import parts
from core.store.database import Guard, Store
from core.store.masks.masks import insert_version, locked_slice
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


def save_prediction(
    store: Store,
    slice_id: int,
    mask: np.ndarray,
    probabilities: np.ndarray,
    uncertainty: float,
    model_id: int,
    model_name: str,
    disagreement: float | None = None,
    guard: Guard | None = None,
) -> bool:
    """Keep a prediction; returns whether it became the slice's shown mask.

    A mask that a person made, imported, approved or is at work on is never replaced: the prediction then
    only brings its own mask and probabilities for comparison. A slice that was `new` becomes `predicted`.

    Args:
        mask: (height, width) uint8 of Label values.
        probabilities: (4, height, width) in [0, 1], kept in 256 steps.
        uncertainty: mean entropy in the heart, in nats.
        disagreement: 1 - mean Dice between the predictions of the slice as it is and upside down.
        guard: of a run that may be done twice in parts: raises where it may write no more. What its model
            has said of the slice already then stays as it is.
    """
    with store.unit_of_work() as session:
        row = locked_slice(session, slice_id)
        if guard is not None:
            guard(session)
            before = session.get(PredictionTable, slice_id)
            if before is not None and before.model_id == model_id:
                return False
        check_mask(mask, (row.height, row.width))
        row.uncertainty, row.disagreement = float(uncertainty), disagreement
        row.worth = float(uncertainty) + (disagreement or 0.0)  # until its neighbours are looked at, too
        packed = pack(mask)
        kept = session.get(PredictionTable, slice_id) or PredictionTable(slice_id=slice_id)
        kept.model_id, kept.mask = model_id, packed
        kept.probabilities = pack(np.round(255 * probabilities.clip(0, 1)).astype(np.uint8))
        session.add(kept)
        if row.newest_origin in (Origin.READER, Origin.REFERENCE) or row.status in VOUCHED:
            return False
        if row.newest_version_id is not None:
            newest = session.get_one(MaskTable, row.newest_version_id)
            if newest.model_id == model_id and newest.pixels == packed:
                return True  # the very same again
        proposal = MaskTable(
            slice_id=slice_id,
            parent_id=row.newest_version_id,
            origin=Origin.MODEL,
            author=model_name,
            model_id=model_id,
            pixels=packed,
        )
        insert_version(session, row, proposal, Status.PREDICTED if row.status == Status.NEW else None)
        return True


def unpredicted_among(store: Store, slice_ids: Sequence[int], model_id: int) -> set[int]:
    """Return those of the slices whose newest prediction is not by the model."""
    by_model = select(PredictionTable.slice_id).where(PredictionTable.model_id == model_id)
    with store.reading() as session:
        predicted = {
            slice_id
            for part in parts(slice_ids)
            for slice_id in session.scalars(by_model.where(PredictionTable.slice_id.in_(part)))
        }
    return set(slice_ids) - predicted


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
