"""A sweep: every combination once, told before it starts, stopped and continued as one, read as a table."""

import json
from dataclasses import replace

import pytest

from core.errors import NotFound, RunRefused
from core.jobs.worker import drain_queue
from core.network import checkpoint
from core.recipes.losses import LossName
from core.recipes.training import AugmentationName
from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.store.database import open_store
from core.store.models import models
from core.store.runs import epochs, runs
from core.workflow.run_files import RunFiles
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.grid import SweepAxes, crossed, numbers, whole_numbers
from core.workflow.sweeps.preview import MAX_RUNS, preview_sweep
from core.workflow.sweeps.results import by_setting, run_lines
from core.workflow.training.request import TrainingRequest
from core.workflow.training.runs import start_training, training_runs
from tests.workflow.hearts import LOAD, add_heart, add_hearts, tiny_request

LOSSES = (LossName.DICE, LossName.FOCAL)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs stay queued until a test works them off."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def work_off() -> None:
    drain_queue(open_store(), RunKind.TRAINING)


def states(sweep_id: int) -> list[str]:
    return [str(run.row.state) for run in sweeps.sweep(sweep_id).runs]


def test_every_combination_comes_once_and_the_seed_changes_fastest():
    axes = SweepAxes(loss=LOSSES, learning_rate=(0.01, 0.001, 0.01), seed=(0, 1))
    found = [request.config for request in crossed(tiny_request(), axes)]
    assert len(set(found)) == len(found) == 8
    assert [(config.loss.value, config.learning_rate, config.seed) for config in found[:3]] == [
        ("dice", 0.01, 0),
        ("dice", 0.01, 1),
        ("dice", 0.001, 0),
    ]
    assert axes.varied == ("loss", "learning_rate", "seed")
    assert {config.weight_decay for config in found} == {tiny_request().config.weight_decay}


def test_all_six_choices_can_be_crossed():
    axes = SweepAxes(
        loss=LOSSES,
        augmentation=(AugmentationName.OFF, AugmentationName.REPORT),
        architecture=("unet", "deeplabv3", "unet3plus"),
        learning_rate=(1e-2, 1e-3),
        weight_decay=(1e-4, 1e-5),
        seed=(0, 1),
    )
    assert len(crossed(tiny_request(), axes)) == 2 * 2 * 3 * 2 * 2 * 2
    assert SweepAxes.from_json(json.dumps(axes.to_json())) == axes


def test_another_network_brings_its_own_widths_and_only_unet3plus_keeps_deep_supervision():
    base = tiny_request(architecture="unet3plus", deep_supervision=True)
    axes = SweepAxes(architecture=("unet3plus", "unet", "deeplabv3"))
    three, unet, deeplab = (request.config for request in crossed(base, axes))
    assert (three.widths, three.deep_supervision) == ((4, 8), True)
    assert (unet.widths, unet.deep_supervision) == ((32, 64, 128), False)
    assert (deeplab.widths, deeplab.deep_supervision) == ((64, 128, 256, 512), False)


def test_numbers_are_read_as_people_list_them():
    assert numbers("1e-3 , 0.01;3e-4", "rates") == (0.001, 0.01, 0.0003)
    assert numbers(" ", "rates") == ()
    with pytest.raises(RunRefused, match="learning rates must be numbers"):
        numbers("fast", "learning rates")
    with pytest.raises(RunRefused, match="seeds must be whole numbers"):
        whole_numbers("0, 1.5", "seeds")


