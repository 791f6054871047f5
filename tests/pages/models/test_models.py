"""Models without a browser: cards, the candidate beside the active model, promoting and the way back."""

import pickle
import re
import threading
import time

import numpy as np
import pytest

from core.labels import Label
from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.settings import settings
from core.store.database import open_store
from core.store.models import models
from core.store.runs import runs
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.store.trail import events
from core.workflow import kept_figures
from core.workflow.evaluation import score_model
from core.workflow.models.registry import active_model
from core.workflow.promotion import gate, promote
from tests.pages.conftest import problems, titles, words
from tests.workflow.hearts import add_heart, add_hearts, heart
from tests.workflow.promotion.candidates import ANNA, candidate, mixed, pair, perfect, without
from tests.workflow.small import save_model

MODELS = "pages/5_Models.py"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs stay queued."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def test_without_any_model_it_leads_to_the_training(open_page):
    app = open_page(MODELS)
    assert problems(app) == []
    assert "There is no model yet" in words(app)


@pytest.mark.usefixtures("model")
def test_the_only_model_shows_its_card_and_nothing_to_compare(open_page):
    app = open_page(MODELS)
    assert problems(app) == []
    assert "unet-cine" in words(app)
    assert "No model was promoted yet" in words(app)
    assert [button.label for button in app.get("download_button")] == ["Checkpoint", "ONNX", "Card"]
    assert not [button for button in app.button if button.key == "promote"]


@pytest.mark.usefixtures("model")
def test_a_better_candidate_is_open_at_once_and_one_click_promotes_it(home, open_page):
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    app = open_page(MODELS)
    assert problems(app) == []
    told = words(app)
    assert "candidate beside unet-cine" in told
    assert "Dice rises: LV" in "\n".join(box.value for box in app.success)
    assert "| **Dice** |" in told
    assert "better on LV" in told
    assert "Got better" in told
    pictures = [item for item in app.get("html") if "<figure" in item.proto.body]
    assert len(pictures) == 9  # three slices got better: reference, active and candidate of each
    app.button(key="promote").click().run()
    assert problems(app) == []
    assert active_model().name == "candidate"
    assert "Roll back to unet-cine" in [button.label for button in app.button]
    app.button(key="roll back").click().run()
    assert problems(app) == []
    assert active_model().name == "unet-cine"


@pytest.mark.usefixtures("model")
def test_one_that_is_worse_is_refused_and_overridden_only_with_a_reason(home, open_page):
    pair(home, without(Label.LEFT_VENTRICLE, 3), perfect)
    app = open_page(MODELS)
    assert "falls by more than 0.01: LV" in "\n".join(box.value for box in app.warning)
    assert app.button(key="promote").disabled
    assert app.button(key="override").disabled
    app.text_area(key="reason").set_value("our scanner needs it").run()
    app.button(key="override").click().run()
    assert problems(app) == []
    assert active_model().name == "candidate"
    assert "our scanner needs it" in words(app)


@pytest.mark.usefixtures("model")
def test_a_reason_that_explains_nothing_is_told(home, open_page):
    pair(home, perfect, perfect)
    app = open_page(MODELS)
    app.text_area(key="reason").set_value("so").run()
    app.button(key="override").click().run()
    (told,) = problems(app)
    assert "too short" in told
    assert active_model().name == "unet-cine"


@pytest.mark.usefixtures("model")
def test_models_that_were_never_scored_are_scored_on_a_click(home, open_page):
    add_hearts()
    candidate(home, "candidate")
    app = open_page(MODELS)
    assert "not scored on the same slices" in "\n".join(box.value for box in app.warning)
    app.button(key="score").click().run()
    assert problems(app) == []
    waiting = runs.list_runs(open_store(), RunKind.SCORING)
    assert [row.state for row in waiting] == [RunState.QUEUED] * 2


@pytest.mark.usefixtures("model")
def test_after_a_promotion_what_nobody_has_read_is_predicted_again_on_a_click(home, open_page):
    add_hearts()
    add_heart(90, Split.TRAIN, masked=False, n_slices=2)
    promote.promote(candidate(home, "candidate").id, ANNA, "for the sake of the test")
    app = open_page(MODELS)
    assert "2 slices without a reader's mask" in words(app)
    app.button(key="predict again").click().run()
    assert problems(app) == []
    assert runs.list_runs(open_store(), RunKind.PREDICTION)[0].total == 2


