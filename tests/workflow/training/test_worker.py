"""A training from the store to a scored candidate, stopped, killed and taken up again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from core.errors import RunRefused, StoreUnavailable
from core.jobs import control as run_control
from core.jobs.worker import drain_queue
from core.network import checkpoint
from core.records.masks import Origin
from core.records.models import ModelRow
from core.records.runs import RunKind, RunRow, RunState
from core.records.slices import Split
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import beats, epochs, run_changes, runs, silent_runs
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.models.cards import read_card
from core.workflow.models.listing import holdout_dice
from core.workflow.models.patient_marks import PatientMarks
from core.workflow.models.registry import active_model
from core.workflow.run_files import RunFiles
from core.workflow.training import runs as training_runs
from core.workflow.training import worker as retraining
from core.workflow.training.runs import start_training
from tests.store.scored import count_scores
from tests.workflow.hearts import LOAD, add_heart, add_hearts, heart, tiny_request, training_run

ROOT = Path(__file__).resolve().parents[3]
# A worker whose heart beats quickly, so that its death is noticed within seconds.
WORKER = """
import sys
from core.jobs import worker
from core.store.runs import beats
beats.BEAT_SECONDS = 0.2
worker.main("training")
"""


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay queued until a test works them off."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


@pytest.fixture
def worker(home: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
        started.append(subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is at work counts as silent at once."""
    with monkeypatch.context() as patch:
        patch.setattr(beats, "SILENT_SECONDS", 0.0)
        silent_runs.give_up_silent_runs(open_store())


def work_off() -> None:
    drain_queue(open_store(), RunKind.TRAINING)


def wait_for(run_id: int, met: Callable[[RunRow], bool], seconds: float = 120) -> RunRow:
    until = time.monotonic() + seconds
    while True:
        row = runs.run_row(open_store(), run_id)
        if met(row):
            return row
        assert time.monotonic() < until, row
        time.sleep(0.05)


def produced(run_id: int) -> ModelRow:
    row = runs.run_row(open_store(), run_id)
    assert row.model_id is not None, row
    return models.model_row(open_store(), row.model_id)


def dice_on_test(model: ModelRow) -> float:
    (dice,) = [found.heart for found in holdout_dice(model.id) if found.split == Split.TEST]
    return dice


def weights(model: ModelRow) -> dict[str, torch.Tensor]:
    return checkpoint.load(Path(model.path))[0].state_dict()


def test_one_training_leaves_its_epochs_its_model_and_its_scores(home):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD, "First try", "a note")
    work_off()
    run = training_run(run_id)
    assert run.row.state == RunState.FINISHED, run.row.message
    assert [epoch.number for epoch in run.epochs] == [1, 2, 3]
    assert all(len(epoch.validation_dice) == 3 and epoch.seconds > 0 for epoch in run.epochs)
    assert run.best is not None
    assert run.row.device.startswith("CPU")
    assert run.row.peak_memory_mb > 10
    assert (run.row.done, run.row.total, run.row.note) == (3, 3, "a note")
    model = produced(run_id)
    assert model.name == f"first-try-r{run_id}"
    assert not model.active
    assert Path(model.path).parent == home / "models"
    assert count_scores(open_store()) == {(model.id, Split.VALIDATION): 2, (model.id, Split.TEST): 3}
    assert "scored on 5 slices of the hold-out" in run.row.message
    assert list(RunFiles.of(run_id).events.glob("events.out.tfevents.*"))
    assert not RunFiles.of(run_id).resume.exists()


def test_it_starts_from_the_active_model_and_the_card_names_parent_and_data(model):
    add_hearts()
    start = active_model()
    run_id = start_training(tiny_request(start.id, learning_rate=1e-3), LOAD)
    work_off()
    candidate = produced(run_id)
    config = checkpoint.read_config(Path(candidate.path))
    assert (candidate.name, candidate.parent_id, config.parent) == (
        f"unet-cine-r{run_id}",
        start.id,
        "unet-cine",
    )
    assert len(config.data["sha256"]) == 64
    assert config.data["n_training_slices"] == 6
    assert active_model() == start


