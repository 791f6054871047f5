"""Workers that the rounds start and kill; forked from one process that has loaded torch already."""

import multiprocessing
import os
from multiprocessing.process import BaseProcess
from pathlib import Path

from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.settings import settings
from core.store.database import open_store
from core.store.runs import beats

PRELOADED = [
    "benchmarks.fault_rounds.working",
    "core.workflow.import_runs.worker",
    "core.workflow.prediction.predict_store",
    "core.workflow.training.worker",
    "core.workflow.evaluation.score_model",
    "core.training.loop",
    "core.network.predict",
]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(PRELOADED)
BEAT_SECONDS = 0.1
SILENT_SECONDS = 1.0  # ten beats


def start_worker(home: Path, kind: RunKind) -> BaseProcess:
    """A worker for a kind's queue in a home, with a quick heart."""
    worker = FORKS.Process(target=work, args=(home, home.parent / "checkpoints", kind))
    worker.start()
    return worker


def work(home: Path, checkpoints: Path, kind: RunKind) -> None:
    """Work the queue off; runs in a process of its own."""
    os.environ.update(SEPTUM_HOME=str(home), SEPTUM_CHECKPOINTS=str(checkpoints), SEPTUM_DEVICE="cpu")
    settings.cache_clear()
    beats.BEAT_SECONDS = BEAT_SECONDS
    beats.SILENT_SECONDS = SILENT_SECONDS
    drain_queue(open_store(), kind)
