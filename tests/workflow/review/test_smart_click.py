"""Clicks from the browser are checked, answered with a mask, and change nothing by themselves."""

import numpy as np
import pytest

from core.editing.editor_codec import decode_runs, encode_runs
from core.editing.hint import Hint
from core.editing.smart_click import refine
from core.errors import BadInput
from core.labels import Label
from core.store.database import open_store
from core.store.masks.predictions import load_prediction
from core.store.slices.slices import slice_pixels
from core.workflow.prediction import predict_store
from core.workflow.review import smart_click
from core.workflow.review.open_slice import open_slice
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")


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


def test_the_answer_is_what_refinement_makes_of_the_clicks_and_nothing_is_stored():
    row = stored(cine())[0]
    answer = preview(row, asked())
    expected = refine(
        slice_pixels(open_store(), row),
        0 * HEART,
        None,
        [Hint(((10, 12), (10, 13)), Label.LEFT_VENTRICLE, adds=True)],
        (1.8, 1.8),
    )
    assert (answer["document"], answer["tab"], answer["request"]) == ("doc", "t", 4)
    assert np.array_equal(decode_runs(answer["runs"], HEART.shape), expected)
    assert expected[10, 12] == Label.LEFT_VENTRICLE
    assert not open_slice(row.id, "ann").has_draft


def test_the_networks_probabilities_are_used_again(model):
    row = stored(cine())[0]
    predict_store.predict_slice(row.id)
    said = load_prediction(open_store(), row.id)
    answer = preview(row, asked(runs=encode_runs(said.mask)))
    hints = [Hint(((10, 12), (10, 13)), Label.LEFT_VENTRICLE, adds=True)]
    pixels = slice_pixels(open_store(), row)
    expected = refine(pixels, said.mask, said.probabilities, hints, (1.8, 1.8))
    assert np.array_equal(decode_runs(answer["runs"], HEART.shape), expected)


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        (None, "another slice"),
        (asked(document="other"), "another slice"),
        (asked(revision=7), "another slice"),
        (asked(runs=[0, 5]), "runs for"),
        (asked(runs="x"), "pairs"),
        (asked(hints=[]), "1 to 100 clicks"),
        (asked(hints=[{}] * 101), "1 to 100 clicks"),
        (asked(hints=["x"]), "an object"),
        (asked(hints=[{"points": [], "label": 3, "adds": True}]), "points"),
        (asked(hints=[{"points": [[24, 0]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0, -1]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0.5, 1]], "label": 3, "adds": True}]), "outside the slice"),
        (asked(hints=[{"points": [[0, 1]], "label": 4, "adds": True}]), "label 4"),
        (asked(hints=[{"points": [[0, 1]], "label": True, "adds": True}]), "label True"),
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


def test_more_clicks_than_can_be_answered_in_time_are_refused_before_the_work():
    row = stored(cine())[0]
    scribble = {"points": [[place // 20, place % 20] for place in range(480)], "label": 3, "adds": True}
    preview(row, asked(hints=[scribble] * 4))
    with pytest.raises(BadInput, match="Backspace"):
        preview(row, asked(hints=[scribble] * 100))
