"""Hints from the browser are checked, answered with a mask, and change nothing by themselves."""

from pathlib import Path

import numpy as np
import pytest

from core.editing.editor_codec import decode_runs, encode_runs
from core.editing.hint import Hint
from core.errors import BadCheckpoint, BadInput
from core.labels import Label
from core.network.correction.corrector import Corrector
from core.settings import settings
from core.store.database import open_store
from core.store.masks.predictions import load_prediction
from core.store.slices.slices import slice_pixels
from core.workflow.prediction import predict_store
from core.workflow.review import smart_click
from core.workflow.review.open_slice import open_slice
from tests.workflow.small import HEART, cine, save_corrector, stored

pytestmark = pytest.mark.usefixtures("home", "network")


@pytest.fixture
def network(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny network that answers."""
    path = save_corrector(home.parent / "correction" / "correction.safetensors")
    monkeypatch.setenv("SEPTUM_CORRECTION_MODEL", str(path))
    settings.cache_clear()
    return path


def asked(**change) -> dict:
    hint = {"points": [[10, 12], [10, 13]], "label": 3, "adds": True}
    return {
        "document": "doc",
        "revision": 0,
        "tab": "t",
        "request": 4,
        "runs": encode_runs(0 * HEART),
        "hints": [hint],
    } | change


def preview(row, payload: object) -> dict:
    return smart_click.preview(row.id, payload, document="doc", revision=0)


def test_the_answer_is_what_the_network_makes_of_the_hints_and_nothing_is_stored(network):
    row = stored(cine())[0]
    answer = preview(row, asked())
    hints = [Hint(((10, 12), (10, 13)), Label.LEFT_VENTRICLE, adds=True)]
    expected = Corrector(network).correct(slice_pixels(open_store(), row), 0 * HEART, hints, (1.8, 1.8))
    assert (answer["document"], answer["tab"], answer["request"]) == ("doc", "t", 4)
    assert np.array_equal(decode_runs(answer["runs"], HEART.shape), expected)
    assert expected[10, 12] == expected[10, 13] == Label.LEFT_VENTRICLE
    assert not open_slice(row.id, "ann").has_draft


def test_it_works_from_nothing_and_beside_a_model_that_has_predicted(model):
    row = stored(cine())[0]
    predict_store.predict_slice(row.id)
    said = load_prediction(open_store(), row.id)
    for mask in (0 * HEART, said.mask):
        refused = [{"points": [[10, 12]], "label": int(mask[10, 12]), "adds": False}]
        answer = decode_runs(preview(row, asked(runs=encode_runs(mask), hints=refused))["runs"], HEART.shape)
        assert answer[10, 12] != mask[10, 12]


def test_a_box_holds_all_of_its_label():
    row = stored(cine())[0]
    box = {"points": [[6, 5], [14, 12]], "label": 2, "adds": True, "box": True}
    answer = decode_runs(preview(row, asked(runs=encode_runs(HEART), hints=[box]))["runs"], HEART.shape)
    outside = np.ones(HEART.shape, bool)
    outside[6:15, 5:13] = False
    assert not (answer[outside] == Label.MYOCARDIUM).any()


def test_a_network_that_is_missing_or_draws_masks_itself_is_told_in_one_sentence(network, model, monkeypatch):
    row = stored(cine())[0]
    network.unlink()
    with pytest.raises(BadCheckpoint, match="name another by SEPTUM_CORRECTION_MODEL"):
        preview(row, asked())
    monkeypatch.setenv("SEPTUM_CORRECTION_MODEL", str(model))
    settings.cache_clear()
    with pytest.raises(BadCheckpoint, match="knows nothing of clicks"):
        preview(row, asked())


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        (None, "another slice"),
        (asked(document="other"), "another slice"),
        (asked(revision=7), "another slice"),
        (asked(runs=[0, 5]), "runs for"),
        (asked(runs="x"), "pairs"),
        (asked(hints=[]), "1 to 20 clicks"),
        (asked(hints=["x"]), "an object"),
        (asked(hints=[{"points": [], "label": 3, "adds": True}]), "points"),
        (asked(hints=[{"points": [[24, 0]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0, -1]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0.5, 1]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0, 1]], "label": 4, "adds": True}]), "label 4"),
        (asked(hints=[{"points": [[0, 1]], "label": True, "adds": True}]), "label True"),
        (asked(hints=[{"points": [[0, 1]], "label": 3, "adds": True, "box": True}]), "two corners"),
        (asked(hints=[{"points": [[0, 1], [3, 4]], "label": 0, "adds": True, "box": True}]), "two corners"),
        (asked(tab=""), "browser tab"),
        (asked(tab="\ud800"), "browser tab"),
        (asked(request=2**31), "browser tab"),
        (asked(request="1"), "browser tab"),
    ],
)
def test_junk_is_refused_in_words(payload, complaint):
    row = stored(cine())[0]
    with pytest.raises(BadInput, match=complaint):
        preview(row, payload)


def test_more_clicks_than_can_be_answered_in_time_are_refused_before_the_work(network):
    network.unlink()  # nothing is asked of it
    row = stored(cine())[0]
    click = {"points": [[10, 12]], "label": 3, "adds": True}
    scribble = click | {"points": [[place // 20, place % 20] for place in range(480)]}
    for hints in ([click] * (smart_click.MAX_HINTS + 1), [scribble | {"points": scribble["points"] * 8}] * 5):
        with pytest.raises(BadInput, match="Backspace"):
            preview(row, asked(hints=hints))
