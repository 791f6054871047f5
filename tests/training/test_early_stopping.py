"""Patience counts what was validated, so that a training never ends before anything was."""

from dataclasses import replace

import pytest

from core.metrics.statistics.means import mean_of_present
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.training.early_stopping import EarlyStopping
from core.training.loop import NO_OVERLAP, Training
from core.workflow.training.curves import value
from tests.training.test_loop import TINY, tiny_training


def getting_worse(config: TrainConfig) -> Training:
    """A training whose first validation is its best."""
    training = tiny_training(config)

    def validate() -> tuple[float, tuple[float, ...], tuple[float, ...]]:
        first = training.stopping.epoch + 1 == config.validate_every
        return 0.5 if first else 0.9, NO_OVERLAP, NO_OVERLAP

    training._validate = validate  # type: ignore[method-assign]
    return training


def test_epochs_without_validation_use_up_no_patience():
    training = getting_worse(replace(TINY, epochs=20, patience=2, validate_every=4))
    epochs = list(training.epochs())
    assert training.stopping.best_epoch == 4
    assert len(epochs) == 12  # validated after 4, 8 and 12; the last two were no better


def test_a_loss_that_is_no_number_is_a_validation_that_was_no_better():
    stopping = EarlyStopping(patience=2)
    assert [stopping.update(loss) for loss in (0.5, float("nan"))] == [True, False]
    assert not stopping.should_stop
    stopping.skip()
    assert not stopping.should_stop
    stopping.update(float("nan"))
    assert (stopping.should_stop, stopping.best_epoch, stopping.epoch) == (True, 1, 4)


def test_patience_goes_on_where_a_training_was_interrupted():
    config = replace(TINY, epochs=20, patience=2, validate_every=2)
    unbroken = [epoch.number for epoch in getting_worse(config).epochs()]
    first = getting_worse(config)
    going = first.epochs()
    for _ in range(5):
        next(going)
    second = getting_worse(config)
    second.load_state(first.state())
    assert [1, 2, 3, 4, 5, *(epoch.number for epoch in second.epochs())] == unbroken


def test_a_state_of_an_earlier_version_is_taken_up():
    config = replace(TINY, epochs=20, patience=3)
    first = getting_worse(config)
    going = first.epochs()
    for _ in range(3):
        next(going)
    state = first.state()
    waited = state.pop("waited")
    second = getting_worse(config)
    second.load_state(state)
    assert second.stopping.waited == waited == 2


@pytest.mark.parametrize(
    "dice", [(0.5, float("nan"), 0.7), (float("nan"), float("nan"), 0.7), NO_OVERLAP, (0.1, 0.2, 0.3)]
)
def test_the_mean_of_an_epoch_is_over_the_labels_that_its_slices_have(dice):
    epoch = Epoch(1, 0.5, 0.5, dice, 1e-3, 1.0, True)
    assert value(epoch, "mean Dice") == pytest.approx(mean_of_present(dice).value, nan_ok=True)
