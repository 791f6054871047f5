"""Workers killed in the middle of trainings, predictions, scorings and imports, and started again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import torch

from benchmarks.fault_rounds.rounds import Round, heart_of, own_home, unsound
from benchmarks.fault_rounds.working import SILENT_SECONDS, start_worker
from core.jobs import process
from core.network import checkpoint
from core.records.runs import RunKind, RunRow, RunState
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks.predictions import load_prediction
from core.store.models import models
from core.store.runs import beats, epochs, run_changes, runs, silent_runs
from core.store.series.series import list_series
from core.store.slices.scores import load_scores
from core.store.slices.slices import list_slices
from core.workflow.evaluation import score_model
from core.workflow.import_runs import runs as import_runs
from core.workflow.models.registry import active_model
from core.workflow.prediction import predict_store
from core.workflow.training.runs import start_training
from core.workflow.uploads.sources import Upload
from tests.workflow.hearts import LOAD, add_heart, add_hearts, tiny_request
from tests.workflow.small import HEART, png, save_model, write

KILLS = 5  # at most, of the workers of one run
EPOCHS = 25
N_SLICES = 160
N_HEARTS = 80
LIMIT_S = 120.0


def training(folder: Path, chance: Random) -> Round:
    """A training is killed again and again; in the end it is the one that nobody killed, to the bit."""
    with lab(folder) as home:
        add_hearts()
        request = tiny_request(epochs=EPOCHS, seed=chance.randrange(1000))
        whole = start_training(request, LOAD)
        finish(home, RunKind.TRAINING, whole)
        broken = start_training(request, LOAD)
        kills = kill_until_done(home, RunKind.TRAINING, broken, chance)
        lost = not_finished(broken)
        ours, theirs = epochs.epochs_of(open_store(), [broken, whole]).values()
        if [epoch.training_loss for epoch in ours] != [epoch.training_loss for epoch in theirs]:
            lost.append("an epoch is missing or another one")
        if not lost and not same_weights(broken, whole):
            lost.append("the weights are others")
        if len(models.list_models(open_store())) != 2:
            lost.append("it left more or fewer models than one")
        return Round(kills, EPOCHS, (*lost, *unsound()))


def predicting(folder: Path, chance: Random) -> Round:
    """A prediction of many slices is killed again and again; in the end every slice is predicted once."""
    with lab(folder) as home:
        series = add_heart(0, None, masked=False, n_slices=N_SLICES)
        run_id = predict_store.start_prediction(series)
        kills = kill_until_done(home, RunKind.PREDICTION, run_id, chance)
        rows = list_slices(open_store(), limit=None)
        lost = not_finished(run_id)
        missing = [row.id for row in rows if load_prediction(open_store(), row.id) is None]
        lost += [f"{len(missing)} of {len(rows)} slices have no prediction"] if missing else []
        return Round(kills, len(rows), (*lost, *unsound()))


def scored(folder: Path, chance: Random) -> Round:
    """A scoring is killed again and again; in the end every slice has its scores."""
    with lab(folder) as home:
        add_heart(0, Split.TEST, n_slices=N_SLICES)
        (run_id,) = score_model.start_scoring([active_model().id])
        kills = kill_until_done(home, RunKind.SCORING, run_id, chance)
        found = len(load_scores(open_store(), active_model().id, None).slice_ids)
        lost = not_finished(run_id)
        lost += [f"{found} of {N_SLICES} slices are scored"] if found != N_SLICES else []
        return Round(kills, N_SLICES, (*lost, *unsound()))


def imported(folder: Path, chance: Random) -> Round:
    """An import of many files is killed again and again; in the end the store is that of an unbroken one."""
    files = []
    for number in range(N_HEARTS):
        for name, pixels in (("image", heart_of(number)), ("image_mask", HEART)):
            path = write(folder / f"{number}-{name}", png(pixels))
            files.append(Upload(f"lab/heart{number:03}/{name}.png", path))
    with lab(folder) as home:
        run_id = import_runs.start_upload_import(files)
        kills = kill_until_done(home, RunKind.IMPORT, run_id, chance)
        lost = not_finished(run_id)
        patients = {row.patient for row in list_series(open_store(), limit=None)}
        n_series = len(list_series(open_store(), limit=None))
        if (len(patients), n_series) != (N_HEARTS, N_HEARTS):
            lost.append(f"{n_series} series of {len(patients)} of {N_HEARTS} patients came in")
        told = [result for result in import_runs.results_of(run_id) if result.series_ids]
        if len(told) != N_HEARTS:
            lost.append(f"{len(told)} of {N_HEARTS} hearts were told")
        return Round(kills, N_HEARTS, (*lost, *unsound()))


@contextmanager
def lab(folder: Path) -> Iterator[Path]:
    """A home with a small model, in which no worker starts by itself."""
    started, silent = process.spawn_worker, beats.SILENT_SECONDS
    with own_home(folder) as home:
        save_model(folder / "checkpoints" / "unet-cine.safetensors", "unet-cine", seed=0)
        process.spawn_worker = lambda kind: None
        beats.SILENT_SECONDS = SILENT_SECONDS
        try:
            yield home
        finally:
            process.spawn_worker, beats.SILENT_SECONDS = started, silent


def kill_until_done(home: Path, kind: RunKind, run_id: int, chance: Random) -> int:
    """Kill the workers of a run at random moments, then let the last finish it; returns the kills at work."""
    kills = 0
    for _ in range(KILLS):
        worker = start_worker(home, kind)
        until(run_id, lambda row: row.state != RunState.QUEUED)
        worker.join(chance.uniform(0.0, 1.0))
        worker.kill()
        worker.join()
        row = runs.run_row(open_store(), run_id)
        if row.state != RunState.RUNNING:
            break
        kills += 1
        given_up(run_id)
        run_changes.enqueue_again(open_store(), run_id)
    finish(home, kind, run_id)
    return kills


def given_up(run_id: int) -> None:
    """Watch until the dead worker's silence is noticed."""

    def noticed(row: RunRow) -> bool:
        silent_runs.give_up_silent_runs(open_store())
        return row.state == RunState.FAILED

    until(run_id, noticed)


def finish(home: Path, kind: RunKind, run_id: int) -> None:
    """Let a worker finish the run, if it is not yet."""
    if runs.run_row(open_store(), run_id).state == RunState.QUEUED:
        worker = start_worker(home, kind)
        worker.join(LIMIT_S)
        worker.kill()
        worker.join()


def until(run_id: int, met: object) -> None:
    """Wait until something is true of the run."""
    assert callable(met)
    end = time.monotonic() + LIMIT_S
    while not met(runs.run_row(open_store(), run_id)):
        if time.monotonic() > end:
            raise TimeoutError(f"run {run_id}: {runs.run_row(open_store(), run_id)}")
        time.sleep(0.02)


def not_finished(run_id: int) -> list[str]:
    """A sentence unless the run finished."""
    row = runs.run_row(open_store(), run_id)
    return [] if row.state == RunState.FINISHED else [f"the run is {row.state}: {row.message}"]


def same_weights(first: int, second: int) -> bool:
    """Whether two runs left the same weights, to the bit."""
    rows = [
        models.model_row(open_store(), runs.run_row(open_store(), run).model_id or 0)
        for run in (first, second)
    ]
    ours, theirs = (checkpoint.load(Path(row.path))[0].state_dict() for row in rows)
    return all(torch.equal(ours[name], theirs[name]) for name in theirs)
