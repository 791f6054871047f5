"""Which scores there are. To add one, write its formula and its line in METRICS.

It then stands on the Metrics page, in comparisons and in the CSV files, because all of them go by this table.

A score out of counts can be had of everything that was ever scored. A score out of distances is stored with
each scored slice, in the order of the distances here: put a new one behind the others, and add a migration
that empties the table of scores, so that models are scored anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.metrics import overlap, surface
from core.metrics.overlap import Formula
from core.metrics.surface import SurfaceDistances


@dataclass(frozen=True)
class Metric:
    """One score of a label between two masks.

    Raises:
        ValueError: when it comes from neither or both of counts and distances.
    """

    key: str  # in CSV columns, file names and stored tables
    title: str  # for people
    unit: str = ""  # "" for a share
    higher_is_better: bool = True
    from_counts: Formula | None = None
    from_distances: Callable[[SurfaceDistances], float] | None = None

    def __post_init__(self) -> None:
        if (self.from_counts is None) == (self.from_distances is None):
            raise ValueError(f"metric {self.key} must come from counts or from distances, and not from both")


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        Metric("dice", "Dice", from_counts=overlap.dice),
        Metric("iou", "IoU", from_counts=overlap.iou),
        Metric("accuracy", "Accuracy", from_counts=overlap.accuracy),
        Metric("precision", "Precision", from_counts=overlap.precision),
        Metric("recall", "Recall", from_counts=overlap.recall),
        Metric("hd95_mm", "HD95", "mm", higher_is_better=False, from_distances=surface.hausdorff95_mm),
        Metric(
            "mean_surface_distance_mm",
            "Mean surface distance",
            "mm",
            higher_is_better=False,
            from_distances=surface.mean_surface_distance_mm,
        ),
    )
}
DISTANCES = tuple(key for key, metric in METRICS.items() if metric.from_distances)  # as they are stored
