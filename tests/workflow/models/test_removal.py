"""A removed model is out of every list, what it made keeps naming it, and its file brings it back."""

from pathlib import Path

import pytest

from core.errors import NotFound, NotPromotable, RunRefused, StoreUnavailable
from core.jobs.worker import drain_queue
from core.records.masks import Origin
from core.records.models import ModelRow
from core.records.runs import RunKind
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import models
from core.store.runs import run_changes, runs
from core.store.trail import Action, events
from core.workflow.evaluation import model_scores, score_model
from core.workflow.models import listing, notices
from core.workflow.models.export_checkpoint import export_checkpoint
from core.workflow.models.import_checkpoint import import_model
from core.workflow.models.registry import active_model, find_checkpoint
from core.workflow.models.removal import preview_removal, remove_model
from core.workflow.people import Reader
from core.workflow.prediction import predict_store
from core.workflow.promotion import promote
from core.workflow.training import preview
from core.workflow.training import runs as training_runs
from tests.workflow.hearts import LOAD, add_hearts, tiny_request, training_run
from tests.workflow.promotion.candidates import ANNA, candidate
from tests.workflow.small import cine, save_model, stored

pytestmark = pytest.mark.usefixtures("model")


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs stay queued."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def listed() -> list[set[str]]:
    """Names of the models in each list that there is."""
    return [
        {line.row.name for line in listing.model_lines()},
        {row.name for row in preview.starting_models()},
        {choice.model.name for choice in model_scores.model_choices()},
        {row.name for row in models.list_models(open_store())},
    ]


def test_it_leaves_every_list_and_its_file_goes(home):
    model = candidate(home, "candidate")
    assert all("candidate" in names for names in listed())
    file = Path(model.path)
    told = preview_removal(model.id)
    assert told.obstacle == ""
    assert "its file (0.0 MB) is deleted for good" in told.goes
    assert "keep naming it" in told.stays
    remove_model(model.id, ANNA)
    assert not any("candidate" in names for names in listed())
    assert not file.exists()
    with pytest.raises(NotFound, match="there is no model 'candidate'"):
        listing.find_model("candidate")
    (event, *_) = events(open_store())
    assert (event.person, event.action, event.subject, event.detail) == (
        "anna", Action.MODEL_REMOVED, f"model {model.id}", "candidate",
    )  # fmt: skip


def test_what_it_made_keeps_naming_it(home):
    original, model = active_model(), candidate(home, "candidate")
    other = candidate(home, "other", 3)
    slices = stored(cine())
    promote.promote(model.id, ANNA, "to let it predict something")
    predict_store.predict_slice(slices[0].id)
    for next_one in (original, other):
        promote.promote(next_one.id, ANNA, "to let another one predict")
    remove_model(model.id, ANNA)
    version = masks.newest_version(open_store(), slices[0].id)
    assert (version.origin, version.author, version.model_id) == (Origin.MODEL, "candidate", model.id)
    assert {"candidate"} <= {name for line in promote.history() for name in (line.model, line.previous)}
    said = {"name": "child", "sha256": "c", "path": "c", "card": "{}", "parent_id": model.id}
    child = models.register_model(open_store(), **said)
    assert [line.parent for line in listing.model_lines() if line.row.id == child.id] == ["candidate"]


def test_neither_the_active_one_nor_the_one_that_a_roll_back_leads_to_is_removed(home):
    original = active_model()
    model = candidate(home, "candidate")
    with pytest.raises(RunRefused, match="the active model cannot be removed"):
        remove_model(original.id, ANNA)
    promote.promote(model.id, ANNA, "to have a way back to the first")
    with pytest.raises(RunRefused, match="a roll back leads to this model"):
        remove_model(original.id, ANNA)
    assert preview_removal(original.id).obstacle.startswith("a roll back leads")
    assert promote.roll_back(ANNA).id == original.id
    remove_model(model.id, ANNA)


def test_a_roll_back_passes_over_a_removed_model_as_was_told(home):
    original = active_model()
    first, second = candidate(home, "first", 1), candidate(home, "second", 2)
    for model in (first, second, first):
        promote.promote(model.id, ANNA, "to have something to go back from")
    third = candidate(home, "third", 3)
    promote.promote(third.id, ANNA, "to have something to go back from")
    # Back from the third leads to the first, the second, the first again, and the one before them all.
    assert "passes over it" in preview_removal(second.id).stays
    remove_model(second.id, ANNA)
    assert promote.roll_back(ANNA).id == first.id
    assert promote.roll_back_target().id == original.id
    assert promote.roll_back(ANNA).id == original.id
    assert promote.roll_back_target() is None


