"""The slice viewer, driven by a real mouse and keyboard: what is seen, where, and what Python hears."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.labels import COLOURS, Label

HOST = Path(__file__).with_name("viewer_host.py")


@pytest.fixture
def viewer(serve, page):
    """Open the host page and wait for the first picture."""

    def open_viewer(size: tuple[int, int] = (1440, 900), theme: str = "light") -> Page:
        opened = page(size=size, theme=theme)
        opened.goto(serve(HOST))
        opened.locator(".editor[data-document='slice-1']").wait_for()
        return opened

    return open_viewer


def geometry(opened: Page) -> dict[str, float]:
    """Place of the image on the screen: left, top and zoom, in CSS pixels."""
    return opened.locator(".editor").evaluate(
        """root => {
            const { view } = root.parentElement.editor;
            const place = view.well.getBoundingClientRect();
            return { left: place.left + view.panX, top: place.top + view.panY, zoom: view.zoom };
        }"""
    )


def centre(opened: Page, column: float, row: float) -> tuple[float, float]:
    """Screen place of the middle of an image pixel."""
    place = geometry(opened)
    return (
        place["left"] + (column + 0.5) * place["zoom"],
        place["top"] + (row + 0.5) * place["zoom"],
    )


def seen(opened: Page, column: int, row: int) -> tuple[int, int, int]:
    """Colour on the screen in the middle of an image pixel."""
    x, y = centre(opened, column, row)
    shot = opened.screenshot(clip={"x": int(x), "y": int(y), "width": 1, "height": 1})
    red, green, blue = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))[0, 0].tolist()
    return red, green, blue


def grey(value: float, low: float, high: float) -> int:
    return round(min(max((value - low) / (high - low), 0), 1) * 255)


def rgb(label: Label) -> tuple[int, ...]:
    return tuple(int(COLOURS[label][at : at + 2], 16) for at in (1, 3, 5))


def test_the_picture_is_large_at_both_screen_sizes(viewer):
    for size, least in (((1440, 900), 640), ((1024, 768), 500)):
        box = viewer(size).locator(".well").bounding_box()
        assert box["height"] >= least
        assert box["y"] + box["height"] <= size[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pixel_is_shown_in_its_grey_or_its_label(viewer, theme):
    opened = viewer(theme=theme)
    opened.locator("[data-action=window]").click()
    opened.locator("[data-action=window-full]").click()
    opened.keyboard.down("s")
    for column, row in ((0, 0), (9, 7), (4, 5), (2, 3)):
        expected = grey(row * 100 + column * 10, 0, 790)
        assert seen(opened, column, row) == pytest.approx((expected,) * 3, abs=1)
    opened.keyboard.up("s")
    for _ in range(12):
        opened.keyboard.press("d")  # opacity to 100 %
    for (column, row), label in {(1, 1): 1, (3, 2): 1, (2, 4): 2, (4, 5): 3, (7, 6): 2}.items():
        assert seen(opened, column, row) == rgb(Label(label))
    assert seen(opened, 4, 1) == pytest.approx((grey(140, 0, 790),) * 3, abs=1)


def test_a_label_can_be_hidden_alone_and_an_outline_leaves_the_inside_free(viewer):
    opened = viewer()
    for _ in range(12):
        opened.keyboard.press("d")
    opened.locator("[data-action=label-3]").click()
    assert seen(opened, 4, 5) != rgb(Label.LEFT_VENTRICLE)
    assert seen(opened, 2, 4) == rgb(Label.MYOCARDIUM)
    opened.keyboard.press("3")
    assert seen(opened, 4, 5) == rgb(Label.LEFT_VENTRICLE)
    opened.keyboard.press("o")
    red, green, blue = seen(opened, 2, 5)
    assert red == green == blue


def test_patterns_tell_labels_apart_without_colour(viewer):
    opened = viewer()
    for _ in range(12):
        opened.keyboard.press("d")
    opened.keyboard.press("Shift+O")
    assert seen(opened, 1, 1) == rgb(Label.RIGHT_VENTRICLE)
    red, green, blue = seen(opened, 1, 2)  # a stripe that stays free
    assert red == green == blue
    assert seen(opened, 2, 4) == rgb(Label.MYOCARDIUM)


def test_the_confidence_map_has_its_own_colours_and_legend(viewer):
    opened = viewer()
    opened.keyboard.down("s")
    before = seen(opened, 0, 3)
    opened.keyboard.up("s")
    expect(opened.locator(".legend")).to_be_hidden()
    opened.keyboard.press("Shift+V")
    expect(opened.locator(".legend")).to_be_visible()
    red, _, blue = seen(opened, 0, 3)
    assert before[0] == before[2]
    assert red > blue  # 60 % is doubtful: the yellow end of the ramp


def test_the_status_line_tells_place_intensity_and_label(viewer):
    opened = viewer()
    opened.mouse.move(*centre(opened, 4, 5))
    status = opened.locator(".status")
    for text in ("x 4  y 5 px", "6.8, 11.0 mm", "Intensity 540", "Left ventricle", "60 % sure"):
        expect(status).to_contain_text(text)


def test_right_drag_sets_the_window_and_the_menu_sets_it_back(viewer):
    opened = viewer()
    window = opened.locator("[data-action=window]")
    before = window.inner_text()
    x, y = centre(opened, 5, 4)
    opened.mouse.move(x, y)
    opened.mouse.down(button="right")
    opened.mouse.move(x + 200, y, steps=4)
    opened.mouse.up(button="right")
    wider = window.inner_text()
    assert wider != before
    widths = [float(re.search(r"W ([\d.]+)", text)[1]) for text in (before, wider)]
    assert widths[1] == pytest.approx(widths[0] * 2**0.5, abs=1)
    opened.keyboard.press("w")
    expect(window).to_have_text(before)


def test_the_wheel_with_ctrl_zooms_at_the_cursor_and_drags_pan(viewer):
    opened = viewer()
    x, y = centre(opened, 7, 2)
    opened.mouse.move(x, y)
    before = geometry(opened)["zoom"]
    opened.keyboard.down("Control")
    opened.mouse.wheel(0, -300)
    opened.keyboard.up("Control")
    expect(opened.locator(".scale")).not_to_have_text(f"Zoom {before * 100:.0f} %")
    assert geometry(opened)["zoom"] > before * 1.3
    assert centre(opened, 7, 2) == pytest.approx((x, y), abs=1)  # a wheel event has whole pixels
    x, y = centre(opened, 7, 2)
    opened.mouse.move(x, y)
    opened.keyboard.down(" ")
    opened.mouse.down()
    opened.mouse.move(x + 40, y - 25, steps=3)
    opened.mouse.up()
    opened.keyboard.up(" ")
    assert centre(opened, 7, 2) == pytest.approx((x + 40, y - 25), abs=0.01)
    opened.mouse.down(button="middle")
    opened.mouse.move(x, y, steps=3)
    opened.mouse.up(button="middle")
    assert centre(opened, 7, 2) == pytest.approx((x, y), abs=0.01)
    opened.keyboard.press("Home")
    assert geometry(opened)["zoom"] == pytest.approx(before)


def test_keys_reach_python_once_each_and_in_order(viewer):
    opened = viewer()
    opened.locator(".well").click()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
        opened.keyboard.press(key)
    log = opened.locator("code").first
    expect(log).to_contain_text("slice 3")
    opened.locator(".editor[data-document='slice-3']").wait_for()
    opened.keyboard.press("Enter")
    expect(log).to_contain_text("approve slice-3")
    opened.keyboard.press("ArrowLeft")
    expect(log).to_contain_text("previous_phase slice-3")
    opened.keyboard.press("x")
    expect(log).to_contain_text("reject slice-3")
    names = [line.split()[0] for line in log.inner_text().splitlines()[1:]]
    assert names == ["next_slice"] * 3 + ["previous_slice", "approve", "previous_phase", "reject"]


def test_streamlits_keys_rest_while_the_viewer_has_the_focus(viewer):
    opened = viewer()
    runs = opened.locator("code").last
    opened.locator(".well").click()
    before = runs.inner_text()
    opened.keyboard.press("r")
    opened.keyboard.press("c")
    opened.wait_for_timeout(400)
    assert runs.inner_text() == before
    expect(opened.get_by_role("dialog").filter(has_text="cache")).to_have_count(0)
    opened.locator("body").evaluate("body => document.activeElement.blur()")
    opened.keyboard.press("r")  # without the focus it is Streamlit's again, so the check above can fail
    expect(runs).not_to_have_text(before)


def test_keys_typed_into_a_field_are_text(viewer):
    opened = viewer()
    field = opened.get_by_label("Note")
    field.fill("")
    field.press_sequentially("xd s3")
    expect(field).to_have_value("xd s3")
    assert "reject" not in opened.locator("code").first.inner_text()
    opened.locator("[data-action=window]").click()
    level = opened.get_by_label("Level", exact=True)
    level.fill("300")
    level.press("Enter")
    expect(opened.locator("[data-action=window]")).to_contain_text("L 300")
    assert "approve" not in opened.locator("code").first.inner_text()


def test_the_help_lists_the_keys_and_nothing_moves(viewer):
    opened = viewer()
    before = opened.locator(".well").bounding_box()
    opened.keyboard.press("?")
    expect(opened.locator(".help")).to_contain_text("Approve and go to the next")
    expect(opened.locator(".help")).not_to_contain_text("Polygon")
    opened.keyboard.press("Escape")
    expect(opened.locator(".help")).to_be_hidden()
    for key in ("a", "o", "Shift+V", "v", "i"):
        opened.keyboard.press(key)
    opened.mouse.move(*centre(opened, 3, 3))
    assert opened.locator(".well").bounding_box() == before
