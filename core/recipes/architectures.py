"""The architectures by key: what pages and recipes know of a network without building it, without torch.

A new one is a module in core/network/architectures, whose `build` makes it, and one entry here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.recipes.card_values import shown


@dataclass(frozen=True)
class Architecture:
    """One architecture."""

    key: str  # as it is stored; also the name of the module whose `build` makes the network
    title: str  # on pages
    widths: tuple[int, ...]  # channels of each stage, top first, where nobody asks for others
    bottleneck: int
    stride: int | None = None  # that height and width are multiples of; None where each stage halves them
    deep_supervision: bool = False  # whether the loss can look at an output of every stage
    pretrained: bool = False  # whether it has a `load_pretrained` for weights of ImageNet
    corrects: bool = False  # whether it can be fed what a reader points at beside the grey picture
    fixed_widths: str = ""  # why it has as many widths as above, as a clause; "" where any number will do
    reported_as: str = ""  # its name in the course report's tables; "" where the report does not compare it

    def stride_with(self, widths: Sequence[int]) -> int:
        """The number that height and width of an image must be multiples of."""
        return 2 ** len(widths) if self.stride is None else self.stride


ARCHITECTURES: dict[str, Architecture] = {
    one.key: one
    for one in (
        Architecture("unet", "U-Net", (32, 64, 128), 256, corrects=True, reported_as="U-Net"),
        Architecture(
            "deeplabv3",
            "DeepLabV3 (ResNet-18)",
            (64, 128, 256, 512),
            256,
            stride=8,
            pretrained=True,
            fixed_widths="DeepLabV3 stands on a ResNet-18 and needs four widths",
            reported_as="DeepLabV3-ResNet18",
        ),
        Architecture("unet3plus", "UNet3+", (32, 64, 128), 256, deep_supervision=True, reported_as="UNet3+"),
    )
}


def architecture_of(key: str) -> Architecture:
    """The architecture of that key.

    Raises:
        ValueError: when there is none.
    """
    if key not in ARCHITECTURES:
        raise ValueError(f"architecture must be one of {', '.join(ARCHITECTURES)}, got {shown(key)}")
    return ARCHITECTURES[key]
