"""Prediction on the slice's own grid: equal to the steps done by hand, whatever size, spacing and batch."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import BadCheckpoint, BadInput, RunRefused
from core.imaging.processing.normalise import IntensityRule, normalise
from core.network import checkpoint, device, predict
from core.network.architectures.registry import build
from core.network.predict import Predictor, cached_predictor
from core.recipes.model import ModelConfig

WHOLE_RANGE = IntensityRule(0, 100)
SMALL = ModelConfig(widths=(4, 6, 8), bottleneck=8, spacing_mm=1.8, intensity=WHOLE_RANGE)


class ByBrightness(nn.Module):
    """A network whose answer is known: three brightnesses below, between and above two thresholds."""

    def __init__(self) -> None:
        super().__init__()
        self.levels = nn.Parameter(torch.tensor([-1.0, 9.0, 0.5, 2.0]))  # of background, RV (never), Myo, LV

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return -20 * (images - self.levels[None, :, None, None]) ** 2


def small_network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    network = build(SMALL)
    network.train()(torch.randn(4, 1, 32, 32))
    network.head.weight.data *= 30  # as sure of itself as a trained one, so that differences show
    return network.eval()


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """Float32, whatever the processor would rather do."""
    monkeypatch.setattr(device, "has_fast_bfloat16", lambda device_type: False)


def disc(shape, centre, radius, row_mm, column_mm) -> np.ndarray:
    """Bright disc on dark ground; centre and radius in mm from the image's corner."""
    rows = (np.arange(shape[0]) + 0.5) * row_mm - centre[0]
    columns = (np.arange(shape[1]) + 0.5) * column_mm - centre[1]
    return np.hypot(rows[:, None], columns[None]) < radius


