"""A training that a worker of one home began goes on in another, on the same database and bucket."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from core.errors import BadCheckpoint, StoreUnavailable
from core.jobs.worker import drain_queue
from core.network import checkpoint
from core.records.models import ModelRow
from core.records.runs import RunKind, RunState
from core.settings import settings
from core.store.checks.contents import contents
from core.store.database import open_store
from core.store.files.kinds import MODEL, RUN_FILE
from core.store.models import models
from core.store.runs import epochs, runs
from core.store.runs.run_files import all_run_files, run_files
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model, whole_checkpoint
from core.workflow.models.removal import remove_model
from core.workflow.people import Reader
from core.workflow.run_files import RunFiles
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.grid import SweepAxes
from core.workflow.training.runs import delete_run, resume_training, start_training
from tests.store.files.s3_servers import bucket, client, s3_server
from tests.workflow.hearts import LOAD, add_hearts, tiny_request, training_run
from tests.workflow.training.test_worker import give_up, no_worker, wait_for, weights, worker

__all__ = ["bucket", "no_worker", "s3_server", "worker"]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def shared(home: Path, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database and a bucket that homes share."""
    monkeypatch.setenv("SEPTUM_DATABASE", f"sqlite:///{tmp_path / 'septum.sqlite'}")
    monkeypatch.setenv("SEPTUM_ARRAYS", bucket)
    settings.cache_clear()


