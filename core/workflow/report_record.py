"""What one training of the report came to, as a JSON file: curves, and counts of every scored slice."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.durable import write_durably
from core.errors import BadInput
from core.metrics.columns import DISTANCES, ScoreColumns
from core.training.config import AugmentationName, LossName, TrainConfig
from core.training.loop import Epoch

FORMAT = 1
TUPLES = ("validation_dice", "validation_iou")


@dataclass(frozen=True)
class SliceScore:
    """Everything that scores of one slice follow from."""

    slice: str
    patient: str
    confusion: tuple[tuple[int, ...], ...]  # (4, 4), row the reference's label, column the prediction's
    distances_mm: tuple[tuple[float, ...], ...]  # (2, 4) in the order of core.metrics.columns.DISTANCES


@dataclass(frozen=True)
class RunRecord:
    """One training that has ended."""

    name: str
    config: TrainConfig
    epochs: tuple[Epoch, ...]
    kept_epoch: int  # whose weights were scored
    parameters: int
    machine: str
    n_training: int  # slices
    data_sha256: str  # of the training slices
    validation: tuple[SliceScore, ...]  # empty for the training on train + validation
    test: tuple[SliceScore, ...]  # empty where the test slices have no masks

    @property
    def seconds(self) -> float:
        """That all epochs took."""
        return math.fsum(epoch.seconds for epoch in self.epochs)


def columns_of(scores: Sequence[SliceScore]) -> ScoreColumns:
    """The scores of these slices, at least one."""
    return ScoreColumns(
        np.array([score.confusion for score in scores], np.int64),
        np.array([score.distances_mm for score in scores], float),
    )


def save_record(path: Path, record: RunRecord) -> None:
    """Write the file in one step, so that a stop leaves none or a whole one."""
    text = json.dumps({"format": FORMAT, **_plain(asdict(record))}, allow_nan=False, indent=1)
    write_durably(path, text.encode())


def load_record(path: Path) -> RunRecord:
    """Read what `save_record` wrote.

    Raises:
        BadInput: when the file is damaged or of another format.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != FORMAT:
            raise ValueError("another format")
        values["config"] = read_config(values["config"])
        values["epochs"] = tuple(_epoch(epoch) for epoch in values["epochs"])
        for part in ("validation", "test"):
            values[part] = tuple(_score(score) for score in values[part])
        return RunRecord(**values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path.name} is no outcome of a run ({error}); delete it to train that run anew"
        ) from error


def load_records(folder: Path) -> list[RunRecord]:
    """All that lie in the folder, by name."""
    return [load_record(path) for path in sorted(folder.glob("*.json"))]


def read_config(values: dict) -> TrainConfig:
    """A configuration out of plain values."""
    return TrainConfig(
        **values
        | {
            "widths": tuple(values["widths"]),
            "loss": LossName(values["loss"]),
            "augmentation": AugmentationName(values["augmentation"]),
        }
    )


def _epoch(values: dict) -> Epoch:
    read: dict = {key: _or_nan(value) for key, value in values.items() if key not in TUPLES}
    return Epoch(**read | {key: tuple(map(_or_nan, values[key])) for key in TUPLES})


def _score(values: dict) -> SliceScore:
    distances = tuple(tuple(map(_or_nan, row)) for row in values["distances_mm"])
    if len(distances) != len(DISTANCES):
        raise ValueError(f"{len(distances)} kinds of distances instead of {len(DISTANCES)}")
    confusion = tuple(tuple(row) for row in values["confusion"])
    return SliceScore(values["slice"], values["patient"], confusion, distances)


def _plain(value: object) -> dict:
    """A copy in which numbers that JSON does not know are None."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
