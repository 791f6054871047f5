"""Score a model on the slices that somebody vouches for; what is scored once is never computed again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from pydantic import TypeAdapter

from core.engine.run_in_shards import run_in_shards
from core.engine.shard import ShardControl
from core.errors import RunRefused
from core.jobs.control import RunControl
from core.jobs.queue import start_worker
from core.labels import FOREGROUND, Label
from core.metrics.counts import count
from core.metrics.registry import DISTANCES
from core.metrics.scores import score_masks
from core.metrics.statistics.calibration import measure_reliability, near_heart
from core.records.masks import Prediction
from core.records.models import ModelRow
from core.records.runs import RunKind, RunRow
from core.records.slices import SliceRow, Split
from core.store.database import Guard, Store, open_store
from core.store.masks.masks import newest_versions
from core.store.models import models
from core.store.runs import runs
from core.store.runs.runs import require_held
from core.store.slices import scores
from core.store.slices.scores import SliceScore
from core.text import plural
from core.workflow.models.registry import whole_checkpoint
from core.workflow.prediction.predict_store import predictor_of
from core.workflow.prediction.stacks import batches, predict_stacks, stacks_of

Progress = Callable[[int, int], None]  # told (done, total)


@dataclass(frozen=True)
class ScoringRequest:
    """What a run of scores was asked for, as it is written into its row."""

    model_id: int
    splits: tuple[Split, ...]  # empty means all


REQUEST = TypeAdapter(ScoringRequest)


def ignore_progress(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def score_model(model_id: int, splits: Sequence[Split] = (), progress: Progress = ignore_progress) -> int:
    """Score a model on all slices that have a truth and no score of it yet; return how many were scored.

    Args:
        model_id: which model.
        splits: which slices; empty means all.
        progress: told after every batch. It may raise to stop the work: what was scored is kept, and the
            next call goes on from there.

    Raises:
        NotFound: when there is no such model.
        BadCheckpoint: when its file is gone or another one stands in its place.
    """
    store = open_store()
    model = models.model_row(store, model_id)
    wanted = scores.slices_to_score(store, model_id, splits)
    progress(0, len(wanted))
    n_scored = n_done = 0
    for scored, problems in _score(store, model, splits, wanted) if wanted else ():
        n_scored, n_done = n_scored + len(scored), n_done + len(scored) + len(problems)
        progress(n_done, len(wanted))
    return n_scored


def start_scoring(model_ids: Sequence[int], splits: Sequence[Split] = (), person: str = "") -> list[int]:
    """Score models in a process of their own, one run for each that has something to score.

    Raises:
        RunRefused: when nothing is left to score.
    """
    store = open_store()
    waiting = {model_id: scores.count_to_score(store, model_id, splits) for model_id in model_ids}
    if not any(waiting.values()):
        raise RunRefused(
            "there is nothing left to score; import masks beside images, or approve slices on the Review page"
        )
    run_ids = []
    for model_id, total in waiting.items():
        if total:
            request = REQUEST.dump_python(ScoringRequest(model_id, tuple(splits)), mode="json")
            run_ids.append(runs.enqueue(store, RunKind.SCORING, request, total, person=person))
    start_worker(RunKind.SCORING)
    return run_ids


def run(row: RunRow, control: RunControl) -> str:
    """Do a run of scores, in the worker; returns what came of it in a sentence."""
    request = REQUEST.validate_json(row.configuration)
    model = models.model_row(control.store, request.model_id)

    wanted = scores.ids_to_score(control.store, model.id, request.splits)
    control.progress(0, len(wanted), f"Loading {model.name}.")
    whole_checkpoint(model)  # else every shard would find out
    left_out = run_in_shards(control, wanted, f"Scoring {model.name}.")
    problem = f" Left out {plural(len(left_out), 'slice')}: {left_out[0]}." if left_out else ""
    return f"Scored {model.name} on {plural(len(wanted) - len(left_out), 'slice')}.{problem}"


def score_shard(control: ShardControl, slice_ids: Sequence[int]) -> list[str]:
    """Score those of the slices that are not yet; returns a sentence for each that cannot be."""
    store = control.store
    request = REQUEST.validate_json(control.run.configuration)
    model = models.model_row(store, request.model_id)
    wanted = scores.slices_to_score(store, model.id, request.splits, among=slice_ids)
    guard = partial(require_held, run_id=control.run.id, token=control.token)
    left_out = []
    for scored, problems in _score(store, model, request.splits, wanted, guard):
        control.done(len(scored))
        left_out += problems
    return left_out


def _score(
    store: Store,
    model: ModelRow,
    splits: Sequence[Split],
    wanted: list[SliceRow],
    guard: Guard | None = None,
) -> Iterator[tuple[list[SliceScore], list[str]]]:
    """Score and keep stack by stack; yields what was scored, and a sentence for each slice that cannot be."""
    predictor = predictor_of(model)

    def left_to_do(rows: Sequence[SliceRow]) -> set[int]:
        ids = [row.id for row in rows]
        return {row.id for row in scores.slices_to_score(store, model.id, splits, among=ids)}

    for stacks in batches(stacks_of(store, wanted, left_to_do)):
        predicted, problems = predict_stacks(store, predictor, stacks)
        truths = newest_versions(store, [row.id for row, _ in predicted])
        scored = [
            score_slice(row, truths[row.id].id, truths[row.id].mask, prediction)
            for row, prediction in predicted
            if row.id in truths
        ]
        scores.save_scores(store, model.id, scored, guard)
        yield scored, problems


def score_slice(row: SliceRow, version_id: int, truth: np.ndarray, prediction: Prediction) -> SliceScore:
    """Return all that is kept of a prediction and of the truth (height, width) uint8 that it is scored by.

    A slice without a known pixel size has no distances.
    """
    by_label = {item.label: item.scores for item in score_masks(truth, prediction.mask, row.spacing_mm)}
    near = near_heart(truth, prediction.mask)
    said: tuple[Label | None, ...] = (None, *FOREGROUND)
    return SliceScore(
        slice_id=row.id,
        version_id=version_id,
        mask=prediction.mask,
        confusion=count(truth, prediction.mask),
        distances_mm=np.array(
            [[by_label[label][metric] for label in Label] for metric in DISTANCES], np.float64
        ),
        reliability=tuple(
            measure_reliability(prediction.probabilities, truth, label=label, where=near) for label in said
        ),
    )
