"""A new network is one module and one entry: it is then built, costed, trained, saved and read as others."""

import sys
from dataclasses import replace
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn

from core.labels import Label
from core.network import checkpoint
from core.network.architectures.layers import SegmentationNetwork
from core.network.architectures.registry import build
from core.recipes.architectures import ARCHITECTURES, Architecture
from core.recipes.model import ModelConfig
from core.recipes.training import REPORT, TrainConfig
from core.training.init_network import starting_network
from core.training.loop import Training
from core.workflow.training.checks import check_recipe
from core.workflow.training.cost import cost_of
from core.workflow.training.request import TrainingRequest, recipe_for
from tests.training.test_loop import ring, training_set


class OneLayer(SegmentationNetwork):
    stride = 4

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.Conv2d(channels, len(Label), 1)
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images)


@pytest.fixture(autouse=True)
def one_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("core.network.architectures.onelayer")
    monkeypatch.setattr(module, "build", lambda config: OneLayer(config.widths[0]), raising=False)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(ARCHITECTURES, "onelayer", Architecture("onelayer", "One layer", (6,), 1, stride=4))


def recipe(**changes: object) -> TrainConfig:
    return replace(recipe_for("report", None, "onelayer"), **changes)


def test_it_has_its_own_widths_and_nothing_is_wrong_with_it():
    assert (recipe().widths, recipe().network.stride) == ((6,), 4)
    assert check_recipe(TrainingRequest(recipe())).problems == ()
    assert (
        "Deep supervision belongs to UNet3+"
        in check_recipe(TrainingRequest(recipe(deep_supervision=True))).problems[0]
    )


def test_its_cost_is_counted():
    assert cost_of(recipe(widths=(5,)).network).multiplications == 9 * 5 + 5 * 4


def test_it_learns_is_saved_and_comes_back(tmp_path):
    network, model = starting_network(recipe(), "new")
    data = training_set([ring(seed) for seed in range(6)], model, model.stride)
    config = recipe(epochs=3, learning_rate=0.1)
    epochs = list(Training(network, data, None, config, torch.device("cpu")).epochs())
    assert epochs[-1].training_loss < epochs[0].training_loss
    checkpoint.save(tmp_path / "new", network, model)
    loaded, read = checkpoint.load(tmp_path / "new")
    assert read == model
    assert torch.equal(loaded.state_dict()["layers.0.weight"], network.state_dict()["layers.0.weight"])


def test_the_report_does_not_compare_what_it_has_not_compared():
    from core.course_report.plan import experiments

    (networks,) = [one for one in experiments(REPORT) if one.name == "architecture"]
    assert [setting.label for setting in networks.settings] == ["U-Net", "DeepLabV3-ResNet18", "UNet3+"]


def test_what_its_module_builds_must_be_a_network_of_ours(monkeypatch):
    monkeypatch.setattr(sys.modules["core.network.architectures.onelayer"], "build", lambda config: nn.ReLU())
    with pytest.raises(TypeError, match="onelayer.build must return a SegmentationNetwork, got ReLU"):
        build(ModelConfig("onelayer", (6,), 1))


@pytest.mark.parametrize("key", ["registry", "layers", "os.path", "..unet"])
def test_a_file_can_name_no_module_to_load(key):
    with pytest.raises(ValueError, match="architecture must be one of"):
        build(ModelConfig(key))