@pytest.fixture
def move_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Go on as another machine would, with a home of its own."""

    def move(name: str) -> Path:
        monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / name))
        settings.cache_clear()
        return tmp_path / name

    return move


def model_of(run_id: int) -> ModelRow:
    row = runs.run_row(open_store(), run_id)
    assert row.model_id is not None, row
    return models.model_row(open_store(), row.model_id)


@pytest.mark.usefixtures("shared")
def test_a_killed_training_goes_on_in_another_home_and_comes_to_the_same_weights(
    move_to, worker, monkeypatch
):
    first = move_to("first")
    add_hearts()
    request = tiny_request(epochs=6)
    run_id = start_training(request, LOAD)
    process = worker()
    wait_for(run_id, lambda row: row.done >= 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(epochs.epochs_of(open_store(), [run_id])[run_id])
    assert 2 <= done < 6
    give_up(monkeypatch)
    shutil.rmtree(first)  # that machine is gone

    second = move_to("second")
    resume_training(run_id)
    process = worker()
    row = wait_for(run_id, lambda row: row.state in (RunState.FINISHED, RunState.FAILED))
    process.wait(60)
    assert row.state == RunState.FINISHED, row.message
    assert [epoch.number for epoch in training_run(run_id).epochs] == [1, 2, 3, 4, 5, 6]
    assert RunFiles.of(run_id).folder.is_relative_to(second)
    assert list(RunFiles.of(run_id).events.glob("events.out.tfevents.*"))
    assert set(run_files(open_store(), run_id)) == {"slices.json", "published.json"}

    move_to("third")  # where nobody has trained: the model comes from beside the images
    never_stopped = start_training(request, LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    assert runs.run_row(open_store(), never_stopped).state == RunState.FINISHED
    one = checkpoint.load(whole_checkpoint(model_of(run_id)))[0].state_dict()
    other = weights(model_of(never_stopped))
    assert all(torch.equal(one[name], other[name]) for name in other)
    problems: list[str] = []
    verify(problems.append)
    assert problems == []


@pytest.mark.usefixtures("shared")
def test_what_is_left_of_an_earlier_worker_on_this_machine_does_not_count(move_to, monkeypatch):
    home = move_to("first")
    add_hearts()
    run_id = start_training(tiny_request(epochs=2), LOAD)
    files = RunFiles.of(run_id)
    files.folder.mkdir(parents=True)
    files.chosen.write_text("[]")  # of a run that had this number and was deleted elsewhere
    files.resume.write_bytes(b"of another run")
    drain_queue(open_store(), RunKind.TRAINING)
    row = runs.run_row(open_store(), run_id)
    assert row.state == RunState.FINISHED, row.message
    assert files.folder.is_relative_to(home)


@pytest.mark.usefixtures("shared")
def test_a_run_that_is_deleted_leaves_nothing_beside_the_images(move_to):
    move_to("first")
    add_hearts()
    run_id = start_training(tiny_request(epochs=2), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    assert all_run_files(open_store())
    delete_run(run_id)
    listed = [one for one in open_store().arrays.listed() if one.digest]
    assert [one for one in listed if one.ending == RUN_FILE] == []
    assert len([one for one in listed if one.ending == MODEL]) == 1  # what it produced stays


@pytest.mark.usefixtures("shared")
def test_a_model_that_is_removed_goes_from_beside_the_images_too(move_to):
    move_to("first")
    add_hearts()
    run_id = start_training(tiny_request(epochs=1), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    row = model_of(run_id)
    assert open_store().arrays.holds(row.sha256, MODEL)
    remove_model(row.id, Reader("ann", signed_in=False))
    assert not open_store().arrays.holds(row.sha256, MODEL)


@pytest.mark.usefixtures("shared", "model")
def test_a_model_is_brought_into_each_home_that_asks_for_it_also_where_its_name_is_taken(move_to):
    first = move_to("first")
    row = active_model()
    second = move_to("second")
    taken = second / "models" / Path(row.path).name
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"another model of this name")
    shipped = settings().checkpoints / "unet-cine.safetensors"
    data = shipped.read_bytes()
    shipped.unlink()  # as where this machine has another version of Septum
    for _ in range(2):
        brought = whole_checkpoint(models.model_row(open_store(), row.id))
        assert brought.read_bytes() == data
        assert brought.is_relative_to(second)
    assert taken.read_bytes() == b"another model of this name"
    assert len(list(taken.parent.iterdir())) == 2
    assert first != second
    open_store().arrays.remove([row.sha256], MODEL)
    brought.unlink()
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        whole_checkpoint(models.model_row(open_store(), row.id))


@pytest.mark.usefixtures("shared")
def test_the_runs_of_a_sweep_learn_from_the_same_slices_wherever_they_are_done(move_to):
    move_to("first")
    add_hearts()
    axes = SweepAxes(learning_rate=(1e-3, 2e-3))
    sweep_id = sweeps.start_sweep(tiny_request(epochs=1), axes)
    named = {run_files(open_store(), run.row.id)["slices.json"] for run in sweeps.sweep(sweep_id).runs}
    assert len(named) == 1
    chosen = open_store().arrays.read(named.pop(), RUN_FILE)
    move_to("second")
    drain_queue(open_store(), RunKind.TRAINING)
    for run in sweeps.sweep(sweep_id).runs:
        assert run.row.state == RunState.FINISHED, run.row.message
        assert RunFiles.of(run.row.id).chosen.read_bytes() == chosen


@pytest.mark.usefixtures("shared")
def test_a_damaged_file_of_a_run_is_named_and_leftovers_in_the_bucket_are_cleared(
    move_to, s3_server, bucket, monkeypatch
):
    move_to("first")
    add_hearts()
    run_id = start_training(tiny_request(epochs=1), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    store, name = open_store(), bucket.removeprefix("s3://").partition("/")[0]
    digest = run_files(store, run_id)["slices.json"]
    stray = store.arrays.keep_bytes(b"of a run that died", RUN_FILE)
    client(s3_server).put_object(Bucket=name, Key=f"arrays/{digest[:2]}/{digest}.run", Body=b"half")
    problems: list[str] = []
    assert verify(problems.append).n_cleared == 0  # it may be about to be named
    assert len(problems) == 1
    assert f"run {run_id}, slices.json: the file of a run {digest[:12]}" in problems[0]
    monkeypatch.setattr("core.store.checks.leftovers.OLD_SECONDS", -60)
    assert verify(lambda problem: None).n_cleared == 1
    assert not store.arrays.holds(stray, RUN_FILE)
    assert store.arrays.holds(digest, RUN_FILE)
    assert contents(store).images == len([one for one in store.arrays.listed() if one.ending == ".npy"])


@pytest.mark.usefixtures("shared")
def test_a_training_whose_file_is_lost_says_so(move_to, monkeypatch):
    move_to("first")
    add_hearts()
    run_id = start_training(tiny_request(epochs=1), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    digest = run_files(open_store(), run_id)["slices.json"]
    open_store().arrays.remove([digest], RUN_FILE)
    move_to("second")
    with pytest.raises(StoreUnavailable, match="file of a run .* is missing in .*start the run anew"):
        RunFiles.of(run_id).bring_near(open_store(), run_id)
