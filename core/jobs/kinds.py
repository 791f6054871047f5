"""All kinds of run: a new kind is a member of `RunKind`, a line here, and the module that the line names."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.jobs.control import RunControl
from core.records.runs import RunKind, RunRow

Work = Callable[[RunRow, RunControl], str]  # does a run; returns what came of it in a sentence


@dataclass(frozen=True)
class JobKind:
    """How one kind of run is done, and what pages call it."""

    entry: str  # module:function of its `Work`; only the worker imports it, since torch takes seconds to load
    title: str  # of one run, such as "Training"
    unit: str  # what its progress counts, in the plural, such as "epochs"
    is_resumable: bool = False  # whether a run that failed or was cancelled goes on where it stopped
    shard_entry: str = ""  # module:function that does some of its slices; "" where it is done as a whole
    place_entry: str = ""  # module:function that says whether a run can be done here; "" where anywhere

    def __post_init__(self) -> None:
        """Refuse what names no function of a module."""
        for entry in (self.entry, *filter(None, [self.shard_entry, self.place_entry])):
            module, _, name = entry.partition(":")
            if not module or not name.isidentifier():
                raise ValueError(f"entry must be module:function, got {entry!r}")

    @property
    def with_article(self) -> str:
        """The title at the beginning of a sentence, such as "A training"."""
        return f"{'An' if self.title[0] in 'AEIOU' else 'A'} {self.title.lower()}"

    def load(self) -> Work:
        """Import the function that does a run of this kind."""
        work: Work = imported(self.entry)
        return work

    def load_shard_work(self) -> Callable[..., list[str]]:
        """Import the function that does some slices of a run, see `core.engine.shard.ShardWork`."""
        if not self.shard_entry:
            raise ValueError(f"{self.title.lower()} is not done in shards")
        work: Callable[..., list[str]] = imported(self.shard_entry)
        return work


def can_do(run: RunRow) -> bool:
    """Return whether this machine has what a run reads."""
    entry = JOB_KINDS[run.kind].place_entry
    return not entry or imported(entry)(run)


def imported(entry: str) -> Any:
    """Return the function that module:function names."""
    module, _, name = entry.partition(":")
    return getattr(importlib.import_module(module), name)


JOB_KINDS = {
    RunKind.TRAINING: JobKind("core.workflow.training.worker:run", "Training", "epochs", is_resumable=True),
    RunKind.PREDICTION: JobKind(
        "core.workflow.prediction.predict_store:run",
        "Prediction",
        "slices",
        shard_entry="core.workflow.prediction.predict_store:predict_shard",
    ),
    RunKind.SCORING: JobKind(
        "core.workflow.evaluation.score_model:run",
        "Scoring",
        "slices",
        shard_entry="core.workflow.evaluation.score_model:score_shard",
    ),
    RunKind.IMPORT: JobKind(
        "core.workflow.import_runs.worker:run",
        "Import",
        "files",
        is_resumable=True,
        place_entry="core.workflow.import_runs.place:is_here",
    ),
}
