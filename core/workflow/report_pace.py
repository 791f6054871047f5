"""How long the rest of the report's trainings will take, by what those that have ended took."""

import math
from collections.abc import Sequence

from core.metrics.summary import mean_of_present
from core.network.cost import multiplications_per_pixel
from core.training.config import TrainConfig
from core.workflow.report_plan import PlannedRun
from core.workflow.report_record import RunRecord
from core.workflow.training_request import TrainingRequest


def time_left(runs: Sequence[PlannedRun], done: Sequence[RunRecord]) -> str:
    """The time in words, to be put behind a sentence; nothing before the first run has ended."""
    left = seconds_left(runs, done)
    return f"; about {math.ceil(left / 60)} min left" if left else ""


def seconds_left(runs: Sequence[PlannedRun], done: Sequence[RunRecord]) -> float | None:
    """How long these runs will take by what those that ended took; None before the first has ended."""
    stopping = [record for record in done if not record.config.final]
    share = mean_of_present(len(record.epochs) / record.config.epochs for record in stopping).value
    pace = mean_of_present(record.seconds / len(record.epochs) / work(record.config) for record in done).value
    if math.isnan(pace):
        return None
    total = 0.0
    for run in runs:
        alike = [one for one in done if one.config.architecture == run.config.architecture]
        own = mean_of_present(one.seconds / len(one.epochs) / work(one.config) for one in alike).value
        expected = run.config.epochs * (1.0 if run.config.final or math.isnan(share) else share)
        total += expected * work(run.config) * (pace if math.isnan(own) else own)
    return total


def work(config: TrainConfig) -> float:
    """Multiplications of a forward pass for each pixel; an epoch takes time in proportion."""
    return multiplications_per_pixel(TrainingRequest(config).network)
