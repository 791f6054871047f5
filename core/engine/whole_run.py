"""A run that is not cut into shards, such as a training, done by one node of the cluster."""

import time

from core.engine.choice import cluster_of_settings
from core.errors import RunRefused
from core.jobs.control import Cancelled, RunControl
from core.records.runs import RunState
from core.settings import settings
from core.store.runs import runs

LOOK_SECONDS = 1.0
STOP_SECONDS = 120.0  # for which a node that was asked to stop may keep what it has


def done_elsewhere(control: RunControl) -> str | None:
    """Let a node do the whole run; returns what came of it, or None where there is no cluster.

    The node writes epochs and progress into the run's row by itself, and keeps what it has where somebody
    asks to stop; this worker's beat goes on meanwhile.

    Raises:
        Cancelled: when somebody asked to stop; says what was kept.
        RunRefused: when it failed on the node, or no node could do it.
    """
    if not settings().cluster:
        return None
    cluster = cluster_of_settings(control)
    try:
        whole = cluster.run_whole(control.run.id, control.token)
        asked_at = None
        while (ended := whole.ended(LOOK_SECONDS)) is None:
            if runs.should_stop(control.store, control.run.id, control.token):
                asked_at = asked_at or time.monotonic()
                if time.monotonic() - asked_at > STOP_SECONDS:
                    raise Cancelled
    finally:
        cluster.cancel()
    state, message = ended
    if state == RunState.CANCELLED:
        raise Cancelled(message)
    if state == RunState.FAILED:
        raise RunRefused(message)
    return message
