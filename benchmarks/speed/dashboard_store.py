"""A store as large as wanted, to measure how fast it is: a few hearts that Septum worked through, multiplied.

The hearts are drawn, imported, predicted, corrected, approved and scored by the verbs that the app uses, and
then copied within the database. Each copy has rows of its own, and shares the few image files.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from sqlalchemy import Column, ColumnElement, Table, bindparam, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from core.imaging.phantom.cine import beating_heart
from core.labels import Label
from core.network.checkpoint import load, save
from core.records.masks import Prediction, Seen, Strokes
from core.records.models import ModelRow
from core.records.slices import SliceRow, Split
from core.settings import settings
from core.store.database import Store, open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_versions
from core.store.masks.predictions import NewPrediction, save_predictions
from core.store.masks.publishing import publish_draft
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.scores import save_scores, slices_to_score
from core.store.slices.slices import list_slices
from core.store.tables.base import Base, now
from core.store.tables.derived import StatusChangeTable
from core.store.tables.masks import MaskTable
from core.workflow.evaluation.score_model import score_slice
from core.workflow.models.registry import active_model, register, whole_checkpoint
from core.workflow.prediction.priority import assess_series

HEARTS, POSITIONS, PHASES, SIDE = 20, 10, 10, 48
SPLITS = [Split.TRAIN] * 7 + [Split.VALIDATION] + [Split.TEST] * 2
SCORED = (Split.VALIDATION, Split.TEST)  # nobody asks how good a model is on what it has learnt
READERS = ("ann", "bea", "cem")
DAYS = 700  # over which the work is spread

COPIED: tuple[str, ...] = (
    "patient",
    "series",
    "slice",
    "mask",
    "prediction",
    "score",
    "scored_mask",
    "mask_label",
)
COPIED += ("correction", "status_change", "image_figure")
POINTERS = {
    "newest_version_id": "mask",
    "approved_version_id": "mask",
}  # ids that the tables do not constrain
NAMES = {"patient.name", "series.patient", "slice.patient"}
OF_EACH_ITS_OWN = {"series.content_sha256": 64, "image_figure.look": 16}  # and how long they may be


def fill(n_slices: int, n_models: int, seed: int = 0) -> int:
    """Put at least so many slices into the empty store, in several hearts; return how many there are.

    Args:
        n_slices: the hearts that are worked through are doubled until there are as many.
        n_models: models with scores of all that was kept from learning.
        seed: of what readers and models draw.
    """
    store, random = open_store(), np.random.default_rng(seed)
    shipped = active_model()
    for number in range(HEARTS):
        work_through(store, number, shipped, random)
    for number in range(n_models):
        score(store, shipped if number == 0 else like(shipped, number), random)
    n_there = HEARTS * POSITIONS * PHASES
    with store.unit_of_work() as session:
        scatter(session)
    while n_there < n_slices:
        with store.unit_of_work() as session:
            double(session, f"-{n_there}")
        n_there *= 2
    settle(store)
    return n_there


def work_through(store: Store, number: int, model: ModelRow, random: np.random.Generator) -> None:
    """Import a heart; one to learn from is predicted, and every other one of those corrected by readers."""
    split = SPLITS[number % len(SPLITS)]
    heart = beating_heart(number, POSITIONS, PHASES, SIDE, 5.0, patient=f"patient{number:02d}").series
    truths = {(each.position, each.phase): each.mask for each in heart.slices}
    if split is Split.TRAIN:
        heart = replace(heart, slices=tuple(replace(each, mask=None) for each in heart.slices))
    (series_id,) = add_series(store, replace(heart, split=split)).series_ids
    if split is not Split.TRAIN:
        return
    for row in list_slices(store, Filter(series_id=series_id), limit=None):
        truth = truths[row.position, row.phase]
        assert truth is not None  # of a phantom
        said = about(truth, random)
        unsure = random.uniform(0, 0.5)
        new = NewPrediction(row.id, said.mask, said.probabilities, unsure, 0.1)
        save_predictions(store, [new], model.id, model.name)
        if number % 2:
            reader = row.id % len(READERS)
            correct(store, row, READERS[reader], truth)
            if row.id % 20 == 0:
                correct(store, row, READERS[reader - 1], about(truth, random).mask)
    assess_series(store, series_id)


def about(truth: np.ndarray, random: np.random.Generator) -> Prediction:
    """Return what somebody might say of a slice: its true mask moved a little, and not quite sure."""
    shift = random.integers(-1, 2, 2)
    mask = np.roll(truth, tuple(shift), (0, 1))
    certain = np.eye(len(Label), dtype=np.float32)[mask].transpose(2, 0, 1)
    return Prediction(mask, 0.8 * certain + 0.05, mask[None])


def correct(store: Store, row: SliceRow, reader: str, drawn: np.ndarray) -> None:
    """Let a reader draw this mask, save and approve it."""
    shown = newest_versions(store, [row.id])[row.id].id
    save_draft(store, row.id, reader, drawn, parent_id=shown, seq=1, tab="tab", seconds=45.0)
    publish_draft(store, row.id, reader, Seen(shown, Strokes("tab", 1), shown), approve=True)


def like(model: ModelRow, number: int) -> ModelRow:
    """Return another model of the same weights."""
    network, config = load(whole_checkpoint(model))
    path = settings().home / f"{model.name}-{number}.safetensors"
    save(path, network, replace(config, name=f"{model.name}-{number}"))
    return register(open_store(), path, model.id)


def score(store: Store, model: ModelRow, random: np.random.Generator) -> None:
    """Score a model on everything that was kept from learning."""
    rows = slices_to_score(store, model.id, SCORED)
    truths = newest_versions(store, [row.id for row in rows])
    pairs = [(row, truths[row.id]) for row in rows]
    scored = [score_slice(row, truth.id, truth.mask, about(truth.mask, random)) for row, truth in pairs]
    save_scores(store, model.id, scored)


def scatter(session: Session) -> None:
    """Spread what was done over many days, each slice's in its order."""
    began = now() - timedelta(days=DAYS)
    for table, time in ((MaskTable, MaskTable.created_at), (StatusChangeTable, StatusChangeTable.changed_at)):
        changed = update(table).where(table.id == bindparam("number")).values({time: bindparam("moment")})
        rows = session.execute(select(table.id, table.slice_id).order_by(table.id)).all()
        days = {row.slice_id: began + timedelta(days=(row.slice_id * 7919) % DAYS) for row in rows}
        moments = [
            {"number": row.id, "moment": days[row.slice_id] + timedelta(minutes=nth / len(rows) * 600)}
            for nth, row in enumerate(rows)
        ]
        session.connection().execute(changed, moments)