def waiting_runs(model: ModelRow) -> list[tuple[str, int]]:
    """A run of each kind that begins with the model."""
    add_hearts()
    training = training_runs.start_training(tiny_request(start_from=model.id), LOAD)
    scoring_run = score_model.start_scoring([model.id])[0]
    asked = {"model_id": model.id, "series_id": None, "only_unread": True}
    predicting = runs.enqueue(open_store(), RunKind.PREDICTION, asked, 1)
    return [("training", training), ("scoring", scoring_run), ("prediction", predicting)]


@pytest.mark.parametrize("kind", ["training", "scoring", "prediction"])
def test_while_a_run_begins_with_it_it_is_not_removed(home, kind):
    model = candidate(home, "candidate")
    for its_kind, run_id in waiting_runs(model):
        if its_kind == kind:
            kept = run_id
        else:
            run_changes.ask_to_cancel(open_store(), run_id)
    with pytest.raises(RunRefused, match=f"run {kept} begins with this model"):
        remove_model(model.id, ANNA)
    run_changes.ask_to_cancel(open_store(), kept)
    assert (f"run {kept}" in preview_removal(model.id).stays) == (
        kind == "training"
    )  # which could have gone on
    remove_model(model.id, ANNA)


def test_a_run_that_begins_with_a_removed_model_says_so(home):
    model = candidate(home, "candidate")
    add_hearts()
    run_id = training_runs.start_training(tiny_request(start_from=model.id), LOAD)
    run_changes.ask_to_cancel(open_store(), run_id)
    remove_model(model.id, ANNA)
    training_runs.resume_training(run_id)
    drain_queue(open_store(), RunKind.TRAINING)
    assert "candidate was removed" in training_run(run_id).row.message


def test_it_is_neither_promoted_nor_exported_nor_found_by_name(home):
    model = candidate(home, "candidate")
    remove_model(model.id, ANNA)
    with pytest.raises(NotFound, match="was removed"):
        promote.promote(model.id, ANNA, "a reason that is long enough")
    with pytest.raises(NotFound, match="was removed"):
        export_checkpoint(model.id)
    with pytest.raises(NotFound):
        remove_model(model.id, ANNA)
    with pytest.raises(Exception, match="there is no model 'candidate'"):
        find_checkpoint("candidate")


def test_the_same_file_brings_it_back_under_its_number(home):
    model = candidate(home, "candidate")
    data = export_checkpoint(model.id)
    remove_model(model.id, ANNA)
    again, is_new = import_model("candidate.safetensors", data, "berta")
    assert (again.id, is_new, again.removed_at) == (model.id, True, None)
    assert export_checkpoint(again.id) == data
    assert all("candidate" in names for names in listed())
    assert [(line.person, line.action) for line in events(open_store(), subject=f"model {model.id}")][:2] == [
        ("berta", Action.MODEL_ADDED),
        ("anna", Action.MODEL_REMOVED),
    ]


def test_an_update_that_was_removed_stays_removed_and_its_shipped_file_stays_where_it_is(model):
    active_model()
    model.unlink()
    save_model(model, "unet-cine", 1)
    assert "another model" in notices.model_notices()[0]
    (update,) = [line.row for line in listing.model_lines() if not line.row.active]
    remove_model(update.id, ANNA)
    assert model.is_file()
    assert notices.model_notices() == []
    assert len(listing.model_lines()) == 1


def test_where_administrators_are_named_only_they_remove(home, monkeypatch):
    model = candidate(home, "candidate")
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "carl")
    settings.cache_clear()
    for reader in (ANNA, Reader("carl"), Reader("")):
        with pytest.raises(NotPromotable):
            remove_model(model.id, reader)
    assert Path(model.path).exists()
    remove_model(model.id, Reader("carl", signed_in=True))


def test_a_file_that_cannot_be_deleted_is_told_and_the_model_is_gone_all_the_same(home, monkeypatch):
    active_model()
    model = candidate(home, "candidate")

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreUnavailable, match="delete it by hand"):
        remove_model(model.id, ANNA)
    assert not any("candidate" in names for names in listed())
