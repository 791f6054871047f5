"""Everything that must travel with a network's weights so that prediction can never differ from training."""

import json
import math
from dataclasses import dataclass, field, fields

from core.imaging.intensity import IntensityRule
from core.labels import NAMES, Label

FORMAT_VERSION = 1  # of the JSON below; raised when an older Septum could misread a newer file
LABEL_NAMES = [NAMES[label] for label in Label]
# Widths and bottleneck where nobody asks for others. A ResNet-18 is its four widths by definition.
DEFAULT_WIDTHS: dict[str, tuple[tuple[int, ...], int]] = {
    "unet": ((32, 64, 128), 256),
    "deeplabv3": ((64, 128, 256, 512), 256),
    "unet3plus": ((32, 64, 128), 256),
}
ARCHITECTURES = tuple(DEFAULT_WIDTHS)
DEEPLAB_STRIDE = 8  # the others halve the image once a stage
MAX_STAGES = 8  # beyond that no image of a heart is left at the bottom
MAX_CHANNELS = 4096  # keeps a made-up header from asking for all memory


@dataclass(frozen=True)
class ModelConfig:
    """What a network is, what pixels it expects, and where it comes from."""

    architecture: str = "unet"  # a name in core.network.registry
    widths: tuple[int, ...] = (32, 64, 128)  # channels of each encoder stage, as in the report
    bottleneck: int = 256  # channels at the bottom; for deeplabv3 those of the spatial pyramid
    deep_supervision: bool = False  # unet3plus only: an output at every decoder stage
    spacing_mm: float = 1.8  # pixel size the network sees
    intensity: IntensityRule = field(default_factory=IntensityRule)
    name: str = ""
    training: dict[str, object] = field(default_factory=dict)  # the recipe
    data: dict[str, object] = field(default_factory=dict)  # ids and hash of what it learnt from
    parent: str | None = None  # the model whose weights it started from
    scores: dict[str, object] = field(default_factory=dict)
    created: str = ""  # ISO 8601, UTC

    def __post_init__(self) -> None:
        if not 1 <= len(self.widths) <= MAX_STAGES:
            raise ValueError(f"widths must name 1 to {MAX_STAGES} stages, got {len(self.widths)}")
        for channels in (*self.widths, self.bottleneck):
            if type(channels) is not int or not 1 <= channels <= MAX_CHANNELS:
                raise ValueError(
                    f"widths and bottleneck must be whole numbers from 1 to {MAX_CHANNELS}, got {channels!r}"
                )
        if not (math.isfinite(self.spacing_mm) and self.spacing_mm > 0):
            raise ValueError(f"spacing_mm must be above 0, got {self.spacing_mm}")

    @property
    def stride(self) -> int:
        """The number that height and width of an image must be multiples of."""
        return DEEPLAB_STRIDE if self.architecture == "deeplabv3" else 2 ** len(self.widths)

    def to_json(self) -> str:
        """One JSON object that `from_json` turns back; a score that is NaN becomes null."""
        values: dict[str, object] = {item.name: getattr(self, item.name) for item in fields(self)}
        values["intensity"] = {
            item.name: getattr(self.intensity, item.name) for item in fields(IntensityRule)
        }
        values["labels"] = LABEL_NAMES
        values["format_version"] = FORMAT_VERSION
        return json.dumps(_without_nan(values), allow_nan=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "ModelConfig":
        """Read what `to_json` wrote.

        Raises:
            ValueError: saying what is missing, unknown or of another format or label set.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("the configuration is no JSON object")
        version = values.pop("format_version", None)
        if type(version) is not int or version < 1:
            raise ValueError("the configuration names no format version")
        if version > FORMAT_VERSION:
            raise ValueError(f"format version {version} is newer than the {FORMAT_VERSION} this Septum reads")
        labels = values.pop("labels", None)
        if labels != LABEL_NAMES:
            raise ValueError(f"its labels are {labels!r} instead of {LABEL_NAMES}")
        known = {item.name for item in fields(cls)}
        if set(values) != known:
            odd = ", ".join(sorted(str(name) for name in set(values) ^ known))
            raise ValueError(f"these fields are missing or unknown: {odd}")
        for name in ("name", "created", "training", "data", "scores"):
            kind = str if name in ("name", "created") else dict
            if not isinstance(values[name], kind):
                raise ValueError(f"{name} must be a {kind.__name__}, got {values[name]!r}")
        try:
            values["widths"] = tuple(values["widths"])
            values["spacing_mm"] = float(values["spacing_mm"])
            values["intensity"] = IntensityRule(**values["intensity"])
            return cls(**values)
        except TypeError as error:
            raise ValueError(f"a field has the wrong type ({error})") from error


def _without_nan(value: object) -> object:
    """A copy in which numbers that JSON does not know (NaN, infinities) are None."""
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
