"""What a prediction of many slices would do, told before it starts: how many, by which model, how long."""

from dataclasses import dataclass
from statistics import median

from core.errors import BadCheckpoint, RunRefused
from core.records.runs import RunKind, RunRow, RunState
from core.records.slices import Split
from core.store.database import Store, open_store
from core.store.runs import runs
from core.store.slices.slices import count_slices
from core.workflow.models.registry import active_model
from core.workflow.prediction.predict_store import PredictionRequest, start_prediction

TIMED_RUNS = 5  # newest runs from which the pace is taken
MIN_TIMED_SLICES = 10  # of a run that tells a pace; in a shorter one loading the model is most of it


@dataclass(frozen=True)
class PredictionPlan:
    """What a prediction would do."""

    model: str
    n_slices: int
    seconds: float | None  # at the pace of earlier ones; None before the first


def plan_prediction(series_id: int | None = None) -> PredictionPlan:
    """Return what `start_prediction` would do; no series means all.

    Raises:
        BadCheckpoint: when no model is there.
    """
    store, model = open_store(), active_model()
    n_slices = count_slices(store, PredictionRequest(model.id, series_id, True).filter())
    pace = seconds_per_slice(store)
    return PredictionPlan(model.name, n_slices, None if pace is None else pace * n_slices)


def seconds_per_slice(store: Store) -> float | None:
    """Return how long a slice took in the newest predictions, the median; None before the first."""
    newest = runs.list_runs(store, RunKind.PREDICTION, TIMED_RUNS, (RunState.FINISHED,))
    paces = [pace for run in newest if (pace := _pace(run)) is not None]
    return median(paces) if paces else None


def _pace(run: RunRow) -> float | None:
    if run.started_at is None or run.ended_at is None or run.done < MIN_TIMED_SLICES:
        return None
    spent = (run.ended_at - run.started_at).total_seconds()
    return spent / run.done if spent > 0 else None  # a clock may have been set back


def predict_demo(person: str = "") -> bool:
    """Have the demo predicted in a process of its own; returns whether there was anything to do."""
    try:
        start_prediction(splits=(Split.DEMO,), person=person)
    except (BadCheckpoint, RunRefused):  # Home tells of a model that is missing
        return False
    return True
