"""What a network costs, for each pixel of an image; known for what ships, so that pages need no torch."""

from dataclasses import dataclass

from pydantic import TypeAdapter, with_config

from core.recipes.model import ModelConfig
from core.recipes.typed_json import EXACT


@with_config(EXACT)
@dataclass(frozen=True)
class Cost:
    """One forward pass and what it needs; what is done once for a whole image is left out."""

    multiplications: float  # for each pixel of the image
    features: float  # numbers that come out of the convolutions, for each pixel of the image
    weights: int  # of the convolutions; batch norm and biases add less than a hundredth


@with_config(EXACT)
@dataclass(frozen=True)
class NetworkShape:
    """What the cost follows from."""

    architecture: str
    widths: tuple[int, ...]
    bottleneck: int
    deep_supervision: bool = False

    @classmethod
    def of(cls, config: ModelConfig) -> "NetworkShape":
        """The shape of a network."""
        return cls(config.architecture, config.widths, config.bottleneck, config.deep_supervision)

    @property
    def config(self) -> ModelConfig:
        """A configuration of that shape."""
        return ModelConfig(self.architecture, self.widths, self.bottleneck, self.deep_supervision)


COST = TypeAdapter(Cost)
NETWORK_SHAPE = TypeAdapter(NetworkShape)

# What core.network.cost measures, for the presets, every architecture as it is by default and the shipped
# models; others are measured when they are first asked for.
KNOWN = {
    NetworkShape("unet", (32, 64, 128), 256): Cost(130976.0, 288.0, 1333664),
    NetworkShape("unet", (16, 32, 64, 128), 256): Cost(43728.0, 155.0, 1349328),
    NetworkShape("unet", (24, 48, 96, 192), 384): Cost(98232.0, 230.5, 3035832),
    NetworkShape("deeplabv3", (64, 128, 256, 512), 256): Cost(253728.0, 126.0625, 15749184),
    NetworkShape("unet3plus", (32, 64, 128), 256): Cost(448992.0, 460.0, 2050848),
    NetworkShape("unet3plus", (32, 64, 128), 256, True): Cost(450576.0, 461.3125, 2069280),
}