@pytest.mark.usefixtures("model")
def test_the_page_waits_for_nobody_who_counts_what_may_be_predicted_again(open_page, monkeypatch):
    monkeypatch.setattr(kept_figures, "WAIT_SECONDS", 0.1)
    counted = threading.Event()
    monkeypatch.setattr(promote, "waiting_for_prediction", lambda: 7 if counted.wait(30) else 0)
    app = open_page(MODELS)
    assert problems(app) == []
    assert "No model was promoted yet" in words(app)
    counted.set()
    for _ in range(100):
        app.run()
        if "7 slices without a reader's mask" in words(app):
            return
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.usefixtures("model")
def test_a_checkpoint_from_elsewhere_comes_in_and_a_pickle_does_not(home, open_page):
    app = open_page(MODELS)
    app.file_uploader(key="checkpoint").set_value(("weights.pt", pickle.dumps({"weights": [1, 2]}), "")).run()
    app.button(key="import model").click().run()
    (told,) = problems(app)
    assert "eights.pt is a Python pickle" in told
    data = save_model(home.parent / "other.safetensors", "other", 5).read_bytes()
    app.file_uploader(key="checkpoint").set_value(("other.safetensors", data, "")).run()
    app.button(key="import model").click().run()
    assert problems(app) == []
    assert "other is a candidate now" in "\n".join(box.value for box in app.success)


@pytest.mark.usefixtures("model")
def test_a_picture_leads_to_its_slice_even_when_another_is_open(home, open_page):
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    first, *_, last = list_slices(open_store(), Filter(splits=(Split.TEST,)))
    app = open_page("pages/2_Review.py", slice=str(first.id))
    assert app.session_state["open slice"] == first.id
    app.query_params["slice"] = str(last.id)
    app.run()
    assert app.session_state["open slice"] == last.id


@pytest.mark.usefixtures("model")
def test_a_model_is_removed_after_what_goes_and_what_stays_was_told(home, open_page):
    active_model()
    candidate(home, "candidate")
    app = open_page(MODELS)
    assert "candidate goes out of all lists, and its file (0.0 MB) is deleted for good" in words(app)
    assert "its scores and its promotions stay" in words(app)
    app.button(key="remove model").click().run()
    assert problems(app) == []
    assert [toast.value for toast in app.toast] == ["candidate was removed."]
    assert [row.name for row in models.list_models(open_store())] == ["unet-cine"]
    assert not [button for button in app.button if button.key == "remove model"]  # the active one stays
    assert events(open_store(), 1)[0].person == "reader"


@pytest.mark.usefixtures("model")
def test_one_that_a_run_begins_with_is_not_removed_and_why_is_told(home, open_page):
    add_hearts()
    active_model()
    score_model.start_scoring([candidate(home, "candidate").id])
    app = open_page(MODELS)
    assert app.button(key="remove model").disabled
    assert "begins with this model" in words(app)


@pytest.mark.usefixtures("model")
def test_who_is_no_administrator_sees_why_there_is_no_way_back_and_no_removal(home, open_page, monkeypatch):
    promote.promote(candidate(home, "candidate").id, ANNA, "for the sake of the test")
    candidate(home, "another", 9)
    monkeypatch.setenv("SEPTUM_ADMINISTRATORS", "reader")
    settings.cache_clear()
    app = open_page(MODELS)
    for key in ("roll back", "remove model"):
        assert app.button(key=key).disabled
    assert "nobody signs in here" in app.button(key="roll back").help
    assert "nobody may remove a model" in words(app)
    assert not [button for button in app.button if button.key == "override"]
    assert "nobody may promote against the hold-out" in words(app)


@pytest.mark.usefixtures("model")
def test_whoever_gave_no_name_is_asked_for_it_before_a_promotion(home, open_page, monkeypatch):
    monkeypatch.setenv("SEPTUM_READER", "")
    settings.cache_clear()
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    app = open_page(MODELS)
    app.button(key="promote").click().run()
    (told,) = problems(app)
    assert "give your name" in told
    assert active_model().name == "unet-cine"


