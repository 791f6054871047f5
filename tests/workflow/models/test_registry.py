"""The bytes that were registered predict, or nothing does: whatever is replaced, removed or moved."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.network.predict import Predictor
from core.records.models import ModelRow
from core.settings import settings
from core.store.database import open_store
from core.store.masks import masks
from core.store.models import models
from core.store.trail import Action, events
from core.workflow.models import listing, notices
from core.workflow.models.export_checkpoint import as_onnx
from core.workflow.models.import_checkpoint import import_model
from core.workflow.models.registry import (
    active_model,
    find_checkpoint,
    register,
    shipped_or_active,
    whole_checkpoint,
)
from core.workflow.people import Reader
from core.workflow.prediction import predict_store
from core.workflow.promotion import promote
from tests.workflow.small import cine, save_corrector, save_model, stored

pytestmark = pytest.mark.usefixtures("model")
ANNA = Reader("anna", signed_in=True)


def update(model: Path, seed: int = 1) -> None:
    """What an update of Septum does: another model under the same name."""
    model.unlink()
    save_model(model, "unet-cine", seed)


def standings() -> list[tuple[str, str]]:
    return [(line.row.name, str(line.standing)) for line in listing.model_lines()]


def told() -> str:
    return "\n".join(notices.model_notices())


def test_the_shipped_default_is_the_first_by_nobodys_decision_and_the_store_keeps_its_own_copy(model, home):
    row = active_model()
    own = Path(row.path)
    assert own.parent == home / "models"
    assert own.read_bytes() == model.read_bytes()
    assert [(line.person, line.action) for line in events(open_store())] == [
        ("", Action.MODEL_PROMOTED),
        ("", Action.MODEL_ADDED),
    ]
    assert active_model() == row
    assert promote.history() == []
    assert len(events(open_store())) == 2
    assert told() == ""


def test_an_update_is_a_candidate_and_told_while_the_model_before_goes_on_predicting(model):
    before = active_model()
    weights = model.read_bytes()
    update(model)
    assert active_model() == before
    assert whole_checkpoint(active_model()).read_bytes() == weights
    assert "unet-cine goes on predicting" in told()
    assert standings() == [("unet-cine", "active"), ("unet-cine", "candidate")]
    assert notices.model_notices() == notices.model_notices()
    assert len(listing.model_lines()) == 2
    promote.promote(listing.model_lines()[1].row.id, ANNA, "the update is better, says its card")
    assert whole_checkpoint(active_model()).read_bytes() == model.read_bytes()
    assert told() == ""
    assert promote.roll_back(ANNA).id == before.id
    assert whole_checkpoint(active_model()).read_bytes() == weights
    assert told() == ""


def test_every_update_is_told_until_somebody_decides(model):
    active_model()
    for seed in (1, 2):
        update(model, seed)
        assert "another model" in told()
    assert [standing for _, standing in standings()] == ["active", "candidate", "candidate"]


def test_without_the_shipped_file_the_stores_own_predicts(model):
    row = active_model()
    weights = model.read_bytes()
    model.unlink()
    slices = stored(cine())
    assert predict_store.predict_slice(slices[0].id)
    assert masks.newest_version(open_store(), slices[0].id).model_id == row.id
    assert whole_checkpoint(active_model()).read_bytes() == weights
    assert told() == ""


def test_a_copy_that_was_replaced_or_lost_is_made_again_from_the_very_same_shipped_file(model):
    row = active_model()
    for spoil in (lambda file: file.write_bytes(b"something else"), Path.unlink):
        spoil(Path(row.path))
        assert active_model().id == row.id
        assert Path(active_model().path).read_bytes() == model.read_bytes()


@pytest.mark.parametrize("act", [predict_store.start_prediction, active_model])
@pytest.mark.parametrize("with_times", [False, True])
def test_where_the_registered_bytes_are_gone_nothing_predicts_and_nothing_takes_their_place(
    model, act, with_times
):
    row = active_model()
    stored(cine())
    own = Path(row.path)
    other = save_model(model.with_name("other.safetensors"), "unet-cine", 5)
    if with_times:  # as a copy that keeps them does
        shutil.copystat(own, other)
    for place in (own, model):
        place.unlink()
        shutil.copy2(other, place)
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        act()
    assert models.active_model(open_store()).id == row.id
    assert shipped_or_active().id == row.id
    assert "Nothing can be predicted" in told()
    assert promote.history() == []


def test_an_update_that_is_damaged_is_told_and_harms_nothing(model):
    row = active_model()
    model.write_bytes(model.read_bytes()[:-9])
    assert "cannot be taken in" in told()
    assert active_model().id == row.id
    assert len(listing.model_lines()) == 1


def as_an_earlier_version_kept_it(row: ModelRow, path: Path) -> None:
    """The absolute path of a file that lies where it came from."""
    from core.store.tables.models import ModelTable

    with open_store().unit_of_work() as session:
        session.get_one(ModelTable, row.id).path = str(path)


def test_a_store_of_an_earlier_version_gets_its_own_copy_when_it_first_predicts(model, home):
    row = active_model()
    Path(row.path).unlink()
    as_an_earlier_version_kept_it(row, model)
    assert Path(active_model().path).parent == home / "models"
    update(model)
    assert active_model().id == row.id


def use_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEPTUM_HOME", str(home))
    settings.cache_clear()


@pytest.mark.parametrize("kept", ["as now", "as an earlier version did"])
def test_a_home_that_was_copied_elsewhere_predicts_when_the_old_one_is_gone(kept, model, home, monkeypatch):
    row = active_model()
    slices = stored(cine())
    if kept != "as now":
        as_an_earlier_version_kept_it(row, Path(row.path))
    open_store().engine.dispose()
    shutil.copytree(home, home.parent / "restored")
    shutil.rmtree(home)
    model.unlink()
    use_home(home.parent / "restored", monkeypatch)
    assert predict_store.predict_slice(slices[0].id)
    assert masks.newest_version(open_store(), slices[0].id).model_id == row.id
    assert Path(active_model().path).parent == home.parent / "restored" / "models"


def test_another_file_of_the_name_in_a_restored_home_is_not_taken_for_the_model(model, home):
    row = active_model()
    old = home.parent / "old" / "models" / Path(row.path).name
    as_an_earlier_version_kept_it(row, old)
    Path(row.path).unlink()
    save_model(Path(row.path), "unet-cine", 5)
    model.unlink()
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        active_model()


def test_a_model_is_found_by_its_name_only_while_its_file_is_whole(model, home):
    active_model()
    update(model)
    own = Path(models.list_models(open_store())[0].path)
    model.unlink()
    assert find_checkpoint("unet-cine") == own
    own.write_bytes(b"something else")
    with pytest.raises(BadCheckpoint, match="there is no model 'unet-cine'"):
        find_checkpoint("unet-cine")


def test_what_predicts_is_what_was_registered(model):
    row = active_model()
    pixels, spacings = [np.random.default_rng(0).normal(100, 20, (64, 64))], [(1.8, 1.8)]
    (expected,) = Predictor(model, "cpu").predict(pixels, spacings)
    update(model)
    (found,) = Predictor(whole_checkpoint(row), "cpu").predict(pixels, spacings)
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    (other,) = Predictor(model, "cpu").predict(pixels, spacings)
    assert not np.array_equal(other.probabilities, expected.probabilities)


def test_a_network_that_corrects_is_no_model(model, home, monkeypatch):
    corrects = save_corrector(model.with_name("correction.safetensors"))
    monkeypatch.setenv("SEPTUM_CORRECTION_MODEL", str(corrects))
    settings.cache_clear()
    with pytest.raises(BadCheckpoint) as refused:
        find_checkpoint("nobody")
    assert "there are: unet-cine;" in str(refused.value)
    for refusing in (
        lambda: register(open_store(), corrects),
        lambda: import_model("correction.safetensors", corrects.read_bytes()),
        lambda: Predictor(find_checkpoint("correction"), "cpu"),
        lambda: as_onnx(corrects),
    ):
        with pytest.raises(BadCheckpoint, match="corrects masks by clicks .* choose a model that segments"):
            refusing()
    assert standings() == [("unet-cine", "active")]
    assert told() == ""