@pytest.mark.parametrize(
    ("changes", "start_from", "axes", "told"),
    [
        ({}, None, SweepAxes(loss=(LossName.DICE,)), "nothing to cross yet"),
        ({}, None, SweepAxes(seed=tuple(range(MAX_RUNS + 1))), "choose fewer values"),
        ({}, 1, SweepAxes(architecture=("unet", "unet3plus")), "start from scratch to cross networks"),
        ({"final": True}, None, SweepAxes(loss=LOSSES), "no validation slices to tell which run is best"),
        (
            {"augmentation": AugmentationName.RECOMMENDED, "crop": 24},
            None,
            SweepAxes(architecture=("unet", "unet3plus"), augmentation=tuple(AugmentationName)),
            "",
        ),
        (
            {"augmentation": AugmentationName.RECOMMENDED, "crop": 28},
            None,
            SweepAxes(augmentation=tuple(AugmentationName), architecture=("unet", "deeplabv3")),
            "1 of 6 runs: A crop of 28 pixels does not fit this network; choose a multiple of 8",
        ),
    ],
    ids=["one run", "too many", "other network", "final", "fine", "one combination"],
)
def test_wrong_combinations_are_told_before_the_start(home, changes, start_from, axes, told):
    add_hearts()
    base = replace(tiny_request(**changes), start_from=start_from)
    problems = " ".join(preview_sweep(base, axes).checked.problems)
    assert (told in problems) if told else not problems
    if told:
        with pytest.raises(RunRefused):
            sweeps.start_sweep(base, axes)
        assert runs.list_runs(open_store()) == []


def test_without_a_validation_patient_nothing_would_tell_the_best(home):
    add_heart(0, Split.TRAIN, n_slices=3)
    (problem,) = preview_sweep(tiny_request(), SweepAxes(loss=LOSSES)).checked.problems
    assert "no validation patient" in problem


def test_few_seeds_are_odd_and_enough_of_them_are_not(home):
    add_hearts()
    few = preview_sweep(tiny_request(), SweepAxes(loss=LOSSES, seed=(0, 1))).checked
    many = preview_sweep(tiny_request(), SweepAxes(loss=LOSSES, seed=(0, 1, 2))).checked
    assert not few.problems
    assert any("may be chance" in hint for hint in few.hints)
    assert not any("may be chance" in hint for hint in many.hints)


def test_time_is_the_sum_of_all_runs_and_memory_that_of_the_largest(home):
    add_hearts()
    one = preview_sweep(tiny_request(), SweepAxes(seed=(0, 1)))
    four = preview_sweep(tiny_request(), SweepAxes(seed=(0, 1, 2, 3)))
    assert four.seconds == pytest.approx(2 * one.seconds)
    assert four.memory_mb == one.memory_mb
    mixed = preview_sweep(tiny_request(), SweepAxes(architecture=("unet", "deeplabv3")))
    assert mixed.memory_mb > one.memory_mb
    assert mixed.seconds > one.seconds


def test_a_sweep_trains_every_combination_on_the_same_slices_and_tells_the_best(home):
    add_hearts()
    axes = SweepAxes(learning_rate=(1e-2, 1e-6), seed=(0, 1))
    sweep_id = sweeps.start_sweep(tiny_request(epochs=2), axes, "rates", "a note")
    add_heart(70, Split.TRAIN)  # comes in after the start; no run learns from it
    before = sweeps.sweep(sweep_id)
    assert (before.share, before.seconds_left, before.is_active, before.best) == (0, None, True, None)
    work_off()
    found = sweeps.sweep(sweep_id)
    assert [run.row.state for run in found.runs] == [RunState.FINISHED] * 4, found.runs
    assert (found.share, found.n_over, found.is_active) == (1, 4, False)
    assert found.runs[1].row.name == "rates: learning rate 0.01, seed 1"
    assert found.runs[1].row.note == "a note"
    for run in found.runs:
        model = models.model_row(open_store(), run.row.model_id)
        assert json.loads(model.card)["data"]["n_training_slices"] == 6
    assert found.best.request.config.learning_rate == 1e-2
    lines = run_lines(found)
    assert [line["Best"] for line in lines] == ["★", "", "", ""]
    assert lines[0]["Mean Dice"] >= lines[1]["Mean Dice"] >= lines[2]["Mean Dice"]
    assert lines[0]["Learning rate"] == 1e-2
    settings = by_setting(found)
    assert [item.setting for item in settings] == ["learning rate 0.01", "learning rate 1e-06"]
    assert all(item.n_runs == 2 and item.lowest <= item.mean <= item.highest for item in settings)


