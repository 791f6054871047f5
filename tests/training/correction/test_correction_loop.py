"""A small network learns to follow clicks at discs that look alike, and repeats itself."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.editing.hint import Hint
from core.errors import BadCheckpoint, RunRefused
from core.labels import Label
from core.network import checkpoint
from core.network.architectures.registry import build
from core.recipes.model import INPUT_PLANES, ModelConfig, Task
from core.recipes.training import AugmentationName, TrainConfig
from core.training.augment import Batch
from core.training.correction.loop import HintFeed, answers, hint_feed, near_heart
from core.training.correction.mistakes import Mistakes
from core.training.data import LabelledSlice, training_set
from core.training.init_network import fed_with_more, starting_network
from core.training.loop import Training
from core.training.resume import load_state, save_state, unchanging_recipe
from tests.workflow.small import save_corrector, save_model

CPU = torch.device("cpu")
TINY = TrainConfig(
    task=Task.CORRECTION,
    widths=(8, 16),
    bottleneck=16,
    epochs=2,
    patience=0,
    batch_size=6,
    learning_rate=1e-2,
    augmentation=AugmentationName.OFF,
)


def two_discs(seed: int, size: int = 24) -> LabelledSlice:
    """Two bright discs, of which one is the LV; only a reader can tell which."""
    random = np.random.default_rng(seed)
    left, right = discs(seed, size)
    mask = np.where((left, right)[random.integers(2)], np.uint8(Label.LEFT_VENTRICLE), np.uint8(0))
    pixels = (100.0 * (left | right) + random.normal(0, 5, mask.shape)).astype(np.float32)
    return LabelledSlice(f"slice{seed}", f"patient{seed}", pixels, mask, (1.8, 1.8))


def discs(seed: int, size: int = 24) -> list[np.ndarray]:
    """The left and the right disc of a picture."""
    rows, columns = np.mgrid[:size, :size]
    shift = np.random.default_rng(seed).uniform(-4, 4, 2)
    return [
        np.hypot(rows - size / 2 - off, columns - size * place) < size / 5
        for off, place in zip(shift, (1 / 4, 3 / 4), strict=True)
    ]


def tiny_training(config: TrainConfig = TINY, n_slices: int = 12) -> Training:
    network, model = starting_network(config, "tiny")
    training = training_set([two_discs(seed) for seed in range(n_slices)], model, 4)
    validation = training_set([two_discs(seed) for seed in range(500, 508)], model, 4)
    return Training(network, training, validation, config, CPU, fed=HintFeed(Mistakes([], CPU), 0))


def test_it_learns_to_follow_a_click():
    training = tiny_training(replace(TINY, epochs=12), n_slices=24)
    list(training.epochs())
    network, found = training.network.eval(), []
    for seed in range(900, 906):
        pixels = two_discs(seed).pixels
        image = torch.from_numpy((pixels - pixels.mean()) / pixels.std())[None, None]
        for disc in discs(seed):  # either, as it is told
            middle = tuple(int(place.mean()) for place in np.nonzero(disc))
            click = Hint((middle,), Label.LEFT_VENTRICLE, adds=True)
            mask = answers(network, image, np.zeros((1, 24, 24), np.uint8), [[click]])[0]
            found.append(2 * (mask[disc] > 0).sum() / ((mask > 0).sum() + disc.sum()))
    assert np.mean(found) > 0.7


def test_taken_up_again_it_equals_the_unbroken_one(tmp_path):
    unbroken = tiny_training()
    losses = [(epoch.training_loss, epoch.validation_loss) for epoch in unbroken.epochs()]
    first = tiny_training()
    next(iter(first.epochs()))
    save_state(tmp_path / "state", first.state(), {"seed": 0})
    torch.manual_seed(12345)
    second = tiny_training()
    second.load_state(load_state(tmp_path / "state", {"seed": 0}))
    rest = [(epoch.training_loss, epoch.validation_loss) for epoch in second.epochs()]
    assert rest == losses[1:]


def test_other_models_to_learn_the_mistakes_of_are_another_recipe():
    data = training_set([two_discs(0)], ModelConfig(), 4)
    plain = unchanging_recipe(TINY, data, None, "")
    assert unchanging_recipe(TINY, data, None, "", ["a"]) != unchanging_recipe(TINY, data, None, "", ["b"])
    assert "models whose mistakes are learnt from" not in plain


def test_a_network_that_is_fed_with_more_says_at_first_what_it_said_before():
    torch.manual_seed(0)
    config = ModelConfig(widths=(4, 8), bottleneck=8)
    network = build(config).eval()
    wider, more = fed_with_more(network, config)
    assert (more.task, more.planes) == (Task.CORRECTION, INPUT_PLANES[Task.CORRECTION])
    planes = torch.randn(2, more.planes, 16, 16)
    assert torch.allclose(wider(planes), network(planes[:, :1]), atol=1e-6)
    with pytest.raises(ValueError, match="choose unet"):
        fed_with_more(network, replace(config, architecture="unet3plus"))


def test_it_starts_from_a_model_that_segments_or_one_that_corrects(tmp_path):
    segments = save_model(tmp_path / "model.safetensors", "model", seed=0)
    corrects = save_corrector(tmp_path / "correction.safetensors")
    for start in (segments, corrects):
        network, config = starting_network(TINY, "new", start)
        assert config.task == Task.CORRECTION
        assert config.parent in ("model", "correction")
        checkpoint.save(tmp_path / f"{config.parent} on.safetensors", network, config)
    with pytest.raises(BadCheckpoint, match="choose a model that segments"):
        starting_network(replace(TINY, task=Task.SEGMENTATION), "new", corrects)
    with pytest.raises(RunRefused, match="choose unet"):
        starting_network(replace(TINY, architecture="unet3plus"), "new")


def test_models_whose_mistakes_do_not_fit_are_refused(tmp_path: Path):
    segments = save_model(tmp_path / "model.safetensors", "model", seed=0)
    assert len(hint_feed([segments], 32, 4, CPU).mistakes.networks) == 1
    with pytest.raises(RunRefused, match="choose a --crop"):
        hint_feed([segments], 30, 4, CPU)
    with pytest.raises(BadCheckpoint, match="choose a model that segments"):
        hint_feed([save_corrector(tmp_path / "correction.safetensors")], 32, 4, CPU)


def test_slices_are_validated_around_their_hearts():
    data = training_set([two_discs(seed) for seed in range(3)], ModelConfig(), 4)
    images, masks = near_heart(Batch.of(data, torch.arange(3)), 16)
    assert images.shape == (3, 1, 16, 16)
    assert masks.shape == (3, 16, 16)
    assert (masks > 0).sum() > 0.8 * (data.masks > 0).sum()
    whole, _ = near_heart(Batch.of(data, torch.arange(3)), 0)
    assert torch.equal(whole, data.images)
