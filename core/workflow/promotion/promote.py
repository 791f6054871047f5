"""Promote: a person makes a model active, against the hold-out only with a written reason; and roll back."""

from dataclasses import dataclass

from core.errors import NotPromotable
from core.records.models import ModelRow, PromotionKind, PromotionRow
from core.store.database import Store, open_store
from core.store.models import models, promotions
from core.store.slices.slices import count_slices
from core.workflow.models.registry import shipped_or_active, with_own_copy
from core.workflow.people import Reader, override_refusal
from core.workflow.prediction.predict_store import PredictionRequest
from core.workflow.promotion.gate import judge

MIN_REASON_LETTERS = 10  # letters; less explains nothing to who reads it next year


@dataclass(frozen=True)
class HistoryLine:
    """One change of the active model, with names in place of ids."""

    row: PromotionRow
    model: str
    previous: str  # "" where there was none
    holdout_unchanged: bool  # whether the patients that judged it are still the same, in the same splits


def promote(model_id: int, reader: Reader, reason: str = "") -> None:
    """Make a candidate the active model: as the hold-out says every reader may, against it administrators.

    Args:
        model_id: the candidate.
        reader: who decides.
        reason: in the person's own words; overrides a hold-out that says no.

    Raises:
        NotPromotable: when the hold-out says no and there is no reason, or the reader may not override.
        NotFound: when the model was removed.
        BadCheckpoint: when the model's file is gone or was replaced.
        Conflict: when another model became active meanwhile.
    """
    store, reason = open_store(), reason.strip()
    require_name(reader)
    active, verdict = shipped_or_active(), judge(model_id)
    model = models.model_row(store, model_id)
    if active is not None and active.id == model_id:
        raise NotPromotable(verdict.reason)
    if not verdict.allowed:
        if not reason:
            raise NotPromotable(verdict.reason)
        if refusal := override_refusal(reader):
            raise NotPromotable(f"{verdict.reason} {refusal}")
        if len(reason) < MIN_REASON_LETTERS:
            raise NotPromotable("the reason is too short to be understood later; write a sentence")
    with_own_copy(store, model)
    promotions.promote(
        store,
        model_id,
        instead_of=active.id if active else None,
        kind=PromotionKind.PROMOTED if verdict.allowed else PromotionKind.OVERRIDDEN,
        reader=reader.name,
        reason=reason,
        verdict=verdict.reason,
    )


def roll_back(reader: Reader) -> ModelRow:
    """Make the model active again that was active before the last promotion; returns it.

    Raises:
        NotPromotable: when there is nothing to go back to, or the reader may not.
        BadCheckpoint: when that model's file is gone or was replaced.
        Conflict: when another model became active meanwhile.
    """
    store = open_store()
    if refusal := why_no_roll_back(reader):
        raise NotPromotable(refusal)
    target, active = roll_back_target(), shipped_or_active()
    if target is None:
        raise NotPromotable("no promotion is left to roll back")
    with_own_copy(store, target)
    promotions.promote(
        store,
        target.id,
        instead_of=active.id if active else None,
        kind=PromotionKind.ROLLED_BACK,
        reader=reader.name,
        reason="",
        verdict="",
    )
    return target


def roll_back_target() -> ModelRow | None:
    """Return the model that a roll back leads to; None where no promotion is left to undo."""
    store = open_store()
    target = promotions.roll_back_target(store)
    return models.model_row(store, target) if target is not None else None


def history() -> list[HistoryLine]:
    """Return every change of the active model, newest first."""
    store = open_store()
    names = models.model_names(store)
    return [
        HistoryLine(
            row,
            names[row.model_id],
            names[row.previous_id] if row.previous_id is not None else "",
            same_holdout(store, row),
        )
        for row in reversed(promotions.promotions(store))
    ]


def same_holdout(store: Store, row: PromotionRow) -> bool:
    """Return whether the hold-out that judged then is still the beginning of today's."""
    return promotions.holdout(store, row.holdout_patients).sha256 == row.holdout_sha256


def may_override(reader: Reader) -> bool:
    """Return whether the reader may promote against the hold-out."""
    return not override_refusal(reader)


def why_no_roll_back(reader: Reader) -> str:
    """Return why the reader may not roll back, in a sentence; "" for one who may."""
    return override_refusal(reader, "roll back")


def require_name(reader: Reader) -> None:
    """Raise NotPromotable where nobody has said who decides."""
    if not reader.name:
        raise NotPromotable("nobody has said who decides; give your name at the top right first")


def waiting_for_prediction() -> int:
    """Return how many slices without a reader's mask the active model has not predicted yet."""
    active = shipped_or_active()
    if active is None:
        return 0
    return count_slices(open_store(), PredictionRequest(active.id, None, True).filter())
