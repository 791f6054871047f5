"""Runs as a page watches them: which is at work, how many wait behind it, and how to stop them."""

from dataclasses import dataclass

from core.records import RunKind, RunRow, RunState
from core.store import runs
from core.store.database import open_store

ACTIVE = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True)
class Watched:
    """Runs of one kind."""

    run: RunRow  # the one at work, or else the next in the queue, or else the last that ended
    waiting: int  # runs in the queue behind it

    @property
    def is_active(self) -> bool:
        """Whether anything of the kind is at work or waits for its turn."""
        return self.run.state in ACTIVE


def watched(kind: RunKind) -> Watched | None:
    """The runs of a kind; None before the first. One whose worker died is told as failed."""
    store = open_store()
    runs.give_up_silent_runs(store)
    found = runs.list_runs(store, kind)
    if not found:
        return None
    active = [run for run in reversed(found) if run.state in ACTIVE]
    if not active:
        return Watched(found[0], 0)
    at_work = next((run for run in active if run.state == RunState.RUNNING), active[0])
    return Watched(at_work, len(active) - 1)


def stop(kind: RunKind) -> None:
    """Ask everything of a kind to stop; it does after the batch in hand, and what it saved stays."""
    store = open_store()
    for run in runs.list_runs(store, kind):
        if run.state in ACTIVE:
            runs.ask_to_cancel(store, run.id)
