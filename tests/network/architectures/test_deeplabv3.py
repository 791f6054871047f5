"""DeepLabV3: torchvision's names, the same features at every place, and how far the pyramid sees."""

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

from core.errors import BadCheckpoint
from core.network.architectures.deeplabv3 import DeepLabV3, SpatialPyramid
from core.network.architectures.resnet import ResNet18
from tests.network.receptive_field import measured_interval, open_wide

NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
BLOCKS = [f"layer{layer}.{block}" for layer in (1, 2, 3, 4) for block in (0, 1)]
# The keys of torchvision's resnet18, written out from its definition.
TORCHVISION_KEYS = (
    ["conv1.weight", *(f"bn1.{part}" for part in NORM)]
    + [f"{block}.conv{n}.weight" for block in BLOCKS for n in (1, 2)]
    + [f"{block}.bn{n}.{part}" for block in BLOCKS for n in (1, 2) for part in NORM]
    + [f"layer{layer}.0.downsample.0.weight" for layer in (2, 3, 4)]
    + [f"layer{layer}.0.downsample.1.{part}" for layer in (2, 3, 4) for part in NORM]
    + ["fc.weight", "fc.bias"]
)


def torchvision_shape(key: str) -> tuple[int, ...]:
    """Shape of a ResNet-18 weight: 64, 128, 256, 512 channels, halved resolution at layers 2 to 4."""
    if key == "conv1.weight":
        return (64, 3, 7, 7)
    if key.startswith("fc."):
        return (1000, 512) if key == "fc.weight" else (1000,)
    if key.endswith("num_batches_tracked"):
        return ()
    layer = int(key[5]) if key.startswith("layer") else 1
    width, before = 64 * 2 ** (layer - 1), 64 * 2 ** max(layer - 2, 0)
    if "downsample.0" in key:
        return (width, before, 1, 1)
    if "conv" in key:
        return (width, before if ".0.conv1" in key else width, 3, 3)
    return (width,)


@pytest.fixture(scope="module")
def imagenet() -> dict[str, torch.Tensor]:
    """A made-up file with the names, shapes and types of torchvision's."""
    torch.manual_seed(3)
    return {
        key: torch.tensor(7) if not torchvision_shape(key) else torch.rand(torchvision_shape(key)) + 0.1
        for key in TORCHVISION_KEYS
    }


def test_torchvision_has_122_weights(imagenet):
    assert len(TORCHVISION_KEYS) == len(set(TORCHVISION_KEYS)) == 122
    assert sum(v.numel() for k, v in imagenet.items() if "running" not in k and "num_" not in k) == 11_689_512


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_imagenet_weights_load_by_key(suffix, imagenet, tmp_path):
    path = tmp_path / f"resnet18{suffix}"
    if suffix == ".pth":
        torch.save(imagenet, path)
    else:
        save_file(imagenet, path)
    network = DeepLabV3()
    network.load_pretrained(path)
    loaded = network.backbone.state_dict()
    assert set(loaded) == set(TORCHVISION_KEYS) - {"fc.weight", "fc.bias"}
    assert all(torch.equal(loaded[key], imagenet[key]) for key in loaded if key != "conv1.weight")
    kernels = imagenet["conv1.weight"]
    assert torch.allclose(loaded["conv1.weight"][:, 0], kernels[:, 0] + kernels[:, 1] + kernels[:, 2])


def test_a_grey_image_is_seen_as_torchvision_sees_it_in_colour(imagenet, tmp_path):
    torch.save(imagenet, tmp_path / "resnet18.pth")
    network = DeepLabV3()
    network.load_pretrained(tmp_path / "resnet18.pth")
    grey = torch.randn(1, 1, 32, 32)
    colour = F.conv2d(grey.expand(1, 3, 32, 32), imagenet["conv1.weight"], stride=2, padding=3)
    assert torch.allclose(network.backbone.conv1(grey), colour, rtol=1e-4, atol=1e-3)


def test_a_file_without_the_counters_loads_too(imagenet, tmp_path):
    old = {key: value for key, value in imagenet.items() if "num_batches" not in key}
    torch.save(old, tmp_path / "old.pth")
    DeepLabV3().load_pretrained(tmp_path / "old.pth")


