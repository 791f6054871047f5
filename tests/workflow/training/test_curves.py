"""Runs beside each other: grouped, told apart, and read by epoch or by time."""

import math

import pytest

from core.workflow.training.curves import (
    ALL,
    MINUTES,
    RUN,
    ComparedRun,
    choices_of,
    differing,
    group_lines,
    group_runs,
    kept_values,
    line,
    stored_runs,
    value,
    ways_to_group,
)
from tests.workflow.curves import add_run, made_up_epochs, not_validated
from tests.workflow.hearts import tiny_request


def run(
    name: str, height: float = 0.8, n: int = 4, kept: int | None = None, **choices: object
) -> ComparedRun:
    config = tiny_request(**choices).config
    return ComparedRun(name, choices_of(config), made_up_epochs(height, n, kept))


def test_runs_are_grouped_by_what_differs_but_not_by_the_seed():
    runs = [run("a", seed=0), run("b", seed=1), run("c", learning_rate=1e-3)]
    assert differing(runs) == ["learning rate"]
    assert ways_to_group(runs) == ["learning rate", RUN]
    groups = group_runs(runs, "learning rate")
    assert [(group.label, len(group.runs)) for group in groups] == [
        ("learning rate 0.01", 2), ("learning rate 0.001", 1),
    ]  # fmt: skip
    assert [group.label for group in group_runs(runs, RUN)] == ["a", "b", "c"]


def test_where_several_choices_differ_all_of_them_name_the_group():
    runs = [run("a"), run("b", loss="ce", weight_decay=0.5)]
    assert ways_to_group(runs) == [ALL, "loss", "weight decay", RUN]
    assert [group.label for group in group_runs(runs, ALL)] == [
        "dice-focal, weight decay 0.0001", "ce, weight decay 0.5",
    ]  # fmt: skip


def test_the_kept_epoch_is_what_a_group_is_judged_by():
    (group,) = group_runs([run("a", 0.8, n=4, kept=2), run("b", 0.6)], "loss")
    assert kept_values(group, "mean Dice") == pytest.approx([0.8 - 0.05 / 3, 0.6 - 0.05 / 3])
    assert kept_values(group, "Dice RV") == pytest.approx([0.7, 0.5])
    assert kept_values(group, "IoU Myo") == pytest.approx([0.8 / 1.2, 0.6 / 1.4])


def test_a_line_leaves_out_epochs_without_validation():
    epochs = (*made_up_epochs(0.8, 2), not_validated(3))
    found = line(ComparedRun("a", {}, epochs), "validation loss", MINUTES)
    assert found.x == (0.5, 1.0)
    assert len(line(ComparedRun("a", {}, epochs), "training loss").x) == 3
    assert math.isnan(value(epochs[-1], "mean IoU"))
    assert kept_values(group_runs([ComparedRun("a", {}, epochs[2:])], RUN)[0], "mean Dice") == []


def test_seeds_of_other_lengths_share_a_band_as_far_as_both_go():
    (group,) = group_runs([run("a", n=3), run("b", n=5)], "loss")
    found = group_lines(group, "mean Dice")
    assert [len(one.x) for one in found.lines] == [3, 5]
    assert found.band is not None
    assert found.band.x == (1, 2, 3)
    assert found.band.n == 2


@pytest.mark.usefixtures("home")
def test_runs_of_the_store_come_newest_first_with_their_choices():
    add_run("first", 0.5, loss="ce")
    add_run("second", 0.6, widths=(4, 8))
    found = stored_runs()
    assert [one.name for one in found] == ["second (2)", "first (1)"]
    assert found[1].choices["loss"] == "ce"
    assert found[0].choices["widths"] == "4-8-8"
    assert value(found[0].epochs[-1], "IoU LV") == pytest.approx(0.65 / 1.35)
