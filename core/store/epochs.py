"""The epochs of training runs; written by the worker that holds the run, and by nobody else."""

import math
from collections.abc import Iterable, Sequence

from sqlalchemy import Row, delete, select

from core.records import EpochRow
from core.store.database import Store
from core.store.parts import parts
from core.store.runs import held
from core.store.tables import EpochTable


def save_epoch(store: Store, run_id: int, token: str, epoch: EpochRow) -> None:
    """Add an epoch, or replace the one of its number.

    Raises:
        RunRefused: when the run is no longer this worker's.
    """
    with store.unit_of_work() as session:
        held(session, run_id, token)
        session.merge(_row(run_id, epoch))


def replace_epochs(store: Store, run_id: int, token: str, epochs: Iterable[EpochRow]) -> None:
    """Let the run's epochs be exactly these: where a run goes on, its resume file knows which there are.

    Raises:
        RunRefused: when the run is no longer this worker's.
    """
    with store.unit_of_work() as session:
        held(session, run_id, token)
        session.execute(delete(EpochTable).where(EpochTable.run_id == run_id))
        session.add_all(_row(run_id, epoch) for epoch in epochs)


def epochs_of(store: Store, run_ids: Sequence[int]) -> dict[int, list[EpochRow]]:
    """The epochs of each run, in order; an empty list where there is none yet."""
    found: dict[int, list[EpochRow]] = {run_id: [] for run_id in run_ids}
    # Plain rows: a page reads thousands, and objects of the mapper take three times as long.
    columns = EpochTable.__table__.columns
    query = select(*columns).order_by(EpochTable.number)
    with store.reading() as session:
        for part in parts(run_ids):
            for row in session.execute(query.where(EpochTable.run_id.in_(part))):
                found[row.run_id].append(_record(row))
    return found


def _row(run_id: int, epoch: EpochRow) -> EpochTable:
    dice = [_or_none(value) for value in epoch.validation_dice]
    iou = [_or_none(value) for value in epoch.validation_iou]
    return EpochTable(
        run_id=run_id,
        number=epoch.number,
        training_loss=_or_none(epoch.training_loss),
        validation_loss=_or_none(epoch.validation_loss),
        dice_right_ventricle=dice[0],
        dice_myocardium=dice[1],
        dice_left_ventricle=dice[2],
        iou_right_ventricle=iou[0],
        iou_myocardium=iou[1],
        iou_left_ventricle=iou[2],
        learning_rate=epoch.learning_rate,
        seconds=epoch.seconds,
        best=epoch.best,
    )


def _record(row: Row) -> EpochRow:
    dice = (row.dice_right_ventricle, row.dice_myocardium, row.dice_left_ventricle)
    iou = (row.iou_right_ventricle, row.iou_myocardium, row.iou_left_ventricle)
    return EpochRow(
        number=row.number,
        training_loss=_or_nan(row.training_loss),
        validation_loss=_or_nan(row.validation_loss),
        validation_dice=tuple(_or_nan(value) for value in dice),
        learning_rate=row.learning_rate,
        seconds=row.seconds,
        best=row.best,
        validation_iou=tuple(_or_nan(value) for value in iou),
    )


def _or_none(value: float) -> float | None:
    """SQL has no NaN on every database; null stands for it."""
    return value if math.isfinite(value) else None


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