@pytest.mark.parametrize("shape", [(64, 48), (61, 50), (7, 9), (1, 1)], ids=str)
def test_at_the_network_s_own_spacing_it_equals_the_steps_by_hand(shape):
    network, pixels = small_network(), np.random.default_rng(0).normal(100, 20, shape)
    prediction = Predictor((network, SMALL), "cpu").predict([pixels], [(1.8, 1.8)])[0]

    image = normalise(pixels, WHOLE_RANGE)
    height, width = (8 * ((length + 7) // 8) for length in shape)
    padded = np.full((height, width), image.min(), np.float32)
    padded[: shape[0], : shape[1]] = image
    with torch.inference_mode():
        logits = network(torch.from_numpy(padded)[None, None])[0, :, : shape[0], : shape[1]]
    expected = logits.exp() / logits.exp().sum(dim=0)
    assert np.allclose(prediction.probabilities, expected.numpy(), atol=1e-5)
    assert prediction.mask.shape == shape
    assert prediction.mask.dtype == np.uint8
    assert np.array_equal(prediction.mask, prediction.probabilities.argmax(axis=0))
    assert prediction.probabilities.sum(axis=0) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("spacing", [(1.8, 1.8), (0.9, 0.9), (0.7, 1.3), (2.5, 1.1)], ids=str)
def test_a_disc_comes_back_where_it_lies_whatever_the_spacing(spacing):
    shape = (round(160 / spacing[0]), round(140 / spacing[1]))
    truth = disc(shape, (70, 60), 30, *spacing)
    prediction = Predictor((ByBrightness(), SMALL), "cpu").predict([truth * 900.0 + 50], [spacing])[0]
    found = prediction.mask == 3
    overlap = 2 * (found & truth).sum() / (found.sum() + truth.sum())
    assert overlap > 0.95
    rows, columns = np.nonzero(found)
    centre = ((rows.mean() + 0.5) * spacing[0], (columns.mean() + 0.5) * spacing[1])
    assert centre == pytest.approx((70, 60), abs=0.4)  # mm: a shift by half a pixel would show


def test_scanner_units_do_not_matter():
    predictor = Predictor((small_network(), SMALL), "cpu")
    pixels = np.random.default_rng(1).integers(0, 255, (40, 40)).astype(np.float32)
    plain, scaled = predictor.predict([pixels, pixels * 1000 + 5e4], [(1.8, 1.8)] * 2)
    assert np.allclose(plain.probabilities, scaled.probabilities, atol=1e-3)


def test_the_checkpoint_s_intensity_rule_is_used():
    pixels = np.random.default_rng(1).normal(100, 20, (40, 40))
    pixels[0, 0] = 1e5  # an outlier that only percentiles below 100 clip
    masks = [
        Predictor((small_network(), replace(SMALL, intensity=rule)), "cpu").predict([pixels], [(1.8, 1.8)])[0]
        for rule in (WHOLE_RANGE, IntensityRule(1, 99))
    ]
    assert np.abs(masks[0].probabilities - masks[1].probabilities).max() > 0.1


def test_slices_of_all_sizes_come_back_in_their_order_whatever_the_batch():
    random = np.random.default_rng(2)
    shapes = [(32, 40), (50, 50), (32, 40), (30, 39), (50, 50), (32, 40)]
    pixels = [random.normal(0, 1, shape) for shape in shapes]
    spacings = [(1.8, 1.8), (1.2, 1.5)] * 3
    predictor = Predictor((small_network(), SMALL), "cpu")
    alone = [
        predictor.predict([image], [spacing])[0] for image, spacing in zip(pixels, spacings, strict=True)
    ]
    for batch in (1, 2, 16):
        together = predictor.predict(pixels, spacings, batch=batch)
        assert [p.mask.shape for p in together] == shapes
        assert all(
            np.allclose(a.probabilities, b.probabilities, atol=1e-4)
            for a, b in zip(alone, together, strict=True)
        )


def test_a_large_slice_goes_through_alone(monkeypatch):
    seen = []
    network = small_network()
    network.register_forward_hook(lambda module, given, result: seen.append(len(result)))
    monkeypatch.setattr(predict, "MAX_NETWORK_PIXELS", 2 * 32 * 32)
    Predictor((network, SMALL), "cpu").predict([np.eye(32)] * 5, [(1.8, 1.8)] * 5)
    assert seen == [2, 2, 1]


@pytest.mark.parametrize("looks", [1, 2, 4])
def test_the_looks_at_a_slice_are_averaged(looks):
    network, pixels = small_network(), np.random.default_rng(3).normal(0, 1, (24, 32))
    plain = Predictor((network, SMALL), "cpu", tta_flips=1)
    turns = [(lambda a: a), (lambda a: a[::-1, ::-1]), np.flipud, np.fliplr][:looks]
    parts = []
    for turn in turns:
        found = plain.predict([np.ascontiguousarray(turn(pixels))], [(1.8, 1.8)])[0].probabilities
        parts.append(np.stack([turn(plane) for plane in found]))
    averaged = Predictor((network, SMALL), "cpu", tta_flips=looks).predict([pixels], [(1.8, 1.8)])[0]
    assert np.allclose(averaged.probabilities, np.mean(parts, axis=0), atol=1e-4)
    assert looks == 1 or np.abs(averaged.probabilities - parts[0]).max() > 0.1


def test_a_second_look_is_told_and_averaged_only_where_either_way_up_was_learnt():
    network, pixels = small_network(), np.random.default_rng(3).normal(0, 1, (24, 32))
    learnt = replace(SMALL, training={"augmentation": "recommended"})
    upright, upside_down = (
        Predictor((network, SMALL), "cpu").predict([image], [(1.8, 1.8)])[0].mask
        for image in (pixels, np.ascontiguousarray(pixels[::-1, ::-1]))
    )
    for config, same_as in ((SMALL, 1), (learnt, 2)):
        predictor = Predictor((network, config), "cpu")
        told = predictor.predict([pixels], [(1.8, 1.8)], with_flip=True)[0]
        expected = Predictor((network, config), "cpu", tta_flips=same_as).predict([pixels], [(1.8, 1.8)])[0]
        assert np.array_equal(told.probabilities, expected.probabilities)
        assert np.array_equal(told.flip_masks, [upright, upside_down[::-1, ::-1]])
    assert len(Predictor((network, SMALL), "cpu").predict([pixels], [(1.8, 1.8)])[0].flip_masks) == 1
    with pytest.raises(RunRefused, match="1, 2 or 4 times, not 3"):
        Predictor((network, SMALL), "cpu", tta_flips=3)


def test_islands_are_removed_only_when_asked_for():
    pixels = disc((60, 60), (50, 50), 20, 1.8, 1.8) * 1000.0
    pixels[50:53, 50:53] = 1000
    model = (ByBrightness(), SMALL)
    kept = Predictor(model, "cpu").predict([pixels], [(1.8, 1.8)])[0]
    removed = Predictor(model, "cpu", remove_islands=True).predict([pixels], [(1.8, 1.8)])[0]
    assert (kept.mask[50:53, 50:53] == 3).all()
    assert (removed.mask[50:53, 50:53] == 0).all()
    assert np.array_equal(removed.mask[:45], kept.mask[:45])


def test_a_constant_slice_is_predicted():
    prediction = Predictor((small_network(), SMALL), "cpu").predict([np.full((20, 20), 7)], [(1.8, 1.8)])[0]
    assert np.isfinite(prediction.probabilities).all()


@pytest.mark.parametrize(
    ("spacing", "words"),
    [
        ((100.0, 100.0), "5333 x 5333 pixels for the model"),
        ((0.0, 1.8), "must be above 0 mm"),
        ((float("nan"), 1.8), "must be above 0 mm"),
    ],
    ids=["absurd", "zero", "nan"],
)
def test_an_impossible_spacing_is_refused_in_words(spacing, words):
    with pytest.raises(BadInput, match=words):
        Predictor((small_network(), SMALL), "cpu").predict([np.eye(96)], [spacing])


def test_every_slice_needs_its_spacing():
    with pytest.raises(ValueError, match="got 1 for 2 slices"):
        Predictor((small_network(), SMALL), "cpu").predict([np.eye(8)] * 2, [(1.8, 1.8)])


def test_nothing_in_nothing_out():
    assert Predictor((small_network(), SMALL), "cpu").predict([], []) == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_refused_in_words():
    with pytest.raises(RunRefused, match="choose device cpu or auto"):
        Predictor((small_network(), SMALL), "cuda")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_the_gpu_says_what_the_processor_says():
    pixels = [np.random.default_rng(4).normal(0, 1, (96, 96))]
    masks = [
        Predictor((small_network(), SMALL), d).predict(pixels, [(1.8, 1.8)])[0].mask for d in ("cpu", "cuda")
    ]
    assert (masks[0] != masks[1]).mean() < 0.01


def test_bfloat16_changes_hardly_anything(monkeypatch):
    pixels = [np.random.default_rng(4).normal(0, 1, (64, 64))]
    found = []
    for fast in (False, True):
        monkeypatch.setattr(device, "has_fast_bfloat16", lambda device_type, fast=fast: fast)
        found.append(
            Predictor((small_network(), SMALL), "cpu").predict(pixels, [(1.8, 1.8)])[0].probabilities
        )
    assert 0 < np.abs(found[0] - found[1]).max() < 0.1


def test_a_checkpoint_is_loaded_once_while_it_stays_the_same(tmp_path: Path):
    path = tmp_path / "m.safetensors"
    checkpoint.save(path, small_network(), SMALL)
    first = cached_predictor(path, "cpu")
    assert cached_predictor(path, "cpu") is first
    path.unlink()
    with pytest.raises(BadCheckpoint, match="there is no checkpoint"):
        cached_predictor(path, "cpu")
    checkpoint.save(path, small_network(seed=1), replace(SMALL, name="another"))
    assert cached_predictor(path, "cpu").config.name == "another"


def test_threads_are_set_where_asked_for():
    before = torch.get_num_threads()
    try:
        Predictor((small_network(), SMALL), "cpu", threads=1)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
