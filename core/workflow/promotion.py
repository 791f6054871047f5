"""Promote: a person makes a model active, against the hold-out only with a written reason; and roll back."""

from dataclasses import dataclass

from core.errors import NotPromotable
from core.records import ModelRow, PromotionKind, PromotionRow
from core.settings import settings
from core.store import models, promotions
from core.store.database import Store, open_store
from core.store.slices import count_slices
from core.workflow.model_verdict import judge
from core.workflow.models import shipped_or_active, whole_checkpoint
from core.workflow.prediction import Request

SHORTEST_REASON = 10  # letters; less explains nothing to who reads it next year


@dataclass(frozen=True)
class HistoryLine:
    """One change of the active model, with names in place of ids."""

    row: PromotionRow
    model: str
    previous: str  # "" where there was none
    holdout_unchanged: bool  # whether the patients that judged it are still the same, in the same splits


def promote(model_id: int, reader: str, reason: str = "") -> None:
    """Make a candidate the active model.

    Args:
        model_id: the candidate.
        reader: who decides.
        reason: in the person's own words; overrides a hold-out that says no.

    Raises:
        NotPromotable: when the hold-out says no and there is no reason, or the reader may not override.
        BadCheckpoint: when the model's file is gone or was replaced.
        Conflict: when another model became active meanwhile.
    """
    store, reason = open_store(), reason.strip()
    active, verdict = shipped_or_active(), judge(model_id)
    model = models.model_row(store, model_id)
    if active is not None and active.id == model_id:
        raise NotPromotable(verdict.reason)
    if not verdict.allowed:
        if not reason:
            raise NotPromotable(verdict.reason)
        if not may_override(reader):
            raise NotPromotable(f"{verdict.reason} Only an administrator may promote it all the same.")
        if len(reason) < SHORTEST_REASON:
            raise NotPromotable("the reason is too short to be understood later; write a sentence")
    whole_checkpoint(model)
    promotions.promote(
        store,
        model_id,
        instead_of=active.id if active else None,
        kind=PromotionKind.PROMOTED if verdict.allowed else PromotionKind.OVERRIDDEN,
        reader=reader,
        reason=reason,
        verdict=verdict.reason,
    )


def roll_back(reader: str) -> ModelRow:
    """Make the model active again that was active before the last promotion; returns it.

    Raises:
        NotPromotable: when there is nothing to go back to.
        BadCheckpoint: when that model's file is gone or was replaced.
    """
    store = open_store()
    target, active = roll_back_target(), shipped_or_active()
    if target is None:
        raise NotPromotable("no promotion is left to roll back")
    whole_checkpoint(target)
    promotions.promote(
        store,
        target.id,
        instead_of=active.id if active else None,
        kind=PromotionKind.ROLLED_BACK,
        reader=reader,
        reason="",
        verdict="",
    )
    return target


def roll_back_target() -> ModelRow | None:
    """The model that a roll back leads to; None where no promotion is left to undo."""
    store = open_store()
    before: list[int | None] = []
    for row in promotions.promotions(store):
        if row.kind == PromotionKind.ROLLED_BACK:
            before.pop()
        else:
            before.append(row.previous_id)
    if not before or before[-1] is None:
        return None
    return models.model_row(store, before[-1])


def history() -> list[HistoryLine]:
    """Every change of the active model, newest first."""
    store = open_store()
    names = {row.id: row.name for row in models.list_models(store)}
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
    """Whether the hold-out that judged then is still the beginning of today's."""
    return promotions.holdout(store, row.holdout_patients).sha256 == row.holdout_sha256


def may_override(reader: str) -> bool:
    """Whether the reader may promote against the hold-out: one of the administrators, where any is named."""
    named = [name.strip() for name in settings().administrators.split(",") if name.strip()]
    return not named or reader in named


def waiting_for_prediction() -> int:
    """Slices without a reader's mask that the active model has not predicted yet."""
    active = shipped_or_active()
    if active is None:
        return 0
    return count_slices(open_store(), Request(active.id, None, True).filter())
