"""The loop: learns, stops, keeps the best, repeats itself, and goes on after a stop as if there was none."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.errors import RunRefused
from core.metrics.statistics.means import mean_of_present
from core.network.architectures.registry import build
from core.recipes.model import ModelConfig
from core.recipes.training import AugmentationName, TrainConfig
from core.training.data import LabelledSlice, batches, training_set
from core.training.loop import Training, learning_rate
from core.training.resume import load_state, save_state
from core.training.validation_metrics import confusion, mean_overlap_per_label

CPU = torch.device("cpu")
TINY = TrainConfig(widths=(4, 8), bottleneck=8, epochs=3, patience=0, batch_size=6, learning_rate=1e-2)


def ring(seed: int, size: int = 32) -> LabelledSlice:
    """A bright disc (LV) in a dark ring (myocardium) beside a bright patch (RV), at a random place."""
    random = np.random.default_rng(seed)
    row, column = random.uniform(13, 19, 2)
    rows, columns = np.mgrid[:size, :size]
    distance = np.hypot(rows - row, columns - column)
    mask = np.zeros((size, size), np.uint8)
    mask[np.hypot(rows - row, columns - column + 9) < 5] = 1
    mask[distance < 7] = 2
    mask[distance < 4] = 3
    brightness = np.array([30.0, 200.0, 90.0, 220.0])[mask]
    pixels = (brightness + random.normal(0, 10, mask.shape)).astype(np.float32)
    return LabelledSlice(f"slice{seed}", f"patient{seed // 2}", pixels, mask, (1.8, 1.8))


def tiny_training(config: TrainConfig = TINY, with_validation: bool = True) -> Training:
    model = ModelConfig(widths=config.widths, bottleneck=config.bottleneck)
    torch.manual_seed(config.seed)
    train = training_set([ring(seed) for seed in range(12)], model, 4)
    validation = training_set([ring(seed) for seed in range(100, 104)], model, 4) if with_validation else None
    return Training(build(model), train, validation, config, CPU)


def test_it_learns_what_a_disc_in_a_ring_is():
    config = replace(TINY, widths=(8, 16), epochs=60, augmentation=AugmentationName.OFF)
    epochs = list(tiny_training(config).epochs())
    assert epochs[-1].training_loss < epochs[0].training_loss / 2
    assert mean_of_present(epochs[-1].validation_dice).value > 0.85
    assert [epoch.number for epoch in epochs] == list(range(1, 61))


def test_best_weights_are_those_of_the_lowest_validation_loss():
    training = tiny_training(replace(TINY, epochs=6, learning_rate=3e-2))
    seen = []
    for epoch in training.epochs():
        weights = {name: value.clone() for name, value in training.network.state_dict().items()}
        seen.append((epoch.validation_loss, weights))
    best_loss, best = min(seen, key=lambda pair: pair[0])
    assert training.stopping.best_loss == best_loss
    kept = training.best_network().state_dict()
    assert all(torch.equal(kept[name], best[name]) for name in best)


def test_patience_ends_it_and_says_which_epoch_was_best():
    training = tiny_training(replace(TINY, epochs=50, patience=2, learning_rate=1e-9, average=0.0))
    epochs = list(training.epochs())
    assert len(epochs) < 50
    assert len(epochs) - training.stopping.best_epoch == 2


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_taken_up_again_it_equals_the_unbroken_one_bit_for_bit(average, tmp_path):
    config = replace(TINY, average=average, cosine=True)
    unbroken = tiny_training(config)
    losses = [(epoch.training_loss, epoch.validation_loss) for epoch in unbroken.epochs()]

    first = tiny_training(config)
    next(iter(first.epochs()))
    save_state(tmp_path / "state", first.state(), {"seed": 0})
    torch.manual_seed(12345)  # whatever happened in between
    second = tiny_training(config)
    second.load_state(load_state(tmp_path / "state", {"seed": 0}))
    rest = [(epoch.training_loss, epoch.validation_loss) for epoch in second.epochs()]

    assert rest == losses[1:]
    ours, theirs = second.best_network().state_dict(), unbroken.best_network().state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_same_seed_same_result_and_another_seed_another():
    def final_loss(seed: int) -> float:
        return list(tiny_training(replace(TINY, seed=seed, epochs=2)).epochs())[-1].training_loss

    assert final_loss(1) == final_loss(1)
    assert final_loss(1) != final_loss(2)


def test_without_validation_all_epochs_run_and_the_last_weights_are_kept():
    training = tiny_training(replace(TINY, patience=1), with_validation=False)
    epochs = list(training.epochs())
    assert len(epochs) == TINY.epochs
    kept, last = training.best_network().state_dict(), training.network.state_dict()
    assert all(torch.equal(kept[name], last[name]) for name in last)


class Stop(Exception):
    """Somebody wants to stop."""


def test_it_can_be_stopped_in_the_middle_of_an_epoch_and_keeps_the_last_whole_one(tmp_path):
    """Asked before and after each forward pass, of training and validation: 5 times an epoch here."""
    unbroken = tiny_training()
    asked = 0

    def stop_later() -> None:
        nonlocal asked
        asked += 1
        if asked == 8:
            raise Stop

    whole = list(unbroken.epochs())
    training = tiny_training()
    training.raise_if_cancelled = stop_later
    done = training.epochs()
    assert next(done).training_loss == whole[0].training_loss
    kept = {name: value.clone() for name, value in training.best_weights.items()}
    with pytest.raises(Stop):
        next(done)
    assert training.stopping.epoch == 1
    after = training.best_network().state_dict()
    assert all(torch.equal(after[name], kept[name]) for name in kept)


def test_being_asked_changes_no_number():
    asked = []
    training = tiny_training()
    training.raise_if_cancelled = lambda: asked.append(1)
    losses = [(epoch.training_loss, epoch.validation_loss) for epoch in training.epochs()]
    assert losses == [(epoch.training_loss, epoch.validation_loss) for epoch in tiny_training().epochs()]
    assert len(asked) == TINY.epochs * 5  # two batches twice, and one batch of validation


def test_before_the_first_validation_the_newest_weights_are_the_ones_to_keep():
    training = tiny_training(replace(TINY, validate_every=3))
    for epoch in training.epochs():
        latest = training.network.state_dict()
        kept = training.best_network().state_dict()
        assert all(torch.equal(kept[name], latest[name]) for name in latest)
        assert epoch.best == (epoch.number == 3)


def test_a_resume_file_of_another_recipe_is_refused_by_name(tmp_path):
    save_state(tmp_path / "state", {"epoch": 1}, {"seed": 0, "loss": "ce"})
    with pytest.raises(RunRefused, match="other loss"):
        load_state(tmp_path / "state", {"seed": 0, "loss": "dice"})


def test_a_damaged_resume_file_is_refused(tmp_path):
    (tmp_path / "state").write_bytes(b"not a resume file")
    with pytest.raises(RunRefused, match="cannot be read"):
        load_state(tmp_path / "state", {})


def test_no_resume_file_means_start_anew(tmp_path):
    assert load_state(tmp_path / "none", {}) is None


def test_confusion_counts_and_dice_of_a_slice_counted_by_hand():
    truth = torch.tensor([[[3, 3], [2, 0]], [[0, 0], [0, 0]]])
    guess = torch.tensor([[[3, 2], [2, 0]], [[0, 0], [0, 1]]])
    counts = confusion(truth, guess)
    assert counts[0, 3].tolist() == [0, 0, 1, 1]
    assert counts[1, 0].tolist() == [3, 1, 0, 0]
    (right, myocardium, left), iou = mean_overlap_per_label(counts)
    assert right == 0  # predicted in the second slice only
    assert myocardium == pytest.approx(2 / 3)
    assert left == pytest.approx(2 / 3)  # the second slice has none and does not count
    assert iou == pytest.approx((0, 1 / 2, 1 / 2))


def test_the_cosine_starts_at_the_rate_and_ends_near_zero():
    config = replace(TINY, cosine=True, epochs=100)
    assert learning_rate(config, 1) == config.learning_rate
    assert learning_rate(config, 51) == pytest.approx(config.learning_rate / 2)
    assert learning_rate(config, 100) < config.learning_rate / 1000


def test_batches_never_leave_one_slice_alone():
    assert [len(part) for part in batches(range(9), 8)] == [5, 4]
    assert torch.cat(batches(range(9), 8)).tolist() == list(range(9))


def test_a_set_of_unlike_sizes_shares_one_canvas_filled_with_each_minimum():
    small = LabelledSlice("a", "p", np.arange(12.0).reshape(3, 4), np.ones((3, 4), np.uint8), (1.8, 1.8))
    large = LabelledSlice("b", "q", np.arange(30.0).reshape(5, 6), np.zeros((5, 6), np.uint8), (1.8, 1.8))
    data = training_set([small, large], ModelConfig(), 8)
    assert data.images.shape == (2, 1, 8, 8)
    assert data.sizes.tolist() == [[3, 4], [5, 6]]
    assert (data.images[0, 0, 3:] == data.fills[0]).all()
    assert data.shares_percent().tolist() == pytest.approx([100 * 30 / 42, 100 * 12 / 42, 0, 0])
    assert data.centres.tolist() == [[1.0, 1.5], [2.0, 2.5]]
