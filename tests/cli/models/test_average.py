"""`average`: the mean of networks that learnt the same way, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.network import checkpoint
from core.network.architectures.registry import build
from core.network.predict import Predictor
from core.network.prepare import prepared
from core.recipes.model import ModelConfig

CONFIG = ModelConfig(
    widths=(4, 6), bottleneck=8, data={"training_slices": ["a/1/0/0"]}, scores={"epoch": 3}, parent="first"
)


def written(folder, name, seed, config=CONFIG):
    torch.manual_seed(seed)
    network = build(config)
    network.train()(torch.randn(4, 1, 16, 16) * (seed + 1))  # so that batch norm's statistics differ, too
    checkpoint.save(folder / name, network, config)
    return folder / name


def test_every_weight_and_statistic_is_the_mean(septum, tmp_path):
    paths = [written(tmp_path, f"{seed}.safetensors", seed) for seed in range(3)]
    output = tmp_path / "mean.safetensors"
    code, told = septum("average", *paths, "--output", output)
    assert (code, "Wrote the average of 0.safetensors" in told) == (0, True), told
    network, config = checkpoint.load(output)
    states = [checkpoint.load(path)[0].state_dict() for path in paths]
    for name, value in network.state_dict().items():
        parts = np.array([state[name].numpy() for state in states], np.float64)
        if value.is_floating_point():
            assert np.allclose(value, parts.mean(axis=0), atol=1e-6), name
    assert (config.name, config.data, config.scores, config.parent) == (
        "mean",
        {"n_training_slices": 1},
        {},
        None,
    )
    assert config.spacing_mm == 1.8
    assert septum("average", *paths, "--output", output)[0] == 1  # never overwritten


def test_the_mean_can_see_slices_at_another_pixel_size(septum, tmp_path):
    paths = [written(tmp_path, f"{seed}.safetensors", seed) for seed in range(2)]
    output = tmp_path / "finer.safetensors"
    for wrong in ("0", "-1", "nan"):
        assert septum("average", *paths, "--spacing", wrong, "--output", output)[0] != 0
        assert not output.exists()
    assert septum("average", *paths, "--spacing", "1.5", "--output", output)[0] == 0
    assert prepared(np.zeros((50, 50)), (1.8, 1.8), Predictor(output, "cpu").config).shape == (60, 60)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(CONFIG, widths=(4, 8)), "differs from one.safetensors in its widths"),
        (replace(CONFIG, data={"training_slices": ["b/1/0/0"]}), "have not learnt from the same slices"),
        (None, "an average needs 2 checkpoints or more, got 1"),
    ],
)
def test_what_is_no_average_is_refused(septum, tmp_path, other, told):
    paths = [written(tmp_path, "one.safetensors", 0)]
    if other:
        paths.append(written(tmp_path, "other.safetensors", 1, other))
    code, said = septum("average", *paths, "--output", tmp_path / "mean.safetensors")
    assert code == 1
    assert told in said.replace("\n", " ")
    assert not (tmp_path / "mean.safetensors").exists()
