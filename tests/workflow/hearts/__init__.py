"""Small hearts that a small network can learn within seconds, in the store, by split."""

import numpy as np

from core.recipes.training import AugmentationName, TrainConfig
from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.runs import runs
from core.store.series.series import add_series
from core.workflow.training.estimate import Workload
from core.workflow.training.request import TrainingRequest
from core.workflow.training.runs import TrainingRun, with_epochs

SIDE = 32
TINY = TrainConfig(
    widths=(4, 8),
    bottleneck=8,
    epochs=3,
    patience=0,
    batch_size=4,
    learning_rate=1e-2,
    augmentation=AugmentationName.OFF,
)
LOAD = Workload(training=6 * SIDE**2, validation=2 * SIDE**2, largest=SIDE**2, n_slices=8)


def tiny_request(start_from: int | None = None, **changes: object) -> TrainingRequest:
    """A training of a second or two."""
    values = {name: getattr(TINY, name) for name in TINY.__dataclass_fields__} | changes
    return TrainingRequest(TrainConfig(**values), start_from)


def heart(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A bright disc (LV) in a grey ring (myocardium) beside a bright patch (RV), and its mask."""
    random = np.random.default_rng(seed)
    row, column = random.uniform(13, 19, 2)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(rows - row, columns - column)
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[np.hypot(rows - row, columns - column + 9) < 5] = 1
    mask[distance < 7] = 2
    mask[distance < 4] = 3
    pixels = np.array([300, 2000, 900, 2200])[mask] + random.normal(0, 60, mask.shape)
    return pixels.clip(0, 4000).astype(np.uint16), mask


def add_heart(
    seed: int,
    split: Split | None,
    *,
    masked: bool = True,
    n_slices: int = 1,
    looks_like: int | None = None,
) -> int:
    """One patient with so many slices, who may look like another; returns the series' id."""
    slices = []
    for position in range(n_slices):
        pixels, mask = heart(1000 * (seed if looks_like is None else looks_like) + position)
        slices.append(Slice(position, 0, pixels, mask=mask if masked else None))
    geometry = Geometry("png", (SIDE, SIDE), (1.8, 1.8), 8.0)
    series = Series(f"p{seed}", "one", geometry, tuple(slices), split=split)
    return add_series(open_store(), series).series_id


def add_hearts(training: int = 6, validation: int = 2, test: int = 3) -> None:
    """Patients of each split, one slice each, with reference masks."""
    splits = [Split.TRAIN] * training + [Split.VALIDATION] * validation + [Split.TEST] * test
    for seed, split in enumerate(splits):
        add_heart(seed, split)


def training_run(run_id: int) -> TrainingRun:
    """One training, as the pages see it."""
    return with_epochs(open_store(), [runs.run_row(open_store(), run_id)])[0]
