"""UNet3+: which level hears which, against a plain formula, and the outputs of deep supervision."""

import pytest
import torch
import torch.nn.functional as F

from core.network.architectures.unet3plus import FullScaleStage, UNet3Plus

LEVELS = (3, 4, 5, 6)  # widths 3-4-5 and bottleneck 6: carries 3 channels, joins 12
JOINED = 3 * len(LEVELS)


def maps(level: int, size: int = 16) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Features that the stage at this level joins, each independent of the others."""
    generator = torch.Generator().manual_seed(level)

    def features(channels: int, depth: int) -> torch.Tensor:
        side = size // 2**depth
        return torch.randn(2, channels, side, side, generator=generator, requires_grad=True)

    finer = [features(LEVELS[depth], depth) for depth in range(level + 1)]
    coarser = [
        features(JOINED if depth < len(LEVELS) - 1 else LEVELS[-1], depth)
        for depth in range(level + 1, len(LEVELS))
    ]
    return finer, coarser


@pytest.mark.parametrize("level", [0, 1, 2])
def test_each_stage_hears_every_level_directly(level):
    finer, coarser = maps(level)
    torch.manual_seed(0)
    stage = FullScaleStage(level, LEVELS, 3).eval()
    result = stage(finer, coarser)
    assert result.shape == (2, JOINED, 16 // 2**level, 16 // 2**level)
    (result * torch.randn_like(result)).sum().backward()
    assert [bool(given.grad.any()) for given in (*finer, *coarser)] == [True] * len(LEVELS)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_each_stage_equals_the_plain_formula(level):
    finer, coarser = maps(level)
    torch.manual_seed(0)
    stage = FullScaleStage(level, LEVELS, 3).eval()
    weights = stage.state_dict()

    def block(features: torch.Tensor, name: str) -> torch.Tensor:
        features = F.conv2d(features, weights[f"{name}.0.weight"], padding=1)
        return F.leaky_relu(features / (1 + 1e-5) ** 0.5, 0.01)  # batch norm as it starts: mean 0, variance 1

    parts = []
    for depth, features in enumerate(finer):
        for _ in range(level - depth):  # pooling by 2 again and again is pooling by the power
            features = F.max_pool2d(features, 2)
        parts.append(block(features, f"from_finer.{depth}"))
    for number, features in enumerate(coarser):
        larger = torch.nn.Upsample(scale_factor=2 ** (number + 1), mode="bilinear")(features)
        parts.append(block(larger, f"from_coarser.{number}"))
    assert torch.allclose(stage(finer, coarser), block(torch.cat(parts, 1), "join"), atol=1e-5)


def test_every_output_depends_on_every_level_of_the_way_down():
    network = UNet3Plus((3, 4, 5), 6).eval()
    heard = []
    for encoder in network.encoders:
        encoder.register_forward_hook(
            lambda module, given, result: heard.append(result) or result.retain_grad()
        )
    up = network.features(torch.randn(1, 1, 16, 16))
    for features in up[:-1]:
        for down in heard:
            down.grad = None
        (features * torch.randn_like(features)).sum().backward(retain_graph=True)
        assert [bool(down.grad.any()) for down in heard] == [True] * 4


def test_deep_supervision_has_one_output_a_level_and_the_first_is_the_network_s_own():
    network = UNet3Plus((3, 4, 5), 6, deep_supervision=True).eval()
    images = torch.randn(2, 1, 24, 16)
    with torch.inference_mode():
        outputs = network.deep_logits(images)
        assert torch.equal(outputs[0], network(images))
    assert [tuple(logits.shape) for logits in outputs] == [(2, 4, 24, 16)] * 4


def test_deep_outputs_need_their_heads():
    with pytest.raises(ValueError, match="deep_supervision=True"):
        UNet3Plus((3, 4), 6).deep_logits(torch.zeros(1, 1, 8, 8))


def test_without_deep_supervision_no_weight_is_idle():
    names = [name for name, _ in UNet3Plus((3, 4), 6).named_parameters()]
    assert not [name for name in names if name.startswith("deep_heads")]
