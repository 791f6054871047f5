"""An ONNX file gives what the network gives, at any size, and says what it wants to be fed."""

import json
from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from core.imaging.processing.normalise import IntensityRule
from core.labels import HEART
from core.network import checkpoint
from core.network.architectures.registry import build
from core.network.onnx_file import INPUT, OUTPUT, expectations, to_onnx
from core.network.predict import Predictor
from core.recipes.model import LABEL_NAMES, ModelConfig
from tests.workflow.small import save_model

CONFIGS = [
    ModelConfig("unet", (4, 8), 8, name="tiny-unet"),
    ModelConfig("deeplabv3", (8, 8, 16, 16), 8, name="tiny-deeplab"),
    ModelConfig("unet3plus", (4, 8), 8, name="tiny-three"),
    ModelConfig("unet3plus", (4, 8), 8, deep_supervision=True, name="tiny-three-deep"),
]


def settled(config: ModelConfig) -> nn.Module:
    """A network whose batch norms have seen something, as after a training."""
    torch.manual_seed(0)
    network = build(config).train()
    with torch.no_grad():
        for _ in range(3):
            network(2 * torch.randn(4, 1, 32, 32) + 1)
    return network.eval()


def session(data: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_onnxruntime_gives_the_networks_own_output_at_every_size(config):
    network = settled(config)
    runtime = session(to_onnx(network, config))
    for slices, height, width in ((1, 32, 32), (3, 96, 64), (2, 16, 160)):
        images = torch.randn(slices, 1, height, width)
        with torch.inference_mode():
            ours = network(images).numpy()
        (theirs,) = runtime.run([OUTPUT], {INPUT: images.numpy()})
        assert theirs.shape == (slices, 4, height, width)
        assert np.ptp(ours) > 0.1  # says something
        np.testing.assert_allclose(theirs, ours, atol=1e-4 * np.ptp(ours))


def test_the_file_says_what_it_expects_and_following_it_gives_septums_masks(tmp_path):
    network, config = checkpoint.load(save_model(tmp_path / "told.safetensors", "told", seed=0))
    config = replace(config, spacing_mm=1.5, intensity=IntensityRule(2.0, 98.0))
    runtime = session(to_onnx(network, config))
    told = runtime.get_modelmeta().custom_metadata_map
    assert (told["name"], told["spacing_mm"], told["multiple"]) == ("told", "1.5", "4")
    assert "percentiles 2 and 98" in told["intensity"]
    assert list(json.loads(told["labels"]).values()) == LABEL_NAMES
    assert ModelConfig.from_json(told["septum"]) == config
    assert (told["label_set"], told["tta_flips"]) == (HEART.id, "1")
    # A program that knows only what the file says, on a slice of the network's own pixel size:
    pixels = np.random.default_rng(0).gamma(2, 200, (30, 22))
    low, high = np.percentile(pixels, [2, 98])
    clipped = pixels.clip(low, high)
    image = ((clipped - clipped.mean()) / clipped.std()).astype(np.float32)
    multiple = int(told["multiple"])
    padding = [(0, -length % multiple) for length in image.shape]
    padded = np.pad(image, padding, constant_values=image.min())
    (logits,) = runtime.run(None, {INPUT: padded[None, None]})
    mask = logits[0, :, :30, :22].argmax(axis=0)
    (said,) = Predictor((network, config), "cpu").predict([pixels], [(1.5, 1.5)])
    assert len(np.unique(mask)) > 1
    assert (mask == said.mask).mean() > 0.99  # bfloat16 may turn a pixel that is undecided


def test_the_file_says_how_many_flips_septum_averages():
    assert expectations(replace(CONFIGS[0], tta_flips=4))["tta_flips"] == "4"
    learnt = expectations(replace(CONFIGS[0], training={"augmentation": "recommended"}))
    assert learnt["tta_flips"] == "2"
    assert "over the first 2 of: the slice as it is, flipped along both axes" in learnt["averaging"]


def test_the_same_network_gives_the_same_file_and_keeps_its_own_weights():
    network = settled(CONFIGS[0])
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert to_onnx(network, CONFIGS[0]) == to_onnx(network, CONFIGS[0])
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_file_names_its_free_axes():
    model = onnx.load_from_string(to_onnx(settled(CONFIGS[0]), CONFIGS[0]))
    sizes = [axis.dim_param or axis.dim_value for axis in model.graph.input[0].type.tensor_type.shape.dim]
    assert sizes == ["slices", 1, "height", "width"]
