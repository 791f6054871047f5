"""What a training is told before it starts: wrong combinations, time, memory, and what it learns from."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.network.architectures.registry import build
from core.recipes.losses import LossName
from core.recipes.training import PRESETS, RECOMMENDED, RECOMMENDED_FROM_MODEL, REPORT, AugmentationName
from core.records.masks import Origin
from core.records.runs import Epoch
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status
from core.workflow.models.registry import active_model
from core.workflow.training.checks import check_memory, check_recipe, check_slices
from core.workflow.training.cost import cost_of
from core.workflow.training.estimate import (
    BYTES_PER_FEATURE,
    FIRST_GUESS,
    Estimate,
    Workload,
    estimate,
    memory_mb,
    rate_of,
    work_of,
)
from core.workflow.training.request import TrainingRequest, recipe_for
from core.workflow.training.selection import choose_slices, load_chosen, save_chosen
from tests.workflow.hearts import add_heart, add_hearts

GOOD = TrainingRequest(RECOMMENDED)
LOAD = Workload(training=100 * 96**2, validation=20 * 96**2, largest=96**2, n_slices=120)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_the_presets_are_fine_as_they_are(preset):
    checked = check_recipe(TrainingRequest(PRESETS[preset]))
    assert checked.problems == ()
    assert checked.hints == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"deep_supervision": True}, "belongs to UNet3+"),
        ({"architecture": "deeplabv3", "widths": (32, 64, 128)}, "needs four widths"),
        ({"crop": 90}, "choose a multiple of 16"),
        ({"loss": LossName.FOCAL, "alpha": 0.0}, "is 0 everywhere"),
    ],
)
def test_combinations_that_cannot_work_are_problems(changes, told):
    (problem,) = check_recipe(TrainingRequest(replace(RECOMMENDED, **changes))).problems
    assert told in problem


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (TrainingRequest(replace(RECOMMENDED, augmentation=AugmentationName.OFF)), "crop has no effect"),
        (TrainingRequest(replace(PRESETS["report"], final=True)), "patience has no effect"),
        (TrainingRequest(replace(RECOMMENDED, patience=10)), "falls towards the last epoch"),
        (TrainingRequest(replace(RECOMMENDED, patience=3)), "15 epochs after the best"),
        (TrainingRequest(replace(RECOMMENDED, batch_size=1)), "batches of one slice"),
        (
            TrainingRequest(replace(RECOMMENDED, learning_rate=0.01), start_from=1),
            "loses much of what it knows",
        ),
        (TrainingRequest(RECOMMENDED_FROM_MODEL, start_from=1, replay=False), "may forget them"),
    ],
)
def test_combinations_that_are_odd_are_hints(request_, told):
    checked = check_recipe(request_)
    assert checked.problems == ()
    assert any(told in hint for hint in checked.hints)


def test_a_request_comes_back_from_its_row_as_it_was():
    request = TrainingRequest(replace(RECOMMENDED, loss=LossName.FOCAL), 7, replay=False, work=1e9)
    assert TrainingRequest.from_json(json.dumps(request.to_json())) == request


def test_a_training_from_a_model_has_that_models_network_and_goes_gently(model):
    start = active_model()
    config = recipe_for("recommended", start)
    assert (config.widths, config.bottleneck) == ((4, 8), 8)
    assert config.learning_rate < RECOMMENDED.learning_rate
    assert config.epochs < RECOMMENDED.epochs
    assert recipe_for("recommended", None) == RECOMMENDED
    assert recipe_for("recommended", None, n_slices=1000) == RECOMMENDED
    few = recipe_for("recommended", None, n_slices=10)
    assert (few.epochs, few.validate_every) == (750, 62)  # two steps each
    assert recipe_for("recommended", start, n_slices=10) == config  # it knows hearts already
    assert recipe_for("report", None, n_slices=10) == REPORT
    assert recipe_for("report", None, "deeplabv3").widths == (64, 128, 256, 512)


def test_time_is_taken_from_earlier_runs_where_there_are_any():
    epochs = [
        Epoch(number, 1.0, 1.0, (1.0,) * 3, 1e-3, seconds, False)
        for number, seconds in ((1, 9), (2, 3), (3, 3))
    ]
    assert rate_of([]) is None
    assert rate_of([(6e9, epochs)]) == 2e9
    guessed, timed = estimate(GOOD, LOAD, None), estimate(GOOD, LOAD, FIRST_GUESS / 10)
    assert not guessed.measured
    assert timed.measured
    assert timed.seconds_per_epoch > 9.9 * guessed.seconds_per_epoch
    assert timed.seconds > 60 * timed.seconds_per_epoch


def test_work_counts_three_passes_to_learn_and_one_to_validate():
    report = TrainingRequest(PRESETS["report"])
    whole, final = (
        work_of(report, LOAD),
        work_of(TrainingRequest(replace(PRESETS["report"], final=True)), LOAD),
    )
    assert whole / final == pytest.approx((3 * 100 + 20) / (3 * 100))


def test_memory_grows_with_the_batch_and_a_lack_of_it_is_told():
    small, large = (memory_mb(TrainingRequest(replace(RECOMMENDED, batch_size=n)), LOAD) for n in (8, 80))
    assert 500 < small < 1000
    assert large > 1.5 * small
    told = check_memory(Estimate(1.0, 60.0, True, 4000.0, 2500.0)).hints
    assert "about 4.0 GB of memory and 2.5 GB are free" in told[0]
    assert check_memory(Estimate(1.0, 60.0, True, 2000.0, 2500.0)).hints == ()
    assert check_memory(Estimate(1.0, 60.0, True, 2000.0, None)).hints == ()


def test_memory_reckoned_for_the_features_is_what_autograd_keeps():
    """What torch saves for the backward pass, counted by torch; gradients and copies come on top."""
    request = TrainingRequest(replace(RECOMMENDED, batch_size=4))
    kept: dict[int, int] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    network = build(request.config.network).train()
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        network(torch.zeros(4, 1, 96, 96)).sum()
    reckoned = cost_of(request.config.network).features * BYTES_PER_FEATURE * 4 * 96**2
    assert 0.7 * reckoned < sum(kept.values()) < 1.3 * reckoned


TRAINS, VALIDATES = Split.TRAIN, Split.VALIDATION


def test_too_little_to_learn_from_is_told():
    assert "no approved slice" in check_slices(GOOD, np.array([])).problems[0]
    assert "no approved slice" in check_slices(GOOD, np.array([VALIDATES], object)).problems[0]
    assert "too few" in check_slices(GOOD, np.array([TRAINS], object)).problems[0]
    assert "one patient only" in check_slices(GOOD, np.array([TRAINS, TRAINS], object)).hints[0]
    both = np.array([TRAINS, TRAINS, VALIDATES], object)
    assert check_slices(GOOD, both) == check_recipe(GOOD)  # nothing wrong, nothing odd


def test_only_approved_slices_are_chosen_and_none_of_a_test_patient(home):
    add_hearts()
    store = open_store()
    rejected = list_slices(store)[0]
    set_status(store, rejected.id, Status.REJECTED)
    add_heart(60, Split.TRAIN, masked=False)
    found = choose_slices(store)
    assert len(found) == 7
    assert {item.split for item in found} == {Split.TRAIN, Split.VALIDATION}
    assert rejected.id not in {item.slice_id for item in found}


def test_where_no_patient_validates_the_names_decide_and_newcomers_change_nobodys_side(home):
    for seed in range(12):
        add_heart(seed, Split.TRAIN)
    before = {item.patient: item.split for item in choose_slices(open_store())}
    assert 1 <= sum(split == Split.VALIDATION for split in before.values()) < 12
    for seed in range(12, 60):
        add_heart(seed, Split.TRAIN)
    after = {item.patient: item.split for item in choose_slices(open_store())}
    assert {patient: after[patient] for patient in before} == before


def test_the_choice_of_a_run_is_kept_and_a_version_saved_later_does_not_change_it(home, tmp_path):
    add_hearts()
    first = choose_slices(open_store())
    save_chosen(tmp_path / "slices.json", first)
    row = list_slices(open_store(), Filter(splits=(Split.TRAIN,)))[0]
    version = masks.newest_version(open_store(), row.id)
    masks.save_version(
        open_store(), row.id, version.mask, origin=Origin.READER, author="anna", parent_id=version.id
    )
    assert load_chosen(tmp_path / "slices.json") == first
    assert choose_slices(open_store()) != first
    assert load_chosen(tmp_path / "nothing") is None