def double(session: Session, suffix: str) -> None:
    """Put every row of a heart in once more, of other patients; readers' open drawings stay single."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in COPIED]
    highest = {
        table.name: session.scalar(select(func.max(table.c.id))) or 0 for table in tables if "id" in table.c
    }
    for table in tables:
        values = [copied(column, highest, suffix) for column in table.columns]
        session.execute(insert(table).from_select([column.name for column in table.columns], select(*values)))


def copied(column: Column, highest: dict[str, int], suffix: str) -> ColumnElement:
    """Return what stands in a copy's column: ids go on after the highest, names get a suffix."""
    name = f"{column.table.name}.{column.name}"
    parents = [key.column.table.name for key in column.foreign_keys if key.column.name == "id"]
    table = column.table.name if column.name == "id" else POINTERS.get(column.name, "".join(parents))
    if table in highest:
        return column + highest[table]
    if name in NAMES:
        return column + literal(suffix)
    if name in OF_EACH_ITS_OWN:
        return func.substr(column, 1, OF_EACH_ITS_OWN[name] - len(suffix)) + literal(suffix)
    return column


def settle(store: Store) -> None:
    """Let a server give new rows ids beyond the copies', and tidy up as it does by itself in time."""
    if store.engine.dialect.name == "sqlite":
        return
    with store.unit_of_work() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in COPIED and "id" in table.c:
                begin_after(session, table)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def begin_after(session: Session, table: Table) -> None:
    """Let a server's next id of a table be beyond those that are there."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    session.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
