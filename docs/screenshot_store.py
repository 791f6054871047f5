"""A store for the pictures: the demo hearts, predicted, partly corrected, and a few models trained on them.

Everything is synthetic and done by the app's own workers, on this machine and in a few minutes.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from core.imaging.phantom.cine import beating_heart
from core.recipes.losses import LossName
from core.recipes.training import REPORT, TrainConfig
from core.records.masks import Origin
from core.records.runs import RunKind, RunState
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import runs
from core.workflow.data import demo
from core.workflow.evaluation import score_model
from core.workflow.models.registry import shipped_or_active
from core.workflow.prediction import predict_store
from core.workflow.review import Filter, Order, list_slices
from core.workflow.training import runs as training_runs
from core.workflow.training.preview import preview_training
from core.workflow.training.request import TrainingRequest, recipe_for

SMALL = replace(REPORT, widths=(8, 16, 32), bottleneck=64, epochs=12, patience=0, learning_rate=3e-3)
FINE_TUNING_EPOCHS = 6
READERS = ("Ann", "Ben")
N_CORRECTED = 12


def fill() -> None:
    """All of it, telling what is done."""
    for result in demo.load_demo(counting=True):
        print(result.file, result.message)
    if shipped_or_active() is None:
        print(f"there is no {settings().default_model} in {settings().checkpoints}: pictures without it")
        return
    finish(RunKind.PREDICTION, predict_store.start_prediction)
    correct()
    active = models.active_model(open_store())
    assert active is not None
    train("Cross-entropy, anew", replace(SMALL, loss=LossName.CROSS_ENTROPY))
    train("Dice and focal, anew", replace(SMALL, loss=LossName.DICE_FOCAL))
    recommended = replace(recipe_for("recommended", active), epochs=FINE_TUNING_EPOCHS)
    train("Corrected hearts", recommended, active.id)
    finish(RunKind.SCORING, lambda: score_model.start_scoring([active.id]))


def train(name: str, config: TrainConfig, start_from: int | None = None) -> None:
    """A run as the Train page starts it."""
    request = TrainingRequest(config, start_from)
    finish(
        RunKind.TRAINING, lambda: training_runs.start_training(request, preview_training(request).load, name)
    )


def correct() -> None:
    """Some predicted slices become what two readers made of them: the heart's true mask."""
    heart = demo.HEARTS[1]  # which is learnt from
    truth = beating_heart(heart.seed, n_phases=heart.n_phases).series.slices
    drawn = {(item.position, item.phase): item.mask for item in truth}
    store = open_store()
    unread = list_slices(Filter((Status.PREDICTED,), patient=heart.patient), Order.WORTH, limit=N_CORRECTED)
    for number, row in enumerate(unread):
        mask, newest = drawn[row.position, row.phase], masks.newest_version(store, row.id)
        assert mask is not None
        masks.save_version(
            store,
            row.id,
            mask,
            origin=Origin.READER,
            author=READERS[number % len(READERS)],
            parent_id=newest.id if newest else None,
            seconds=20.0 + 3 * number,
            status=Status.APPROVED,
        )


def finish(kind: RunKind, start: Callable[[], object]) -> None:
    """Start work of a kind and wait for its worker."""
    start()
    while (run := runs.list_runs(open_store(), kind)[0]).state in (RunState.QUEUED, RunState.RUNNING):
        time.sleep(0.5)
    print(f"{kind}: {run.message}", flush=True)
    if run.state != RunState.FINISHED:
        raise SystemExit(f"{kind} {run.state}: {run.message}")