@pytest.mark.parametrize("page", ["app.py", MODELS])
def test_an_update_of_the_shipped_model_is_told(open_page, model, page):
    active_model()
    model.unlink()
    save_model(model, "unet-cine", 1)
    app = open_page(page)
    assert [box.value for box in app.warning if "unet-cine goes on predicting" in box.value]
    assert len(models.list_models(open_store())) == 2


@pytest.mark.usefixtures("model")
def test_a_gain_that_may_be_luck_is_a_warning_with_its_interval(home, open_page):
    worse, better = without(Label.LEFT_VENTRICLE, 3), without(Label.LEFT_VENTRICLE, 1)
    pair(home, mixed([perfect, better, better]), mixed([worse, perfect, perfect]))
    app = open_page(MODELS)
    told = "\n".join(box.value for box in app.warning)
    assert "could be luck" in told
    assert "95 % interval" in told
    assert app.button(key="promote").disabled


@pytest.mark.usefixtures("model")
def test_table_chart_sentence_and_verdict_say_the_same_and_the_slice_to_blame_is_shown(home, open_page):
    """On one slice of twelve the candidate finds nothing of the LV: the mean falls, which may be luck."""
    blind, (_, last) = without(Label.LEFT_VENTRICLE, 40), heart(19_000)
    pair(home, lambda mask: blind(mask) if np.array_equal(mask, last) else mask, perfect)
    app = open_page(MODELS)
    assert problems(app) == []
    (refused,) = [box.value for box in app.warning if "falls by more than" in box.value]
    before, after = (float(part) for part in re.search(r"LV from (\d\.\d+) to (\d\.\d+)", refused).groups())
    told = words(app)
    assert f"{before:.3f} → {after:.3f} ({after - before:+.3f})" in told
    assert "Dice falls by more than 0.01: LV" in titles(app)[0]
    assert "no difference shown on" in told
    links = [link.proto.label for link in app.get("page_link") if "LV 1.000 → 0.000" in link.proto.label]
    assert len(links) == 1


@pytest.mark.usefixtures("model")
def test_two_patients_are_too_few_to_tell_whatever_the_numbers(home, open_page):
    """No green, no red, no interval; it promotes only with a reason."""
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 3), test=2)
    app = open_page(MODELS)
    assert problems(app) == []
    told = "\n".join(box.value for box in app.warning)
    assert "Too few to tell: slices of 2 test patients judge, and it takes 10" in told
    assert "approve slices of 8 more test patients" in told
    assert titles(app)[0].startswith("2 patients are too few to tell")
    assert ":green[0" not in words(app)
    assert ":red[0" not in words(app)
    assert "better on" not in words(app)
    assert app.button(key="promote").disabled
    app.text_area(key="reason").set_value("our scanner needs it").run()
    app.button(key="override").click().run()
    assert active_model().name == "candidate"


@pytest.mark.usefixtures("model")
def test_what_was_promoted_is_not_offered_to_be_replaced_by_the_one_before(home, open_page):
    pair(home, perfect, mixed([without(Label.LEFT_VENTRICLE, 1), perfect]))
    app = open_page(MODELS)
    app.button(key="promote").click().run()
    assert active_model().name == "candidate"
    assert not gate.judge(models.list_models(open_store())[0].id).allowed


@pytest.mark.usefixtures("model")
def test_the_address_opens_a_model_and_what_is_open_stays_open_after_a_promotion(home, open_page):
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    other = candidate(home, "another", 9)
    wanted = next(row for row in models.list_models(open_store()) if row.name == "candidate")
    app = open_page(MODELS, model=str(wanted.id))
    assert "candidate beside unet-cine" in words(app)
    app.button(key="promote").click().run()
    assert problems(app) == []
    assert "**candidate**" in words(app)  # its card, in another line of the list than before
    assert "another beside candidate" not in words(app)
    assert "another beside candidate" in words(open_page(MODELS, model=str(other.id)))


@pytest.mark.usefixtures("model")
def test_a_model_has_one_dice_for_its_validation_slices(home, open_page):
    """What the training saw at its own pixel size gives way to the scores, which stand everywhere else."""
    model = pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    app = open_page(MODELS)
    assert "while it learnt" not in words(app)
    assert "Dice on 12 test slices, mean per slice; 1.000 over the labels" in words(app)
    assert [metric.value for metric in app.metric[:3]] == ["1.000"] * 3
    assert model.name == "candidate"
