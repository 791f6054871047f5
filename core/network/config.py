"""Everything that must travel with a network's weights so that prediction can never differ from training."""

import json
import math
from dataclasses import dataclass, field, fields

from core.imaging.intensity import IntensityRule
from core.labels import NAMES, Label
from core.network.card_values import check_free_fields, number, require, shown

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
SPACING_MM = (0.01, 100.0)  # no short-axis image has finer or coarser pixels
# How the network is built and what it is fed; all else tells where it comes from and may be absent.
REQUIRED = ("architecture", "widths", "bottleneck", "deep_supervision", "spacing_mm", "intensity")


KINDS: tuple[tuple[str, type | tuple[type, ...], str], ...] = (
    ("architecture", str, "a text"),
    ("widths", list, "a list"),
    ("deep_supervision", bool, "true or false"),
    ("intensity", dict, "an object"),
    ("name", str, "a text"),
    ("created", str, "a text"),
    ("parent", (str, type(None)), "a text"),
    ("training", dict, "an object"),
    ("data", dict, "an object"),
    ("scores", dict, "an object"),
)


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
                    f"widths and bottleneck must be whole numbers from 1 to {MAX_CHANNELS}, "
                    f"got {shown(channels)}"
                )
        least, most = SPACING_MM
        if not least <= self.spacing_mm <= most:
            raise ValueError(f"spacing_mm must be from {least} to {most}, got {self.spacing_mm}")

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
        """Read what `to_json` wrote, here or in another version; keys that are not known are passed over.

        Raises:
            ValueError: saying what is missing, of the wrong kind, or of another format or label set.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("the configuration is no JSON object")
        version = values.get("format_version")
        if type(version) is not int or version < 1:
            raise ValueError("the configuration names no format version")
        if version > FORMAT_VERSION:
            raise ValueError(
                f"format version {shown(version)} is newer than the {FORMAT_VERSION} this Septum reads"
            )
        labels = values.get("labels")
        if labels != LABEL_NAMES:
            raise ValueError(f"its labels are {shown(labels)} instead of {LABEL_NAMES}")
        absent = [name for name in REQUIRED if name not in values]
        if absent:
            raise ValueError(f"these fields are missing: {', '.join(absent)}")
        known = {item.name for item in fields(cls)}
        return cls(**_checked({name: value for name, value in values.items() if name in known}))


def _checked(values: dict) -> dict:
    """The fields in the types of the configuration; raises ValueError where one has another."""
    for name, kind, told in KINDS:
        if name in values:
            require(name, values[name], kind, told)
    check_free_fields(values.get("training", {}), values.get("data", {}), values.get("scores", {}))
    rule = values["intensity"]
    odd = sorted(set(rule) - {item.name for item in fields(IntensityRule)})
    if odd:  # a rule that is not known here would prepare pixels otherwise than training did
        raise ValueError(f"intensity has what this Septum does not know: {shown(odd)}")
    rule = {name: number(f"intensity.{name}", value) for name, value in rule.items()}
    return values | {
        "widths": tuple(values["widths"]),
        "spacing_mm": number("spacing_mm", values["spacing_mm"]),
        "intensity": IntensityRule(**rule),
    }


def _without_nan(value: object) -> object:
    """A copy in which numbers that JSON does not know (NaN, infinities) are None."""
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
