"""A heart in a real browser: opened from the list, corrected slices carried by keyboard, undone, reported."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from core.imaging.phantom.cine import beating_heart
from core.records.masks import Origin
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks import drafts, masks
from core.store.slices.slices import slice_row
from tests.browser.conftest import ROOT, settle
from tests.browser.drawing import Hand
from tests.browser.test_accessible import SIZES, Visitor
from tests.workflow.hearts.stored import add_without_masks

N_PHASES, ED, ES = 4, 0, 2
NUMBERS = itertools.count()  # a test that is tried once more needs another heart
HEART = beating_heart(1, 3, N_PHASES, size=64, spacing_mm=3.0, slice_distance_mm=20.0).series


def stored_heart(patient: str) -> dict[tuple[int, int], int]:
    """Return (position, phase) -> slice id; ED and ES of the middle slice are approved, ten are to do."""
    ids = add_without_masks(replace(HEART, patient=patient))
    truth = {(image.position, image.phase): image.mask for image in HEART.slices}
    for phase in (ED, ES):
        number, mask = ids[1, phase], truth[1, phase]
        assert mask is not None
        said = {"origin": Origin.READER, "author": "bob", "parent_id": None, "status": Status.APPROVED}
        masks.save_version(open_store(), number, mask, **said)
    return ids


@pytest.fixture
def patient() -> str:
    return f"anna{next(NUMBERS)}"


@pytest.fixture
def ids(home: dict[str, str], patient: str) -> dict[tuple[int, int], int]:
    """The heart of the patient."""
    return stored_heart(patient)


def drawn(ids: dict[tuple[int, int], int]) -> set[tuple[int, int]]:
    own = drafts.load_drafts(open_store(), list(ids.values()), "ann")
    return {place for place, number in ids.items() if number in own and np.any(own[number].mask)}


def test_a_heart_is_opened_carried_by_keyboard_taken_back_and_reported(home, ids, patient, serve, page):
    url = serve(ROOT / "app.py", home)
    window = page()
    window.goto(f"{url}/Heart?reader=ann")
    window.get_by_role("button", name=f"{patient}, ").click()
    expect(window.locator(".editor")).to_be_visible()
    settle(window)
    window.keyboard.press("Alt+k")
    dialog = window.get_by_role("dialog")
    do = dialog.get_by_role("button", name="Carry to 6 slices")
    expect(do).to_be_enabled()
    do.focus()
    window.keyboard.press("Enter")
    keep = dialog.get_by_role("button", name="Keep 6 slices as drafts")
    expect(keep).to_be_enabled()
    expect(dialog.locator(".septum-picture img")).to_have_count(6)
    assert drawn(ids) == set()
    keep.focus()
    window.keyboard.press("Enter")
    expect(window.get_by_text("Carried to 6 slices")).to_be_visible()
    expect(dialog).to_have_count(0)
    expect(window.locator(".editor:focus")).to_be_visible()  # the next key is the picture's again
    assert len(drawn(ids)) == 6
    window.locator(".st-key-undo-decision button").click()
    for _ in range(100):  # the message that says so is gone soon
        if not drawn(ids):
            break
        window.wait_for_timeout(100)
    assert drawn(ids) == set()
    expect(window.locator(".editor")).to_be_visible()
    window.get_by_role("button", name="Report", exact=True).click()
    dialog.get_by_role("button", name="Make the report").click()
    with window.expect_download() as coming:
        dialog.get_by_role("button", name="Download PDF").click()
    name = coming.value.suggested_filename
    assert name.startswith("septum_heart_")
    assert "anna" not in name
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")


def test_ten_slices_need_pen_and_keys_in_the_picture_alone(home, serve, page):
    ids = stored_heart(f"bea{next(NUMBERS)}")
    to_do = [number for place, number in ids.items() if place not in ((1, ED), (1, ES))]
    window = page()
    window.goto(f"{serve(ROOT / 'app.py', home)}/Heart?slice={ids[0, ED]}&reader=ann")
    settle(window)
    for number in range(len(to_do)):
        window.locator(".editor[aria-busy='false']").wait_for()
        document = window.locator(".editor").get_attribute("data-document") or ""
        Hand(window, Path(), document, HEART.slices[0].pixels.shape).drag([(30, 30), (36, 30)], steps=2)
        window.locator(".stored", has_text="Draft stored").wait_for()
        window.keyboard.press("Enter")
        if number + 1 < len(to_do):
            expect(window.locator(f".editor[data-document='{document}']")).to_have_count(0)
    for number in to_do:
        while slice_row(open_store(), number).status is not Status.APPROVED:
            window.wait_for_timeout(20)
    newest = masks.newest_versions(open_store(), to_do)
    assert all(newest[number].author == "ann" for number in to_do)


def test_the_dialogs_of_a_heart_show_nothing_serious_and_lose_no_word_and_no_button(home, serve, page):
    patient = f"berta{next(NUMBERS)}"
    number = stored_heart(patient)[1, ED]
    visitor = Visitor(serve(ROOT / "app.py", home), page())
    window, found = visitor.page, {}
    visitor.start(f"Heart?slice={number}&reader=ann")

    def look(name: str, *buttons: Locator) -> None:
        found[name] = [*visitor.in_both_themes(), *visitor.lost()]
        for width, height in SIZES:
            window.set_viewport_size({"width": width, "height": height})
            for button in buttons:
                button.click(trial=True)  # it can be scrolled to, and nothing lies over it
        window.set_viewport_size({"width": 1440, "height": 900})

    def open_dialog(name: str) -> Locator:
        window.get_by_role("button", name=name, exact=True).click()
        visitor.settle()
        return window.get_by_role("dialog")

    def close() -> None:
        window.keyboard.press("Escape")
        expect(window.get_by_role("dialog")).to_have_count(0)

    dialog = open_dialog("Hearts")
    look("Hearts", dialog.get_by_role("button", name=f"{patient}, "))
    close()
    dialog = open_dialog("Carry")
    do = dialog.get_by_role("button", name="Carry to 6 slices")
    dialog.get_by_text("Some of them").click()
    visitor.settle()
    look("Carry", do)
    do.click()
    keep = dialog.get_by_role("button", name="Keep 6 slices as drafts")
    expect(keep).to_be_enabled()
    look("carried", keep, dialog.get_by_text("Keep slice", exact=False).last)
    close()
    dialog = open_dialog("Report")
    make = dialog.get_by_role("button", name="Make the report")
    look("Report", make)
    close()
    window.get_by_role("button", name="Larger").click()
    look("Larger", window.get_by_role("button", name="Smaller"))
    assert {name: findings for name, findings in found.items() if findings} == {}