def test_the_first_epochs_loss_is_lower_from_a_model_that_knows_hearts(home):
    add_hearts()
    anew = start_training(tiny_request(epochs=25, learning_rate=2e-2), LOAD)
    work_off()
    further = start_training(tiny_request(produced(anew).id, epochs=1), LOAD)
    work_off()
    assert training_run(further).epochs[0].training_loss < training_run(anew).epochs[0].training_loss * 0.8


def test_corrected_slices_are_learnt_from_and_references_only_with_replay(home):
    add_hearts()
    series = add_heart(50, Split.TRAIN, masked=False, n_slices=3)
    rows = list_slices(open_store(), Filter(series_id=series))
    for position, row in enumerate(rows[:2]):
        masks.save_version(
            open_store(),
            row.id,
            heart(50_000 + position)[1],
            origin=Origin.READER,
            author="anna",
            parent_id=None,
            status="approved",
        )
    with_replay = start_training(tiny_request(epochs=1), LOAD)
    work_off()
    request = tiny_request(epochs=1)
    without = start_training(type(request)(request.config, None, replay=False), LOAD)
    work_off()
    learnt = [read_card(produced(run_id)) for run_id in (with_replay, without)]
    assert [card.n_training_slices for card in learnt] == [8, 2]
    everybody, marks = {f"p{seed}" for seed in range(60)}, PatientMarks.of_store(open_store())
    assert learnt[1].learnt_from(everybody, marks) == {"p50"}


def test_final_training_learns_from_validation_patients_and_is_scored_on_test_alone(home):
    add_hearts()
    run_id = start_training(tiny_request(final=True), LOAD)
    work_off()
    model = produced(run_id)
    assert checkpoint.read_config(Path(model.path)).data["n_training_slices"] == 8
    assert count_scores(open_store()) == {(model.id, Split.TEST): 3}


@pytest.mark.parametrize("final", [False, True], ids=["train alone", "train and validation"])
def test_no_label_of_a_test_patient_reaches_a_model_before_it_is_scored(home, monkeypatch, final):
    """Other test labels, other scores, and yet the same weights to the bit."""
    add_hearts()
    request = tiny_request(final=final, seed=3)
    honest = start_training(request, LOAD)
    work_off()
    before = dice_on_test(produced(honest))
    seen: list[int] = []
    read = masks.versions_by_id
    monkeypatch.setattr(
        "core.workflow.training.dataset.versions_by_id",
        lambda store, ids: seen.extend(ids) or read(store, ids),
    )
    for row in list_slices(open_store(), Filter(splits=(Split.TEST,))):
        version = masks.newest_version(open_store(), row.id)
        masks.save_version(
            open_store(),
            row.id,
            (3 - version.mask).astype(version.mask.dtype),
            origin=Origin.READER,
            author="anna",
            parent_id=version.id,
            status="approved",
        )
    misled = start_training(request, LOAD)
    work_off()
    ours, theirs = weights(produced(honest)), weights(produced(misled))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    tested = {row.id for row in list_slices(open_store(), Filter(splits=(Split.TEST,)))}
    assert len(seen) == 8
    assert not {version.slice_id for version in read(open_store(), seen).values()} & tested
    assert dice_on_test(produced(misled)) != before


def test_a_store_without_anything_approved_is_told_before_the_start(home):
    with pytest.raises(RunRefused, match="no approved slice of a training patient"):
        start_training(tiny_request(), LOAD)
    assert runs.list_runs(open_store()) == []


def test_trainings_wait_for_each_other(home):
    add_hearts()
    first, second = (start_training(tiny_request(epochs=1, seed=seed), LOAD) for seed in (1, 2))
    store = open_store()
    claimed, token = runs.claim(store, RunKind.TRAINING)
    assert claimed.id == first
    assert runs.claim(store, RunKind.TRAINING) is None
    assert training_run(second).row.message == "Waiting for its turn."
    runs.end(store, first, token, RunState.FAILED, "Given up for the test.")
    work_off()
    assert training_run(second).row.state == RunState.FINISHED


