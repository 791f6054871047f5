"""A training that was stopped, so that it can go on from wherever its files were brought."""

import pytest

from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.store.database import open_store
from core.store.runs import run_changes
from core.workflow.training import worker as retraining
from core.workflow.training.runs import start_training
from tests.workflow.hearts import LOAD, add_hearts, tiny_request


def stop_after_an_epoch(monkeypatch: pytest.MonkeyPatch) -> int:
    """A training that was stopped and can go on; returns its number."""
    add_hearts()
    run_id = start_training(tiny_request(epochs=3), LOAD)
    keep = retraining.RunControl.record_epoch

    def cancel_then(control, epoch, *rest) -> None:
        keep(control, epoch, *rest)
        run_changes.ask_to_cancel(control.store, control.run.id)

    with monkeypatch.context() as patch:
        patch.setattr(retraining.RunControl, "record_epoch", cancel_then)
        drain_queue(open_store(), RunKind.TRAINING)
    return run_id
