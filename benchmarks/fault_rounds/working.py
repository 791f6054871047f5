"""Workers that the rounds start and kill; forked from one process that has loaded torch already."""

import multiprocessing
import os
from multiprocessing.process import BaseProcess
from pathlib import Path

from core import jobs
from core.records import RunKind
from core.settings import settings
from core.store import beats
from core.store.database import open_store

PRELOADED = [
    "benchmarks.fault_rounds.working",
    "core.workflow.importing.work",
    "core.workflow.prediction",
    "core.workflow.retraining",
    "core.workflow.scoring",
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
    jobs.work_off(open_store(), kind)
