"""Long work: runs, sweeps of runs, and the epochs of a training."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.labels import FOREGROUND


class RunState(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


ACTIVE = (RunState.QUEUED, RunState.RUNNING)  # at work, or waiting for its turn
STOPPED = (RunState.FAILED, RunState.CANCELLED)  # before its end


class RunKind(StrEnum):
    """What a run does."""

    TRAINING = "training"
    PREDICTION = "prediction"
    SCORING = "scoring"
    IMPORT = "import"


@dataclass(frozen=True)
class RunRow:
    """One piece of long work; its row is the only channel between the worker and everybody else."""

    id: int
    kind: RunKind
    state: RunState
    configuration: str  # JSON
    done: int
    total: int
    message: str  # what happens now, or why it ended, in plain words
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked: bool
    name: str = ""
    note: str = ""
    device: str = ""  # name of the processor that it ran on
    n_nodes: int = 0  # of a cluster, that have done parts of it; 0 where its worker did all
    n_shards: int = 0  # parts that these have done
    peak_memory_mb: float | None = None
    model_id: int | None = None  # the newest model that it produced
    sweep_id: int | None = None  # the sweep that it belongs to
    asked_by: str = ""  # who started it; "" where nobody said who it was
    stopped_by: str = ""


CanDo = Callable[[RunRow], bool]  # whether a machine has what a run reads; runs of others are not its concern


def anywhere(_run: RunRow) -> bool:
    """Return that a run can be done on every machine."""
    return True


@dataclass(frozen=True)
class SweepRow:
    """Trainings that belong together: every combination of a few choices."""

    id: int
    name: str
    configuration: str  # JSON of the choices that are crossed
    created_at: datetime


@dataclass(frozen=True)
class Epoch:
    """What one epoch of a training run came to; NaN where there is no figure."""

    number: int  # from 1
    training_loss: float
    validation_loss: float  # NaN where the epoch was not validated
    validation_dice: tuple[float, ...]  # in the order of core.labels.FOREGROUND
    learning_rate: float
    seconds: float
    best: bool  # the lowest validation loss so far
    validation_iou: tuple[float, ...] = (math.nan,) * len(FOREGROUND)  # in the same order as the Dice