def test_cancelled_in_the_middle_of_an_epoch_it_keeps_the_best_weights_as_a_candidate(home, monkeypatch):
    add_hearts()
    run_id = start_training(tiny_request(epochs=50), LOAD)
    monkeypatch.setattr(run_control, "CHECK_SECONDS", 0.0)
    saved = epochs.save_epoch

    def save_and_cancel(store, run, token, epoch):
        saved(store, run, token, epoch)
        if epoch.number == 2:  # asked while the third is about to begin
            monkeypatch.setattr(run_control.RunControl, "progress", lambda *said, **more: None)
            run_changes.ask_to_cancel(store, run)

    monkeypatch.setattr(epochs, "save_epoch", save_and_cancel)
    work_off()
    run = training_run(run_id)
    assert run.row.state == RunState.CANCELLED
    assert run.row.message == f"Cancelled after 2 epochs; the best weights so far are kept as unet-r{run_id}."
    assert not produced(run_id).active
    assert len(run.epochs) == 2
    assert run.is_resumable


def test_a_cancel_ends_a_worker_within_ten_seconds(home, worker):
    add_hearts(training=40)
    run_id = start_training(tiny_request(epochs=10_000, widths=(16, 32), bottleneck=64), LOAD)
    process = worker()
    wait_for(run_id, lambda row: row.done >= 1)
    asked = time.monotonic()
    training_runs.cancel_training(run_id)
    wait_for(run_id, lambda row: row.state == RunState.CANCELLED)
    assert time.monotonic() - asked < 10
    assert process.wait(10) == 0  # its memory is given back
    assert produced(run_id).id


def test_killed_it_fails_in_plain_words_and_goes_on_to_the_same_weights_bit_for_bit(
    home, worker, monkeypatch
):
    add_hearts()
    request = tiny_request(epochs=20)
    whole = start_training(request, LOAD)
    work_off()
    broken = start_training(request, LOAD)
    process = worker()
    wait_for(broken, lambda row: row.done >= 2)
    os.kill(process.pid, signal.SIGKILL)
    give_up(monkeypatch)
    row = runs.run_row(open_store(), broken)
    assert row.state == RunState.FAILED
    assert "killed, ran out of memory, or the machine went down" in row.message
    done = len(training_run(broken).epochs)
    assert 2 <= done < 20

    add_heart(77, Split.TRAIN)  # approved meanwhile; the run learns from what it began with
    training_runs.resume_training(broken)
    work_off()
    ours, theirs = training_run(broken), training_run(whole)
    assert ours.row.state == RunState.FINISHED, ours.row.message
    assert [epoch.training_loss for epoch in ours.epochs] == [epoch.training_loss for epoch in theirs.epochs]
    resumed, unbroken = weights(produced(broken)), weights(produced(whole))
    assert all(torch.equal(resumed[name], unbroken[name]) for name in unbroken)


def test_out_of_memory_is_told_plainly_and_a_smaller_run_works_after_it(home, monkeypatch):
    add_hearts()
    greedy = start_training(tiny_request(), LOAD)
    from core.training.loop import Training

    def allocate(self: Training) -> Iterator[None]:
        yield torch.empty(1 << 50)  # a petabyte; torch itself says no

    with monkeypatch.context() as patch:
        patch.setattr(Training, "epochs", allocate)
        work_off()
    row = runs.run_row(open_store(), greedy)
    assert row.state == RunState.FAILED
    assert "the machine ran out of memory; choose smaller batches" in row.message
    modest = start_training(tiny_request(epochs=1), LOAD)
    work_off()
    assert training_run(modest).row.state == RunState.FINISHED


def test_a_checkpoint_that_was_replaced_is_not_started_from(model):
    add_hearts()
    start = active_model()
    run_id = start_training(tiny_request(start.id), LOAD)
    for file in (model, Path(start.path)):
        file.write_bytes(b"something else")
    work_off()
    assert "gone or was replaced" in training_run(run_id).row.message


