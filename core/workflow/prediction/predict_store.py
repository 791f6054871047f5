"""Predict what is in the store: one slice at once, or many in a process of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from core.engine.run_in_shards import cut_series, run_in_shards
from core.engine.shard import ShardControl
from core.errors import BadInput, RunRefused
from core.jobs.control import RunControl
from core.jobs.queue import submit
from core.records.models import ModelRow
from core.records.runs import RunKind, RunRow
from core.records.slices import SliceRow, Split, Status
from core.settings import settings
from core.store.database import Guard, Store, open_store
from core.store.masks.predictions import NewPrediction, save_predictions, unpredicted_among
from core.store.models import models
from core.store.runs.runs import require_held
from core.store.slices.base import settle_base
from core.store.slices.filters import Filter
from core.store.slices.slices import count_slices, list_ids, slice_row, slices_by_id
from core.text import plural
from core.workflow.models.registry import active_model, whole_checkpoint
from core.workflow.prediction.priority import assess_series, disagreement
from core.workflow.prediction.stacks import Stack, batches, predict_stacks, stacks_of

if TYPE_CHECKING:
    from core.network.predict import Predictor

UNREAD = (Status.NEW, Status.PREDICTED)


@dataclass(frozen=True)
class PredictionRequest:
    """What a run of predictions is to predict, as it is stored in its row."""

    model_id: int
    series_id: int | None
    only_unread: bool
    splits: tuple[Split, ...] = ()  # empty means all

    def filter(self) -> Filter:
        """Return which slices these are."""
        return Filter(
            series_id=self.series_id,
            splits=self.splits,
            statuses=UNREAD if self.only_unread else (),
            unpredicted_by=self.model_id,
        )

    def left_to_do(self, store: Store, rows: Sequence[SliceRow]) -> set[int]:
        """Return the ids of those slices, of the series, that are still to be predicted."""
        wanted = [row.id for row in rows if row.status in UNREAD or not self.only_unread]
        return unpredicted_among(store, wanted, self.model_id)


REQUEST = TypeAdapter(PredictionRequest)


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
    stacks = list(stacks_of(store, [row]))
    shown, left_out = _predict_and_save(store, stacks, model, predictor_of(model))
    if left_out:
        raise BadInput(left_out[0])
    assess_series(store, row.series_id, near=[row])
    return shown[0]


def start_prediction(
    series_id: int | None = None,
    only_unread: bool = True,
    person: str = "",
    splits: tuple[Split, ...] = (),
) -> int:
    """Predict a series, or everything, in a process of its own; returns the run's id.

    Args:
        series_id: None means all series.
        only_unread: leave out slices that a reader has approved, rejected or begun. What the active model
            has predicted already is left out in any case; it would say the same again.
        person: who asks for it.
        splits: only slices of these; empty means all.

    Raises:
        RunRefused: when there is nothing to predict.
        BadCheckpoint: when no model is there.
    """
    store = open_store()
    request = PredictionRequest(active_model().id, series_id, only_unread, splits)
    total = count_slices(store, request.filter())
    if not total:
        raise RunRefused("there is no slice left to predict; import some, or choose those already read too")
    return submit(store, RunKind.PREDICTION, REQUEST.dump_python(request, mode="json"), total, person=person)


def run(row: RunRow, control: RunControl) -> str:
    """Do a run of predictions, in the worker; returns what came of it in a sentence."""
    store = control.store
    request = REQUEST.validate_json(row.configuration)
    model = models.model_row(store, request.model_id)
    wanted = list_ids(store, request.filter())
    control.progress(0, len(wanted), f"Loading {model.name}.")
    whole_checkpoint(model)  # else every shard would find out
    left_out = run_in_shards(control, wanted, f"Predicting with {model.name}.")
    for series_id in cut_series(wanted):  # of which no shard saw the whole
        settle(store, series_id)
    summary = f"Predicted {plural(len(wanted) - len(left_out), 'slice')} with {model.name}."
    return f"{summary} Left out {plural(len(left_out), 'slice')}: {left_out[0]}." if left_out else summary


def predict_shard(control: ShardControl, slice_ids: Sequence[int]) -> list[str]:
    """Predict those of the slices that are not yet; returns a sentence for each that cannot be."""
    store = control.store
    request = REQUEST.validate_json(control.run.configuration)
    model = models.model_row(store, request.model_id)
    predictor = predictor_of(model)
    guard = partial(require_held, run_id=control.run.id, token=control.token)
    of_shard = slices_by_id(store, slice_ids)
    missing = unpredicted_among(store, slice_ids, model.id)
    wanted = [row for slice_id, row in of_shard.items() if slice_id in missing]
    left_out = []
    for stacks in batches(stacks_of(store, wanted, partial(request.left_to_do, store))):
        _, problems = _predict_and_save(store, stacks, model, predictor, guard)
        left_out += problems
        control.done(sum(len(stack.rows) for stack in stacks))
    # Of all: where the shard is done again, it may have been stopped just before this.
    for series_id in dict.fromkeys(row.series_id for row in of_shard.values()):
        settle(store, series_id)
    return left_out


def settle(store: Store, series_id: int) -> None:
    """Do for a series what needs the masks of all its slices."""
    assess_series(store, series_id)
    settle_base(store, series_id)


def _predict_and_save(
    store: Store,
    stacks: Sequence[Stack],
    model: ModelRow,
    predictor: "Predictor",
    guard: Guard | None = None,
) -> tuple[list[bool], list[str]]:
    """Predict slices together and save it.

    Returns of each slice whether its mask is the one shown now, and a sentence for each that was left out.
    """
    from core.network.uncertainty import mean_heart_entropy

    predicted, left_out = predict_stacks(store, predictor, stacks, with_flip=True)
    said = [
        NewPrediction(
            row.id,
            prediction.mask,
            prediction.probabilities,
            mean_heart_entropy(prediction.probabilities),
            disagreement(prediction.flip_masks[0], prediction.flip_masks[1]),
        )
        for row, prediction in predicted
    ]
    return save_predictions(store, said, model.id, model.name, guard), left_out


def predictor_of(model: ModelRow) -> "Predictor":
    """Return the model, loaded once in this process."""
    from core.network.predict import cached_predictor  # torch takes seconds to load

    chosen = settings()
    return cached_predictor(whole_checkpoint(model), chosen.device, remove_islands=chosen.remove_islands)
