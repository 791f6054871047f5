"""How far a run in shards is, as its row tells it."""

from core.engine.shard import Outcome
from core.jobs.control import RunControl


class Progress:
    """How far a run is, which never goes back, and how many nodes have done how many shards of it."""

    def __init__(self, control: RunControl, total: int, message: str) -> None:
        """Nothing is done yet."""
        self.control, self.total, self.message = control, total, message
        self.left_out: list[str] = []
        self._settled = self._told = self._n_shards = 0
        self._nodes: set[str] = set()

    def add(self, n: int) -> None:
        """Tell that so many slices of a shard are done that is not settled yet."""
        self._told = min(self.total, self._told + n)
        self._tell()

    def at_work(self, n: int) -> None:
        """Tell how many slices are done of all shards that are not settled yet, where it was less before."""
        if (more := self._settled + n - self._told) > 0:
            self.add(more)

    def settle(self, outcome: Outcome) -> None:
        """Count a shard that is done, or a slice that cannot be."""
        self._settled += len(outcome.shard.slice_ids)
        self.left_out += outcome.left_out
        if outcome.node:
            self._nodes.add(outcome.node)
            self._n_shards += 1
        self._told = max(self._told, self._settled)
        self._tell()

    def _tell(self) -> None:
        by = {"n_nodes": len(self._nodes), "n_shards": self._n_shards}
        self.control.progress(self._told, self.total, self.message, **by)
