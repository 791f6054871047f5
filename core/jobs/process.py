"""The process of a worker, which belongs to no browser and no server, and survives both."""

import os
import subprocess
import sys

from core.errors import StoreUnavailable
from core.jobs.log import log_file, trim_log
from core.records.runs import RunKind
from core.settings import ROOT, settings


def spawn_worker(kind: RunKind) -> None:
    """Start a worker for the queued runs of a kind; one too many finds nothing to do and ends.

    Raises:
        StoreUnavailable: when none can be started.
    """
    threads = max(1, (os.cpu_count() or 1) - 1)  # one core stays with the app
    environment = os.environ | settings().environment
    environment |= {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": str(threads)}
    path = log_file(kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trim_log(kind)
        with path.open("ab") as log:
            subprocess.Popen(
                [sys.executable, "-m", "core.jobs", kind.value],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise StoreUnavailable(
            f"no worker can be started with its log in {path.parent} ({error.strerror or error}); check free "
            "space, memory and permissions"
        ) from error
