"""A run's row as everybody else sees it: as a record, and as the trail names it."""

from core.records.runs import RunKind, RunRow, RunState
from core.store.tables.runs import RunTable


def run_record(row: RunTable) -> RunRow:
    """Return a run's row as everybody else sees it."""
    return RunRow(
        id=row.id,
        kind=RunKind(row.kind),
        state=RunState(row.state),
        configuration=row.configuration,
        done=row.done,
        total=row.total,
        message=row.message,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_asked=row.cancel_asked,
        name=row.name,
        note=row.note,
        device=row.device,
        n_nodes=row.n_nodes,
        n_shards=row.n_shards,
        peak_memory_mb=row.peak_memory_mb,
        model_id=row.model_id,
        sweep_id=row.sweep_id,
        asked_by=row.asked_by,
        stopped_by=row.stopped_by,
    )


def trail_subject(row: RunTable) -> str:
    """Return what the trail calls a run."""
    return f"run {row.id}"


def trail_detail(row: RunTable) -> str:
    """Return a run's kind and name, for when the run is gone."""
    return f"{row.kind} {row.name}".strip()
