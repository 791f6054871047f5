"""The nodes of the cluster, as Home lists them; nothing where none is set."""

from core.engine.extra import needing_dask
from core.records.nodes import NodeState
from core.settings import settings
from core.store.database import open_store
from core.store.drawn import store_mark


def is_set() -> bool:
    """Return whether nodes of a cluster do long runs."""
    return bool(settings().cluster)


def nodes() -> list[NodeState]:
    """Return what every node does now, by their names.

    Raises:
        BadSetting: when the cluster's address or certificates, or Dask itself, are not as they should be.
        RunRefused: when no scheduler answers.
    """
    with needing_dask():
        from core.engine.watch import node_states  # Dask is an extra, and takes a second to load
    return node_states(store_mark(open_store()))
