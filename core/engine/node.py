"""What a node does: shards, whole runs, and a look at the store before it takes any."""

import platform
import time
from dataclasses import dataclass, field, replace
from functools import cache

from distributed import get_worker

from core.engine.doing import DOING
from core.engine.here import attempt
from core.engine.shard import Outcome, Shard
from core.errors import BadSetting, NotFound, RunRefused, StoreUnavailable
from core.jobs.control import RunControl
from core.jobs.kinds import JOB_KINDS
from core.jobs.worker import execute
from core.records.runs import RunRow
from core.store.database import Store, open_store
from core.store.drawn import store_mark
from core.store.runs import runs
from core.store.slices.filters import Order
from core.store.slices.slices import list_slices

LOOKED_FOR = 2  # of the oldest and of the newest images of a store: one of them may be lost
CHECK_SECONDS = 1.0  # how often a node looks whether the run is still to be done


@dataclass
class NodeControl:
    """A shard's side of a run whose worker is on another machine."""

    store: Store
    run: RunRow
    token: str
    _checked_at: float = field(default_factory=time.monotonic)

    def done(self, n: int) -> None:
        """Count them, and look now and then whether the run is still its worker's.

        Raises:
            RunRefused: when it was cancelled, given up, or taken over.
        """
        DOING.done(n)
        if time.monotonic() - self._checked_at >= CHECK_SECONDS:
            self._checked_at = time.monotonic()
            require_wanted(self.store, self.run.id, self.token)


def require_wanted(store: Store, run_id: int, token: str) -> None:
    """Raise RunRefused unless the run is to be done and the token holds it."""
    if runs.should_stop(store, run_id, token):
        raise RunRefused(f"run {run_id} is over, or no longer its worker's")


def do_shard(shard: Shard, mark: str) -> Outcome:
    """Do a shard of the store with this mark on this node; returns how it ended."""
    outcome = replace(_attempted(shard, mark), node=str(get_worker().name))
    DOING.end(outcome.problem, is_its_own=outcome.again or outcome.elsewhere)
    return outcome


def _attempted(shard: Shard, mark: str) -> Outcome:
    try:
        store = open_store()
        if store_mark(store) != mark:
            return Outcome(shard, problem=elsewhere(store), elsewhere=True)
        try:
            require_images(store)
        except BadSetting as error:
            return Outcome(shard, problem=str(error), elsewhere=True)
        run = runs.run_row(store, shard.run_id)
        require_wanted(store, shard.run_id, shard.token)
        with DOING.at(run.kind, run.id, shard.slice_ids):
            return attempt(JOB_KINDS[run.kind].load_shard_work(), NodeControl(store, run, shard.token), shard)
    except (StoreUnavailable, RunRefused, NotFound) as error:  # or nobody waits for it any more
        return Outcome(shard, problem=str(error), again=True)


def elsewhere(store: Store) -> str:
    """Return what is told where this node works on another store than the run is of."""
    return (
        f"the node on {platform.node()} works on another store ({store.place}); set SEPTUM_DATABASE and "
        "SEPTUM_ARRAYS there as for the app, or stop it"
    )


@cache  # what was seen once is not looked for again
def require_images(store: Store) -> None:
    """Return where this node sees images of the store, or where it has none yet.

    Raises:
        BadSetting: when they are not where this node looks for them.
        StoreUnavailable: when database or images do not answer.
    """
    orders = (Order.IMPORTED, Order.NEWEST)
    rows = [row for order in orders for row in list_slices(store, order=order, limit=LOOKED_FOR)]
    if rows and not any(store.arrays.holds(row.image_sha256) for row in rows):
        raise BadSetting(
            f"the node on {platform.node()} finds no image of its store in {store.arrays.url}; set "
            "SEPTUM_ARRAYS there as for the app, or stop it"
        )


def do_whole_run(run_id: int, token: str, mark: str) -> tuple[str, str]:
    """Do a whole run on this node, as its worker would; returns its state and what came of it, in words.

    Raises:
        RunRefused: when this node works on another store than the one with the mark.
    """
    store = open_store()
    if store_mark(store) != mark:
        raise RunRefused(elsewhere(store))
    control = RunControl(store, runs.run_row(store, run_id), token)
    try:
        with DOING.at(control.run.kind, run_id):
            state, message = execute(control.run, control)
        return state.value, message
    finally:
        control.close()