def test_a_run_can_be_renamed_and_deleted_but_its_model_stays(home):
    add_hearts()
    run_id = start_training(tiny_request(epochs=1), LOAD)
    with pytest.raises(RunRefused, match="cancel it first"):
        training_runs.delete_run(run_id)
    work_off()
    training_runs.rename_run(run_id, " better name ", "and why")
    assert training_run(run_id).name == "better name"
    model = produced(run_id)
    training_runs.delete_run(run_id)
    assert training_runs.training_runs() == []
    assert not RunFiles.of(run_id).folder.exists()
    assert Path(model.path).exists()


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the worker is done after it."""


def kill_in(monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> None:
    """Do all work that waits, and let the worker die where it calls the function."""

    def die(*said: object, **more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place, name, die)
        with pytest.raises(Killed):
            work_off()
    give_up(monkeypatch)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (retraining, "register"),  # the checkpoint is written, and nobody knows of it
        (retraining, "score_model"),
        (runs, "end"),  # everything is done, and the store does not know
    ],
    ids=["before it is registered", "while it is scored", "before its last word"],
)
def test_killed_after_its_last_epoch_it_trains_no_more_and_leaves_one_candidate(
    home, monkeypatch, place, name
):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)
    kill_in(monkeypatch, place, name)
    assert training_run(run_id).row.state == RunState.FAILED
    (written,) = (home / "models").glob("*.safetensors")

    from core.training.loop import Training

    def never(self: Training, number: int) -> float:
        raise AssertionError("it learnt again")

    monkeypatch.setattr(Training, "_learn", never)
    training_runs.resume_training(run_id)
    work_off()
    run = training_run(run_id)
    assert run.row.state == RunState.FINISHED, run.row.message
    assert [epoch.number for epoch in run.epochs] == [1, 2, 3]
    assert (run.row.done, run.row.total) == (3, 3)
    assert Path(produced(run_id).path) == written
    assert len(models.list_models(open_store())) == 1
    assert count_scores(open_store())[produced(run_id).id, Split.TEST] == 3
    assert not RunFiles.of(run_id).resume.exists()


def test_a_run_that_goes_on_after_a_cancel_brings_another_candidate(home, monkeypatch):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)
    monkeypatch.setattr(run_control, "CHECK_SECONDS", 0.0)
    saved = epochs.save_epoch

    def save_and_cancel(store, run, token, epoch):
        saved(store, run, token, epoch)
        if epoch.number == 1:
            run_changes.ask_to_cancel(store, run)

    with monkeypatch.context() as patch:
        patch.setattr(epochs, "save_epoch", save_and_cancel)
        work_off()
    first = produced(run_id)
    training_runs.resume_training(run_id)
    work_off()
    assert training_run(run_id).row.state == RunState.FINISHED
    assert produced(run_id).id != first.id


def test_an_epoch_that_the_store_refuses_for_a_while_is_told_later(home, monkeypatch):
    add_hearts()
    monkeypatch.setattr(run_control, "MIN_PAUSE", 0.01)
    run_id = start_training(tiny_request(), LOAD)
    saved, refused = epochs.save_epoch, []

    def save(store, run, token, epoch):
        if len(refused) < 3:
            refused.append(epoch)
            raise StoreUnavailable("the disk is full")
        saved(store, run, token, epoch)

    monkeypatch.setattr(epochs, "save_epoch", save)
    work_off()
    run = training_run(run_id)
    assert run.row.state == RunState.FINISHED
    assert [epoch.number for epoch in run.epochs] == [1, 2, 3]


def test_a_disk_that_is_full_in_the_middle_is_told_and_nothing_is_lost(home, monkeypatch):
    add_hearts()
    run_id = start_training(tiny_request(), LOAD)

    def full(*said: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("core.workflow.training.job.save_state", full)
        work_off()
    run = training_run(run_id)
    assert run.row.state == RunState.FAILED
    assert "No space left on device" in run.row.message
    training_runs.resume_training(run_id)
    work_off()
    assert training_run(run_id).row.state == RunState.FINISHED


def test_a_model_is_named_after_the_run_or_its_first_ancestor(home):
    add_hearts()
    row = runs.run_row(open_store(), start_training(tiny_request(), LOAD, "Basal: slices/2"))
    assert retraining.model_name(row, None, "unet") == f"basal-slices-2-r{row.id}"
