"""Trained networks that the store knows, and how one of them became the active one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class ModelRow:
    """A trained network that the store knows."""

    id: int
    name: str
    sha256: str
    path: str  # where its file was last seen; `models.registry.whole_checkpoint` looks whether it is
    active: bool
    card: str  # JSON: the checkpoint's whole configuration
    created_at: datetime
    parent_id: int | None = None  # the model whose weights it started from, where the store knows it
    removed_at: datetime | None = None  # when its file went; what it made keeps naming it


class PromotionKind(StrEnum):
    """How a model became active."""

    PROMOTED = "promoted"
    OVERRIDDEN = "overridden"  # against what the hold-out said
    ROLLED_BACK = "rolled back"


@dataclass(frozen=True)
class PromotionRow:
    """One change of the active model."""

    id: int
    model_id: int
    previous_id: int | None
    kind: PromotionKind
    reader: str
    reason: str  # in the person's own words; "" where none was needed
    verdict: str  # what the hold-out said
    holdout_patients: int  # how many patients the hold-out had, in the order in which they came in
    holdout_sha256: str  # of those patients
    promoted_at: datetime
