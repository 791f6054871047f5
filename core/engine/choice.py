"""Which engine does a run: the cluster of the settings, or this machine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.engine.extra import needing_dask
from core.engine.here import Here, HereControl
from core.engine.shard import Engine
from core.jobs.control import RunControl
from core.jobs.kinds import JOB_KINDS
from core.settings import settings
from core.store.drawn import store_mark

if TYPE_CHECKING:
    from core.engine.cluster import Cluster


def engine_for(control: RunControl, done: Callable[[int], None]) -> Engine:
    """Return who does the shards of a run.

    Args:
        control: of the run, in its worker.
        done: is told, while this machine does a shard, how many more slices are done.

    Raises:
        BadSetting: when the address of the cluster, or what it needs, is not as it should be.
        RunRefused: when no scheduler answers there.
    """
    if settings().cluster:
        return cluster_of_settings(control)
    work = JOB_KINDS[control.run.kind].load_shard_work()
    return Here(work, HereControl(control.store, control.run, control.token, done))


def cluster_of_settings(control: RunControl) -> "Cluster":
    """Return the cluster that `SEPTUM_CLUSTER` names; errors as of `engine_for`."""
    with needing_dask():
        from core.engine.cluster import Cluster  # Dask is an extra, and takes a second to load
    return Cluster(store_mark(control.store), control.raise_if_cancelled)
