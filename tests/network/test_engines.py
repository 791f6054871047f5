"""Whatever computes a network's logits, they are the network's; what cannot run leaves torch to do it."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from core.network import checkpoint, device, engines, onnx_file
from core.network.engines import fastest_logits, openvino_logits, torch_logits
from core.network.predict import Predictor
from tests.network.test_onnx_file import CONFIGS, settled
from tests.workflow.small import save_model

CPU = torch.device("cpu")
SIZES = ((1, 32, 32), (3, 96, 64), (2, 16, 160))  # slices, height, width


@pytest.fixture
def exact(monkeypatch):
    """Float32, whatever the processor would rather do."""
    monkeypatch.setattr(device, "has_fast_bfloat16", lambda _: False)
    monkeypatch.setattr(engines, "has_fast_bfloat16", lambda _: False)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_openvino_gives_the_networks_own_logits_at_every_size(config):
    network = settled(config)
    ours, theirs = openvino_logits(network, config), torch_logits(network, CPU)
    for slices, height, width in SIZES:
        images = torch.randn(slices, 1, height, width)
        with torch.inference_mode():
            expected = theirs(images)
        assert expected.shape == (slices, 4, height, width)
        spread = float(np.ptp(expected.numpy()))
        assert spread > 0.1  # says something
        torch.testing.assert_close(ours(images), expected, atol=1e-4 * spread, rtol=0)


def test_a_files_masks_are_those_of_torch_up_to_rounding(tmp_path):
    file = save_model(tmp_path / "one.safetensors", "one", seed=0)
    pixels = [np.random.default_rng(seed).normal(100, 20, (90, 70)) for seed in range(3)]
    by_file = Predictor(file, "cpu").predict(pixels, [(1.5, 1.5)] * 3)
    by_torch = Predictor(checkpoint.load(file), "cpu").predict(pixels, [(1.5, 1.5)] * 3)
    for one, other in zip(by_file, by_torch, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=0.02)  # bfloat16
        assert (one.mask == other.mask).mean() > 0.98


def test_two_threads_predict_at_once_and_get_their_own():
    config = CONFIGS[0]
    logits = openvino_logits(settled(config), config)
    images = [torch.randn(4, 1, 64, 64) for _ in range(24)]
    alone = [logits(image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(logits, images))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other, atol=0, rtol=0)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("why", ["not installed", "does not run"])
def test_without_openvino_torch_predicts(why, monkeypatch, caplog):
    if why == "not installed":
        monkeypatch.setitem(sys.modules, "openvino", None)
    else:
        monkeypatch.setattr(onnx_file, "to_onnx", lambda *_: b"no network")
    caplog.set_level(logging.INFO)
    network, image = settled(CONFIGS[0]), torch.randn(1, 1, 32, 32)
    found = fastest_logits(network, CONFIGS[0], CPU)
    with torch.inference_mode():
        torch.testing.assert_close(found(image), network(image))
    assert "torch predicts" in caplog.text


def test_a_network_in_training_is_asked_as_it_is_now(tmp_path):
    network, config = checkpoint.load(save_model(tmp_path / "one.safetensors", "one", seed=0))
    predictor = Predictor((network, config), "cpu")
    pixels = np.random.default_rng(0).normal(100, 20, (32, 32))
    before = predictor.predict([pixels], [(1.8, 1.8)])[0].probabilities
    with torch.no_grad():
        for weights in network.parameters():
            weights.mul_(2)
    assert not np.array_equal(before, predictor.predict([pixels], [(1.8, 1.8)])[0].probabilities)


def test_nothing_can_report_home():
    program = (
        "import sys\n"
        "from core.network.engines import openvino_logits\n"
        "from tests.network.test_onnx_file import CONFIGS, settled\n"
        "openvino_logits(settled(CONFIGS[0]), CONFIGS[0])\n"
        "assert 'openvino' in sys.modules\n"
        "print([name for name, module in sys.modules.items() if 'openvino_telemetry' in name and module])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"
