"""A corrector obeys exactly, looks near what was pointed at, leaves the rest, and answers the same twice."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies

from core.editing.hint import Hint
from core.errors import BadCheckpoint, BadInput
from core.labels import Label
from core.network.correction import corrector as module
from core.network.correction.corrector import CERTAIN, REACH_MM, SIDE, Corrector, cached_corrector, window
from core.recipes.model import INPUT_PLANES, Task
from tests.workflow.small import save_corrector, save_model

LV = Label.LEFT_VENTRICLE
PIXELS = np.random.default_rng(0).normal(500, 90, (50, 70)).astype(np.float32)
MASK = np.zeros((50, 70), np.uint8)
MASK[20:34, 25:45] = Label.MYOCARDIUM
SPACING = (1.5, 1.8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_corrector(tmp_path_factory.mktemp("corrector") / "correction.safetensors")


@pytest.fixture(scope="module")
def corrector(file: Path) -> Corrector:
    return Corrector(file)


def click(row: int, column: int, label: Label = LV, adds: bool = True) -> Hint:
    return Hint(((row, column),), label, adds)


PLACES = strategies.tuples(strategies.integers(0, 49), strategies.integers(0, 69))


@settings(max_examples=25, deadline=None)
@given(
    strategies.lists(
        strategies.builds(
            Hint,
            strategies.lists(PLACES, min_size=1, max_size=5).map(tuple),
            strategies.sampled_from(list(Label)),
            strategies.booleans(),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_was_pointed_at_has_its_label(corrector, hints):
    answer = corrector.correct(PIXELS, MASK, hints, SPACING)
    assert answer.shape == MASK.shape
    assert answer.dtype == np.uint8
    for point in hints[-1].points:
        assert (answer[point] == hints[-1].label) == hints[-1].adds


def test_a_box_holds_all_of_its_label(corrector):
    answer = corrector.correct(
        PIXELS, MASK, [Hint(((30, 40), (22, 28)), Label.MYOCARDIUM, True, box=True)], SPACING
    )
    outside = np.ones(MASK.shape, bool)
    outside[22:31, 28:41] = False
    assert not (answer[outside] == Label.MYOCARDIUM).any()


def test_nothing_is_asked_where_nothing_was_pointed_at(corrector):
    assert np.array_equal(corrector.correct(PIXELS, MASK, [], SPACING), MASK)


def says(corrector: Corrector, monkeypatch: pytest.MonkeyPatch, probability: float) -> None:
    """Let the network say LV everywhere, so surely."""
    said = torch.tensor([(1 - probability) / 3] * 3 + [probability]).log()
    monkeypatch.setattr(
        corrector, "logits", lambda planes: said[None, :, None, None].expand(1, 4, *planes.shape[2:])
    )
    corrector.answers.clear()


def test_near_the_hint_the_network_is_heard_and_farther_away_only_where_it_is_sure(corrector, monkeypatch):
    distance = np.hypot(*(np.indices(MASK.shape) - np.array([25, 35])[:, None, None])) * 1.8
    says(corrector, monkeypatch, CERTAIN - 0.1)
    answer = corrector.correct(PIXELS, MASK, [click(25, 35)], (1.8, 1.8))
    assert (answer[distance < REACH_MM - 2] == LV).all()
    far = distance > REACH_MM + 10
    assert np.array_equal(answer[far], MASK[far])
    says(corrector, monkeypatch, CERTAIN + 0.1)
    assert (corrector.correct(PIXELS, MASK, [click(25, 35)], (1.8, 1.8)) == LV).all()


def test_what_the_network_leaves_stays_to_the_pixel_on_a_grid_that_is_finer(corrector, monkeypatch):
    drawn = np.kron(MASK, np.ones((3, 3), np.uint8))
    drawn[::2, ::3] = Label.RIGHT_VENTRICLE  # finer than the network can see
    pixels = np.kron(PIXELS, np.ones((3, 3), np.float32))
    says(corrector, monkeypatch, CERTAIN - 0.1)
    answer = corrector.correct(pixels, drawn, [click(10, 10)], (0.6, 0.6))
    assert np.array_equal(answer[80:, 110:], drawn[80:, 110:])


def test_each_step_is_answered_once_and_the_same_again(corrector, monkeypatch):
    looked = []
    real = corrector.logits
    monkeypatch.setattr(corrector, "logits", lambda planes: looked.append(1) or real(planes))
    corrector.answers.clear()
    hints = [click(10, 10), click(40, 60), click(25, 30, Label.RIGHT_VENTRICLE)]
    first = [corrector.correct(PIXELS, MASK, hints[:n], SPACING) for n in (1, 2, 3)]
    assert len(looked) == 3
    corrector.answers.clear()
    assert np.array_equal(corrector.correct(PIXELS, MASK, hints, SPACING), first[-1])
    corrector.correct(PIXELS, MASK, hints[:2], SPACING)  # the last click was dropped
    assert len(looked) == 6
    for n in range(module.KEPT_ANSWERS + 5):
        corrector.correct(PIXELS + n, MASK, hints[:1], SPACING)
    assert len(corrector.answers) == module.KEPT_ANSWERS


def test_an_answer_is_the_callers_own(corrector):
    corrector.correct(PIXELS, MASK, [click(3, 3)], SPACING)[:] = 1
    assert not (corrector.correct(PIXELS, MASK, [click(3, 3)], SPACING) == 1).all()


@pytest.mark.parametrize("at", [(0, 0), (10, 290), (299, 150), (150, 150)])
def test_the_window_holds_what_was_pointed_at_and_as_much_of_the_heart_as_it_can(at):
    mask = np.zeros((300, 300), np.uint8)
    mask[120:180, 120:180] = 2
    rows, columns = window(click(*at), mask)
    assert rows.stop - rows.start == columns.stop - columns.start == SIDE
    assert rows.start <= at[0] < rows.stop
    assert columns.start <= at[1] < columns.stop
    small = window(click(5, 5), np.zeros((40, 300), np.uint8))
    assert small == (slice(0, 40), slice(0, SIDE))


def test_points_outside_and_absurd_sizes_are_refused(corrector):
    with pytest.raises(ValueError, match="within the slice"):
        corrector.correct(PIXELS, MASK, [click(50, 3)], SPACING)
    with pytest.raises(BadInput, match="check the spacing"):
        corrector.correct(PIXELS, MASK, [click(3, 3)], (900.0, 900.0))


def test_a_file_that_is_missing_or_segments_is_refused_in_a_sentence(file, tmp_path):
    with pytest.raises(BadCheckpoint, match="there is no checkpoint"):
        cached_corrector(tmp_path / "none.safetensors")
    segments = save_model(tmp_path / "model.safetensors", "model", seed=0)
    with pytest.raises(BadCheckpoint, match="knows nothing of clicks"):
        Corrector(segments)
    assert cached_corrector(file) is cached_corrector(file)


def test_a_network_for_a_correction_is_fed_as_many_planes_as_there_are(corrector):
    assert corrector.config.planes == INPUT_PLANES[Task.CORRECTION]
    with pytest.raises(ValueError, match="is fed 1 planes"):
        replace(corrector.config, task=Task.SEGMENTATION)
