"""What one training of the report came to, as a JSON file: curves, and counts of every scored slice."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, with_config

from core.durable import write_durably
from core.errors import BadInput
from core.metrics.registry import DISTANCES
from core.metrics.score_arrays import ScoreArrays
from core.recipes.training import TrainConfig
from core.recipes.typed_json import EXACT, from_plain, to_plain
from core.records.runs import Epoch

FORMAT = 1


@with_config(EXACT)
@dataclass(frozen=True)
class SliceScore:
    """Everything that scores of one slice follow from."""

    slice: str
    patient: str
    confusion: tuple[tuple[int, ...], ...]  # (4, 4), row the reference's label, column the prediction's
    distances_mm: tuple[tuple[float, ...], ...]  # (2, 4) in the order of core.metrics.score_arrays.DISTANCES

    def __post_init__(self) -> None:
        if len(self.distances_mm) != len(DISTANCES):
            raise ValueError(f"{len(self.distances_mm)} kinds of distances instead of {len(DISTANCES)}")


@with_config(EXACT)
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


RUN_RECORD = TypeAdapter(RunRecord)


def columns_of(scores: Sequence[SliceScore]) -> ScoreArrays:
    """The scores of these slices, at least one."""
    return ScoreArrays(
        np.array([score.confusion for score in scores], np.int64),
        np.array([score.distances_mm for score in scores], float),
    )


def save_record(path: Path, record: RunRecord) -> None:
    """Write the file in one step, so that a stop leaves none or a whole one."""
    values = {"format": FORMAT, **to_plain(RUN_RECORD, record)}
    write_durably(path, json.dumps(values, allow_nan=False, indent=1).encode())


def load_record(path: Path) -> RunRecord:
    """Read what `save_record` wrote.

    Raises:
        BadInput: when the file is damaged or of another format.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != FORMAT:
            raise ValueError("another format")
        return from_plain(RUN_RECORD, with_nan(values))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{path.name} is no outcome of a run ({error}); delete it to train that run anew"
        ) from error


def with_nan(value: object) -> object:
    """A copy in which figures that do not exist, null in JSON, are NaN."""
    if isinstance(value, dict):
        return {key: with_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_nan(item) for item in value]
    return math.nan if value is None else value
