"""Predict what is in the store: one slice at once, or many in a process of their own."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.errors import BadInput, RunRefused
from core.records import ModelRow, RunKind, RunRow, SliceRow, Status
from core.run_control import RunControl
from core.settings import settings
from core.store import models, runs
from core.store.database import Store, open_store
from core.store.predictions import save_prediction
from core.store.slices import Filter, Order, count_slices, list_slices, slice_pixels, slice_row
from core.workflow.models import active_model, whole_checkpoint
from core.workflow.running import wake
from core.workflow.words import counted
from core.workflow.worth import assess_series, disagreement

if TYPE_CHECKING:
    from core.network.predict import Predictor

DEFAULT_SPACING = (1.8, 1.8)  # mm, of the rare slice that carries none
BATCH = 16  # slices predicted, saved and told of at once
UNREAD = (Status.NEW, Status.PREDICTED)


@dataclass(frozen=True)
class Request:
    """What a run of predictions was asked for, as it is written into its row."""

    model_id: int
    series_id: int | None
    only_unread: bool

    def filter(self) -> Filter:
        """The slices that are meant."""
        return Filter(
            series_id=self.series_id,
            statuses=UNREAD if self.only_unread else (),
            unpredicted_by=self.model_id,
        )


def predict_slice(slice_id: int) -> bool:
    """Predict one slice with the active model; returns whether its mask is the one shown now.

    It is not where a reader or a reference vouches for another mask, or a reader is drawing: the prediction
    then stands beside it, for comparison.

    Raises:
        NotFound: when there is no such slice.
        BadCheckpoint: when no model is there.
        BadInput: when the slice cannot be predicted at its pixel size.
    """
    store = open_store()
    model = active_model()
    row = slice_row(store, slice_id)
    shown = _predict_and_save(store, [row], model, predictor_of(model))[0]
    assess_series(store, row.series_id, near=[row])
    return shown


def start_prediction(series_id: int | None = None, only_unread: bool = True, person: str = "") -> int:
    """Predict a series, or everything, in a process of its own; returns the run's id.

    Args:
        series_id: None means all series.
        only_unread: leave out slices that a reader has approved, rejected or begun. What the active model
            has predicted already is left out in any case; it would say the same again.
        person: who asks for it.

    Raises:
        RunRefused: when there is nothing to predict.
        BadCheckpoint: when no model is there.
    """
    store = open_store()
    request = Request(active_model().id, series_id, only_unread)
    total = count_slices(store, request.filter())
    if not total:
        raise RunRefused("there is no slice left to predict; import some, or choose those already read too")
    run_id = runs.enqueue(store, RunKind.PREDICTION, asdict(request), total, person=person)
    wake(RunKind.PREDICTION)
    return run_id


def run(row: RunRow, control: RunControl) -> str:
    """Do a run of predictions, in the worker; returns what came of it in a sentence."""
    store = control.store
    request = Request(**json.loads(row.configuration))
    model = models.model_row(store, request.model_id)
    wanted = list_slices(store, request.filter(), Order.IMPORTED, limit=None)
    control.progress(0, len(wanted), f"Loading {model.name}.")
    predictor = predictor_of(model)
    done, problems = 0, []
    for rows in batches(wanted, BATCH):
        try:
            _predict_and_save(store, rows, model, predictor)
        except BadInput:
            for item in rows:  # one of them; the others shall not suffer from it
                try:
                    _predict_and_save(store, [item], model, predictor)
                except BadInput as error:
                    problems.append(f"slice {item.id} of {item.patient}: {error}")
        done += len(rows)
        for series_id in finished_series(rows, wanted[done:]):
            assess_series(store, series_id)
        control.progress(done, len(wanted), f"Predicting with {model.name}.")
    told = f"Predicted {counted(done - len(problems), 'slice')} with {model.name}."
    return f"{told} Left out {counted(len(problems), 'slice')}: {problems[0]}." if problems else told


def _predict_and_save(
    store: Store, rows: Sequence[SliceRow], model: ModelRow, predictor: "Predictor"
) -> list[bool]:
    """Predict slices together and keep what comes out; says of each whether its mask is shown now."""
    from core.network.uncertainty import mean_heart_entropy

    pixels = [slice_pixels(store, row) for row in rows]
    spacings = [row.spacing_mm or DEFAULT_SPACING for row in rows]
    predictions = predictor.predict(pixels, spacings, BATCH, second_look=True)
    return [
        save_prediction(
            store,
            row.id,
            prediction.mask,
            prediction.probabilities,
            mean_heart_entropy(prediction.probabilities),
            model.id,
            model.name,
            disagreement(prediction.looks[0], prediction.looks[1]),
        )
        for row, prediction in zip(rows, predictions, strict=True)
    ]


def predictor_of(model: ModelRow) -> "Predictor":
    """The model, loaded once in this process."""
    from core.network.predict import cached_predictor  # torch takes seconds to load

    chosen = settings()
    return cached_predictor(whole_checkpoint(model), chosen.device, remove_islands=chosen.remove_islands)


def finished_series(rows: Sequence[SliceRow], rest: Sequence[SliceRow]) -> list[int]:
    """The series that occur in these rows and not in the first of those that follow; rows come by series."""
    following = rest[0].series_id if rest else None
    return [series_id for series_id in dict.fromkeys(row.series_id for row in rows) if series_id != following]


def batches(rows: list[SliceRow], size: int) -> Iterator[list[SliceRow]]:
    """The rows in order, so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
