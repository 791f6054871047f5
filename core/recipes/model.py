"""Everything that must travel with a network's weights so that prediction can never differ from training."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Annotated

from pydantic import SkipValidation, TypeAdapter, with_config

from core.imaging.processing.normalise import IntensityRule
from core.labels import FOREGROUND, HEART, Label
from core.recipes.architectures import architecture_of
from core.recipes.card_values import check_free_fields, number, shown
from core.recipes.typed_json import EXACT, from_plain
from core.records.slices import COURSE_SPACING_MM

FORMAT_VERSION = 1  # of the JSON below; raised when an older Septum could misread a newer file
LABEL_KEYS = [structure.key for structure in HEART.structures]
LABEL_NAMES = [structure.name for structure in HEART.structures]  # what files of older versions have instead
MAX_STAGES = 8  # beyond that no image of a heart is left at the bottom
MAX_CHANNELS = 4096  # keeps a made-up header from asking for all memory
SPACING_MM = (0.01, 100.0)  # no short-axis image has finer or coarser pixels
TTA_FLIPS = (1, 2, 4)
# How the network is built and what it is fed; all else tells where it comes from and may be absent.
REQUIRED = ("architecture", "widths", "bottleneck", "deep_supervision", "spacing_mm", "intensity")


class Task(StrEnum):
    """What a network is for, which decides on what it is fed."""

    SEGMENTATION = "segmentation"  # of the grey picture alone
    CORRECTION = "correction"  # of a mask by what a reader points at, see core.network.correction


# The grey picture; for a correction also the mask's heart labels, then of each label what was said to be it
# and what not to be it, then of each heart label the box that it was said to lie in.
INPUT_PLANES = {
    Task.SEGMENTATION: 1,
    Task.CORRECTION: 1 + len(FOREGROUND) + 2 * len(Label) + len(FOREGROUND),
}

Channels = Annotated[int, SkipValidation()]  # checked below, with a sentence of its own


@with_config(EXACT)
@dataclass(frozen=True)
class ModelConfig:
    """What a network is, what pixels it expects, and where it comes from."""

    architecture: str = "unet"  # a key of core.recipes.architectures
    widths: tuple[Channels, ...] = (32, 64, 128)  # channels of each encoder stage, as in the report
    bottleneck: Channels = 256  # channels at the bottom; for deeplabv3 those of the spatial pyramid
    deep_supervision: bool = False  # an output at every decoder stage, where the architecture can have them
    spacing_mm: float = COURSE_SPACING_MM  # pixel size the network sees
    intensity: IntensityRule = field(default_factory=IntensityRule)
    task: Task = Task.SEGMENTATION  # files of older versions do not say it: they knew no other
    planes: Annotated[int, SkipValidation()] = 1  # that the network is fed at once
    # Ways to turn a slice whose predictions are averaged: 1 as it is, 2 upside down, too, 4 with both mirror
    # images. None in files of older versions, see `usual_tta_flips`.
    tta_flips: int | None = None
    label_set: str = HEART.id
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
        if type(self.planes) is not int or self.planes != INPUT_PLANES[self.task]:
            raise ValueError(
                f"a network for {self.task.value} is fed {INPUT_PLANES[self.task]} planes, "
                f"got {shown(self.planes)}"
            )
        least, most = SPACING_MM
        if not least <= self.spacing_mm <= most:
            raise ValueError(f"spacing_mm must be from {least} to {most}, got {self.spacing_mm}")
        if self.tta_flips is not None and self.tta_flips not in TTA_FLIPS:
            raise ValueError(f"tta_flips must be 1, 2 or 4, got {shown(self.tta_flips)}")
        if self.label_set != HEART.id:
            raise ValueError(f"its label set is {shown(self.label_set)} instead of {HEART.id!r}")

    @property
    def stride(self) -> int:
        """The number that height and width of an image must be multiples of.

        Raises:
            ValueError: for an architecture that there is not.
        """
        return architecture_of(self.architecture).stride_with(self.widths)

    @property
    def usual_tta_flips(self) -> int:
        """How many ways to turn a slice are averaged where nobody asks for another number.

        Files of older versions do not say it. Then it is 2 for a network that has learnt from slices either
        way up, as the recommended augmentation shows them: upside down is as good a view, and the mean of
        both was better on slices that no network had seen (docs/decisions.md). It is 1 for any other.
        """
        return self.tta_flips or tta_flips_after(str(self.training.get("augmentation")))

    def to_json(self) -> str:
        """One JSON object that `from_json` turns back; a score that is NaN becomes null."""
        values = asdict(self) | {"labels": LABEL_KEYS, "format_version": FORMAT_VERSION}
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
        if labels not in (LABEL_KEYS, LABEL_NAMES):
            raise ValueError(f"its labels are {shown(labels)} instead of {LABEL_KEYS}")
        absent = [name for name in REQUIRED if name not in values]
        if absent:
            raise ValueError(f"these fields are missing: {', '.join(absent)}")
        number("spacing_mm", values["spacing_mm"])  # a whole one of 400 digits would be taken for infinite
        check_free_fields(values)
        known = {item.name for item in fields(cls)}
        return from_plain(MODEL_CONFIG, {name: value for name, value in values.items() if name in known})


MODEL_CONFIG = TypeAdapter(ModelConfig)


def tta_flips_after(augmentation: str) -> int:
    """How many ways to turn a slice are worth averaging for a network that learnt with the augmentation.

    A network that has seen the heart one way up only gets worse by any but one.

    >>> tta_flips_after("recommended"), tta_flips_after("report")
    (2, 1)
    """
    return 2 if augmentation == "recommended" else 1


def _without_nan(value: object) -> object:
    """A copy in which numbers that JSON does not know (NaN, infinities) are None."""
    if isinstance(value, Mapping):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