class Trap:
    """Unpickling this would write a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda weights: weights.pop("layer3.1.conv2.weight"), "lacks layer3.1.conv2.weight"),
        (
            lambda weights: weights.update({"layer5.w": torch.ones(1)}),
            "has layer5.w, which a ResNet-18 has not",
        ),
        (
            lambda weights: weights.update({"layer1.0.conv1.weight": torch.ones(64, 64, 1, 1)}),
            r"layer1.0.conv1.weight of shape \(64, 64, 1, 1\) instead of \(64, 64, 3, 3\)",
        ),
        (lambda weights: weights.update({"epoch": 3}), "holds no plain table of weights"),
    ],
    ids=["missing", "strange", "shape", "not tensors"],
)
def test_another_file_is_refused_by_what_is_wrong(change, sentence, imagenet, tmp_path):
    weights = dict(imagenet)
    change(weights)
    torch.save(weights, tmp_path / "other.pth")
    with pytest.raises(BadCheckpoint, match=sentence):
        DeepLabV3().load_pretrained(tmp_path / "other.pth")


@pytest.mark.parametrize("name", ["none.pth", "text.pth", "text.safetensors", "trap.pth"])
def test_a_file_that_cannot_be_read_is_refused_and_nothing_in_it_is_run(name, tmp_path):
    (tmp_path / "text.pth").write_text("no weights")
    (tmp_path / "text.safetensors").write_text("no weights")
    torch.save({"conv1.weight": Trap(tmp_path / "sprung")}, tmp_path / "trap.pth")
    with pytest.raises(BadCheckpoint, match=f"{name} cannot be read .*; expected torchvision's ResNet-18"):
        DeepLabV3().load_pretrained(tmp_path / name)
    assert not (tmp_path / "sprung").exists()


def strided(backbone: ResNet18) -> ResNet18:
    """The ordinary ResNet-18 with the same weights: strides where ours has dilation."""
    plain = ResNet18(tuple(layer[0].conv1.out_channels for layer in layers(backbone)))
    plain.load_state_dict(backbone.state_dict())
    for module in plain.modules():
        if isinstance(module, nn.Conv2d) and module.dilation != (1, 1):
            module.dilation, module.padding = (1, 1), (1, 1)
    for layer in (plain.layer3, plain.layer4):
        layer[0].conv1.stride = (2, 2)
        layer[0].downsample[0].stride = (2, 2)
    return plain


def layers(backbone: ResNet18) -> list[nn.Sequential]:
    return [backbone.layer1, backbone.layer2, backbone.layer3, backbone.layer4]


def test_dilation_gives_the_strided_network_s_features_at_every_place():
    torch.manual_seed(0)
    ours = ResNet18((4, 8, 12, 16)).double().eval()
    plain = strided(ours).double().eval()
    images = torch.randn(1, 1, 128, 96, dtype=torch.float64)
    with torch.inference_mode():
        dense, sparse = ours(images), plain(images)
    assert dense.shape == (1, 16, 16, 12)
    assert sparse.shape == (1, 16, 4, 3)
    assert torch.allclose(dense[:, :, ::4, ::4], sparse, atol=1e-10)


def slow_pyramid(pyramid: SpatialPyramid, features: torch.Tensor, rates: tuple[int, ...]) -> torch.Tensor:
    """The pyramid with each dilated convolution as nine shifted sums, in eval mode."""
    _, _, height, width = features.shape

    def end(values: torch.Tensor, norm: nn.BatchNorm2d) -> torch.Tensor:
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        return (
            (values - norm.running_mean[:, None, None]) * scale[:, None, None] + norm.bias[:, None, None]
        ).relu()

    def mix(kernel: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        return torch.einsum("oi,nihw->nohw", kernel, values)

    parts = [end(mix(pyramid.branches[0][0].weight[:, :, 0, 0], features), pyramid.branches[0][1])]
    for branch, rate in zip(list(pyramid.branches)[1:], rates, strict=True):
        padded = F.pad(features, (rate,) * 4)
        total = sum(
            mix(
                branch[0].weight[:, :, row, column],
                padded[:, :, row * rate : row * rate + height, column * rate : column * rate + width],
            )
            for row in range(3)
            for column in range(3)
        )
        parts.append(end(total, branch[1]))
    mean = features.sum(dim=(2, 3), keepdim=True) / (height * width)
    pooled = end(mix(pyramid.whole[0].weight[:, :, 0, 0], mean), pyramid.whole[1])
    parts.append(pooled.repeat(1, 1, height, width))
    return end(mix(pyramid.project[0].weight[:, :, 0, 0], torch.cat(parts, dim=1)), pyramid.project[1])


def test_the_pyramid_equals_the_plain_formula():
    torch.manual_seed(0)
    pyramid = SpatialPyramid(5, 3, (1, 2, 3)).double().eval()
    features = torch.randn(2, 5, 7, 6, dtype=torch.float64)
    with torch.no_grad():
        assert torch.allclose(pyramid(features), slow_pyramid(pyramid, features, (1, 2, 3)), atol=1e-12)


@pytest.mark.parametrize(("rates", "reach"), [((3, 6, 9), 9), ((2,), 2)], ids=str)
def test_the_pyramid_sees_as_far_as_its_largest_rate(rates, reach):
    network = open_wide(SpatialPyramid(1, 1, rates))
    network.whole[0].weight.data.zero_()  # the pooled branch sees everything
    assert measured_interval(network, 31, 15) == (15 - reach, 15 + reach)


def test_the_pooled_branch_sees_the_whole_image():
    network = open_wide(SpatialPyramid(1, 1, (3,)))
    assert measured_interval(network, 31, 15) == (0, 30)


def test_the_default_rates_put_a_tap_of_every_branch_inside_a_12_by_12_map():
    assert DeepLabV3().backbone(torch.zeros(1, 1, 96, 96)).shape[2:] == (12, 12)
    rates = [branch[0].dilation[0] for branch in DeepLabV3().pyramid.branches]
    assert rates == [1, 3, 6, 9]
    assert max(rates) < 12


def calculated_backbone_reach() -> tuple[int, int]:
    """Input pixels before and after 8 p that feature p depends on: each kernel's half width by its step."""
    one_side = 3 + 1 * 2  # 7x7 at step 1, pooling 3x3 at step 2
    one_side += 4 * 4 * 1  # layer 1: four 3x3 at step 4
    one_side += 1 * 4 + 3 * 8  # layer 2: one at step 4, three at step 8
    one_side += 1 * 8 + 3 * 16  # layer 3: the same with dilation instead of stride
    one_side += 1 * 16 + 3 * 32  # layer 4
    return one_side, one_side


def test_the_backbone_sees_as_far_as_calculated():
    before, after = calculated_backbone_reach()
    network = open_wide(ResNet18((1, 1, 1, 1)))
    image = torch.rand(1, 1, 512, 512, dtype=torch.float64, requires_grad=True)
    network(image)[0, :, 32, 32].sum().backward()
    rows, columns = image.grad[0, 0].nonzero(as_tuple=True)
    assert (int(rows.min()), int(rows.max())) == (32 * 8 - before, 32 * 8 + after)
    assert (int(columns.min()), int(columns.max())) == (32 * 8 - before, 32 * 8 + after)
