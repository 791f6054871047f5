"""Decisions on slices: who made one, and why a slice was rejected."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.slices import Status

DECIDED = (Status.APPROVED, Status.REJECTED)  # what a reader may take back
TO_DO = (Status.NEW, Status.PREDICTED, Status.IN_PROGRESS)  # what waits for a decision


class RejectReason(StrEnum):
    """Why nobody shall learn from a slice; the value is what is stored."""

    ARTEFACT = "artefact"  # motion, breathing, flow or metal spoils the picture
    WRONG_PLANE = "wrong_plane"  # no short axis
    NO_HEART = "no_heart"  # above the base or below the apex
    DAMAGED = "damaged"  # cut off, or not the picture that it says it is
    TWICE = "twice"  # it is there already
    OTHER = "other"


@dataclass(frozen=True)
class Decision:
    """Who changes a status, and why."""

    person: str = ""  # "" where Septum itself does, or nobody said who it is
    reason: RejectReason | None = None
    words: str = ""  # the person's own

    @property
    def is_explained(self) -> bool:
        """Whether it says why."""
        return self.reason is not None or bool(self.words)


@dataclass(frozen=True)
class StatusChange:
    """One line of a slice's history."""

    before: Status | None  # None: it came into the store
    after: Status
    at: datetime
    decision: Decision
