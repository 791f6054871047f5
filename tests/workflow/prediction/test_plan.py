"""What a prediction would do is told before: how many slices, by which model, and for how long."""

from datetime import timedelta

import pytest

from core.errors import BadCheckpoint
from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.slices import set_status
from core.store.tables.runs import RunTable
from core.workflow.prediction import predict_store
from core.workflow.prediction.plan import plan_prediction
from tests.workflow.small import cine, stored


@pytest.fixture(autouse=True)
def no_worker(monkeypatch) -> None:
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


@pytest.mark.usefixtures("model")
def test_the_first_one_says_how_many_and_the_next_one_how_long_at_the_pace_of_the_first():
    rows = stored(cine("anna", 5, 4))
    set_status(open_store(), rows[0].id, Status.REJECTED)
    first = plan_prediction()
    assert (first.model, first.n_slices, first.seconds) == ("unet-cine", 19, None)
    run_id = predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    with open_store().unit_of_work() as session:
        run = session.get_one(RunTable, run_id)
        run.ended_at = run.started_at + timedelta(seconds=38)
    berta = stored(cine("berta", 2, 1, seed=1))[0].series_id
    stored(cine("carla", 1, 1, seed=2))
    assert (plan_prediction(berta).n_slices, plan_prediction(berta).seconds) == (2, 4.0)
    assert (plan_prediction().n_slices, plan_prediction().seconds) == (3, 6.0)


@pytest.mark.usefixtures("home")
def test_without_a_model_it_says_so():
    with pytest.raises(BadCheckpoint):
        plan_prediction()