def test_the_same_combination_alone_comes_to_the_same_weights(home):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=2), SweepAxes(loss=LOSSES))
    work_off()
    swept = sweeps.sweep(sweep_id).runs[1]
    alone = start_training(tiny_request(epochs=2, loss=LossName.FOCAL), LOAD)
    work_off()
    ours, theirs = (
        checkpoint.load(home / "models" / f"{models.model_row(open_store(), row.model_id).name}.safetensors")
        for row in (swept.row, runs.run_row(open_store(), alone))
    )
    assert ours[1].training == theirs[1].training
    assert all((value == theirs[0].state_dict()[name]).all() for name, value in ours[0].state_dict().items())


def test_cancelled_it_stops_as_one_and_goes_on_with_what_was_not_finished(home, monkeypatch):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=3), SweepAxes(seed=(0, 1, 2)))
    second = sweeps.sweep(sweep_id).runs[1].row.id
    saved = epochs.save_epoch

    def save_and_cancel(store, run, token, epoch):
        saved(store, run, token, epoch)
        if run == second and epoch.number == 1:
            sweeps.cancel_sweep(sweep_id)

    with monkeypatch.context() as patch:
        patch.setattr(epochs, "save_epoch", save_and_cancel)
        work_off()
    assert states(sweep_id) == ["finished", "cancelled", "cancelled"]
    stopped = sweeps.sweep(sweep_id)
    assert (stopped.n_over, stopped.n_stopped) == (1, 2)
    assert 3 / 9 < stopped.share < 6 / 9
    first = stopped.runs[0].row
    assert sweeps.resume_sweep(sweep_id) == 2
    assert states(sweep_id) == ["finished", "queued", "queued"]
    work_off()
    found = sweeps.sweep(sweep_id)
    assert states(sweep_id) == ["finished"] * 3
    assert found.runs[0].row == first  # what was finished is not done again
    assert [len(run.epochs) for run in found.runs] == [3, 3, 3]
    with pytest.raises(RunRefused, match="nothing to resume"):
        sweeps.resume_sweep(sweep_id)


def test_a_single_training_goes_before_the_runs_of_a_sweep_that_wait(home):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=1), SweepAxes(seed=(0, 1)))
    single = start_training(tiny_request(epochs=1), LOAD)
    claimed, token = runs.claim(open_store(), RunKind.TRAINING)
    assert claimed.id == single
    assert sweeps.active_sweep() == sweep_id
    runs.end(open_store(), single, token, RunState.FINISHED, "Done.")
    claimed, _ = runs.claim(open_store(), RunKind.TRAINING)
    assert claimed.id == sweeps.sweep(sweep_id).runs[0].row.id


def test_the_run_at_work_is_listed_even_behind_a_long_queue(home):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=1), SweepAxes(seed=tuple(range(MAX_RUNS))))
    claimed, _ = runs.claim(open_store(), RunKind.TRAINING)
    assert claimed.id == sweeps.sweep(sweep_id).runs[0].row.id
    assert claimed.id in {run.row.id for run in training_runs()}


def test_a_sweep_is_deleted_whole_but_not_while_it_goes_on(home):
    add_hearts()
    sweep_id = sweeps.start_sweep(tiny_request(epochs=1), SweepAxes(seed=(0, 1)))
    with pytest.raises(RunRefused, match="cancel it first"):
        sweeps.delete_sweep(sweep_id)
    work_off()
    found = sweeps.sweep(sweep_id).runs
    sweeps.delete_sweep(sweep_id)
    assert (training_runs(), sweeps.sweep_rows()) == ([], [])
    assert not any(RunFiles.of(run.row.id).folder.exists() for run in found)
    assert len(models.list_models(open_store())) == 2
    with pytest.raises(NotFound, match="no sweep"):
        sweeps.sweep(sweep_id)


def test_a_request_knows_the_slices_that_its_sweep_shares():
    request = replace(tiny_request(), slices="abc")
    assert TrainingRequest.from_json(json.dumps(request.to_json())) == request
