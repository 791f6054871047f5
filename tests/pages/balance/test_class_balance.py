"""Class balance: shares, what a weighting would do, and images, from an empty store to the demo."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.labels import Label
from core.records.slices import Split
from tests.pages.conftest import problems, titles, words
from tests.workflow.small import HEART, cine, stored

PAGE = "pages/6_Class_balance.py"


def test_without_masks_the_page_says_what_to_do(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    assert "There is no mask yet to count." in words(app)
    assert titles(app) == []


@pytest.mark.usefixtures("demo")
def test_the_demo_shows_how_rare_the_labels_are(open_page):
    app = open_page(PAGE)
    assert problems(app) == []
    first, lacking, areas = titles(app)
    assert first.startswith("Background takes 9")
    assert "of 20 slices have no" in lacking
    assert areas == "How large is each label where it is there?"
    assert "There are no training slices with masks" in app.warning[0].value
    assert len(app.dataframe[0].value) == 1


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("grouping", ["position", "phase", "status"])
def test_shares_can_be_told_apart_by(grouping, open_page):
    app = open_page(PAGE)
    app.segmented_control(key="grouping").set_value(grouping).run()
    assert problems(app) == []
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    groups = {tick.split("<br>")[0] for trace in spec["data"] for tick in trace["x"]}
    assert (
        groups
        == {
            "position": {"All", "Base", "Middle", "Apex"},
            "phase": {"All", "End-diastole", "End-systole"},
            "status": {"Approved"},
        }[grouping]
    )


@pytest.mark.usefixtures("demo")
def test_sliders_change_the_weights(open_page):
    app = open_page(PAGE)
    app.segmented_control(key="balance part").set_value("Weights").run()
    assert problems(app) == []
    before = app.dataframe[0].value
    app.select_slider(key="beta").set_value(0.0).run()
    after = app.dataframe[0].value
    assert before.iloc[1].tolist() != after.iloc[1].tolist()
    assert after.iloc[1].tolist()[1:] == ["1.000"] * 4
    assert titles(app)[0].startswith("The heart makes up")


def test_a_picture_in_two_splits_is_warned_of(open_page):
    series = cine("anna", 1, 1, split=Split.TRAIN)
    stored(series)
    stored(replace(series, patient="bert", split=Split.TEST))
    app = open_page(PAGE)
    app.segmented_control(key="balance part").set_value("Images").run()
    assert problems(app) == []
    assert "1 picture is in more than one split (test, train)" in app.warning[0].value
    assert titles(app) == ["No series stands out from its like"]


@pytest.mark.usefixtures("demo")
def test_background_stands_apart_so_that_the_labels_can_be_seen(open_page):
    spec = json.loads(open_page(PAGE).get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in spec["data"]] == ["RV", "Myo", "LV"]
    assert "Background takes 9" in spec["layout"]["title"]["text"]


def test_an_apical_slice_may_do_without_the_right_ventricle(open_page):
    """Six slices from base to apex, the last two without RV; then one of the middle lacks it, too."""
    masks = [HEART] * 4 + [np.where(HEART == Label.RIGHT_VENTRICLE, 0, HEART)] * 2
    series = cine("anna", 6, 1, masked=True)
    slices = tuple(
        replace(image, mask=np.where(np.arange(24)[:, None] < 18 - position, mask, 0).astype(np.uint8))
        for position, (image, mask) in enumerate(zip(series.slices, masks, strict=True))
    )
    stored(replace(series, slices=slices))
    app = open_page(PAGE)
    assert not [box.value for box in app.warning if "No RV" in box.value]
    stored(replace(cine("bert", 6, 1, masked=True), slices=tuple(
        replace(image, mask=slices[5].mask if position == 2 else image.mask)
        for position, image in enumerate(slices)
    )))  # fmt: skip
    (told,) = [box.value for box in open_page(PAGE).warning if "No RV" in box.value]
    assert "the apex left out" in told


def test_a_series_is_unusual_beside_those_of_its_own_format_alone(open_page):
    for number in range(12):
        picture = cine(f"p{number}", 1, 1, seed=number)
        grey = tuple(replace(image, pixels=(image.pixels // 4).astype(np.uint16)) for image in picture.slices)
        stored(replace(picture, slices=grey))
    scanner = cine("scanned", 1, 1, seed=99)
    bright = tuple(replace(image, pixels=(image.pixels * 30).astype(np.uint16)) for image in scanner.slices)
    stored(replace(scanner, slices=bright, geometry=replace(scanner.geometry, format="dicom")))
    app = open_page(PAGE)
    app.segmented_control(key="balance part").set_value("Images").run()
    assert titles(app) == ["No series stands out from its like"]
