"""The epochs of training runs; written by the worker that holds the run, and by nobody else."""

import math
from collections.abc import Iterable, Sequence

from sqlalchemy import Row, Select, and_, delete, insert, select
from sqlalchemy.orm import Session, aliased

from core.labels import FOREGROUND
from core.records.runs import Epoch
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.runs.runs import held_run
from core.store.tables.runs import EpochLabelTable, EpochTable, RunTable

LABEL_ROWS = {label: aliased(EpochLabelTable, name=f"label_{int(label)}") for label in FOREGROUND}


def save_epoch(store: Store, run_id: int, token: str, epoch: Epoch) -> None:
    """Add an epoch, or replace the one of its number.

    Raises:
        RunRefused: when the run is no longer this worker's.
    """
    with store.unit_of_work() as session:
        held_run(session, run_id, token)
        for table in (EpochLabelTable, EpochTable):
            session.execute(delete(table).where(table.run_id == run_id, table.number == epoch.number))
        _insert(session, run_id, [epoch])


def replace_epochs(store: Store, run_id: int, token: str, epochs: Iterable[Epoch]) -> None:
    """Let the run's epochs be exactly these: where a run goes on, its resume file knows which there are.

    Raises:
        RunRefused: when the run is no longer this worker's.
    """
    with store.unit_of_work() as session:
        held_run(session, run_id, token)
        delete_epochs(session, select(RunTable.id).where(RunTable.id == run_id))
        _insert(session, run_id, list(epochs))


def delete_epochs(session: Session, run_ids: Select[int]) -> None:
    """Delete all epochs of the runs that a query names, within a unit of work."""
    for table in (EpochLabelTable, EpochTable):
        session.execute(delete(table).where(table.run_id.in_(run_ids)))


def epochs_of(store: Store, run_ids: Sequence[int]) -> dict[int, list[Epoch]]:
    """Return the epochs of each run, in order; an empty list where there is none yet."""
    epochs: dict[int, list[Epoch]] = {run_id: [] for run_id in run_ids}
    figures = [column for rows in LABEL_ROWS.values() for column in (rows.dice, rows.iou)]
    query = select(*EpochTable.__table__.columns, *figures).order_by(EpochTable.number)
    for label, rows in LABEL_ROWS.items():
        of_epoch = and_(rows.run_id == EpochTable.run_id, rows.number == EpochTable.number)
        query = query.outerjoin(rows, and_(of_epoch, rows.label == label))
    with store.reading() as session:
        connection = session.connection()  # a page reads thousands, and the session's own rows take longer
        for part in parts(run_ids):
            for row in connection.execute(query.where(EpochTable.run_id.in_(part))):
                epochs[row.run_id].append(_record(row))
    return epochs


def _insert(session: Session, run_id: int, epochs: Sequence[Epoch]) -> None:
    if epochs:
        session.execute(insert(EpochTable), [_row(run_id, epoch) for epoch in epochs])
        labels = [row for epoch in epochs for row in _label_rows(run_id, epoch)]
        session.execute(insert(EpochLabelTable), labels)


def _row(run_id: int, epoch: Epoch) -> dict[str, object]:
    return {
        "run_id": run_id,
        "number": epoch.number,
        "training_loss": _or_none(epoch.training_loss),
        "validation_loss": _or_none(epoch.validation_loss),
        "learning_rate": epoch.learning_rate,
        "seconds": epoch.seconds,
        "best": epoch.best,
    }


def _label_rows(run_id: int, epoch: Epoch) -> list[dict[str, object]]:
    return [
        {
            "run_id": run_id,
            "number": epoch.number,
            "label": int(label),
            "dice": _or_none(dice),
            "iou": _or_none(iou),
        }
        for label, dice, iou in zip(FOREGROUND, epoch.validation_dice, epoch.validation_iou, strict=True)
    ]


def _record(row: Row) -> Epoch:
    figures = [_or_nan(value) for value in row[-2 * len(LABEL_ROWS) :]]
    return Epoch(
        number=row.number,
        training_loss=_or_nan(row.training_loss),
        validation_loss=_or_nan(row.validation_loss),
        validation_dice=tuple(figures[::2]),
        learning_rate=row.learning_rate,
        seconds=row.seconds,
        best=row.best,
        validation_iou=tuple(figures[1::2]),
    )


def _or_none(value: float) -> float | None:
    """SQL has no NaN on every database; null stands for it."""
    return value if math.isfinite(value) else None


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
