"""Two servers behind one address, on one PostgreSQL and one bucket, each with a home of its own."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.jobs.control import RunControl
from core.records.runs import RunKind
from core.store.database import _opened, open_store
from core.store.masks import drafts
from core.store.masks.masks import newest_version
from core.store.runs import runs
from tests.browser.conftest import ROOT, OpenPage, end, settings_shared, start_server
from tests.browser.drawing import Hand, Point, stroke
from tests.browser.test_paging import HEART, SHAPE, open_slice, series
from tests.servers.one_address import OneAddress
from tests.servers.ports import free_port
from tests.servers.postgresql import Server
from tests.store.files.s3_servers import bucket, s3_server
from tests.workflow.small import png

__all__ = ["bucket", "s3_server"]
BRUSH = 5
LV = 3
APP = "[data-testid=stApp]"

pytestmark = pytest.mark.sqlite  # it has a server of its own


@dataclass(frozen=True)
class Served:
    """A server of the app."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@pytest.fixture
def two(postgresql: Server, bucket: str, tmp_path: Path) -> Iterator[list[Served]]:
    """Both servers; this process has their database and bucket, and a third home."""
    postgresql.ask("CREATE DATABASE two_servers")
    shared = {
        "SEPTUM_HOME": str(tmp_path / "third"),
        "SEPTUM_DATABASE": postgresql.url("two_servers").render_as_string(hide_password=False),
        "SEPTUM_ARRAYS": bucket,
        "SEPTUM_CHECKPOINTS": str(tmp_path / "no checkpoints"),
    }

    def start(home: str) -> Served:
        homes = {"SEPTUM_HOME": str(tmp_path / home)}
        return Served(*start_server(ROOT / "serve.py", shared | homes, free_port()))

    with settings_shared(shared), ThreadPoolExecutor(2) as threads:
        started = list(threads.map(start, ("one", "other")))
        yield started
        for served in started:
            end(served.process)
        open_store().engine.dispose()
        open_store().readers.dispose()
        _opened.cache_clear()
    postgresql.ask("DROP DATABASE two_servers WITH (FORCE)")


@dataclass
class Drawn:
    """A mask that NumPy paints as the reader does."""

    mask: np.ndarray

    def add(self, points: list[Point]) -> None:
        self.mask[stroke(SHAPE, points, BRUSH)] = LV


def press(hand: Hand, start: Point, on: Point) -> None:
    """Begin a stroke, and leave the button down."""
    first, second = hand.to_screen([start, on])
    hand.page.mouse.move(*first)
    hand.page.mouse.down()
    hand.page.mouse.move(*second)


def release(hand: Hand, points: list[Point]) -> list[Point]:
    """End the stroke at the last of its points, which are returned as the editor sees them."""
    screen = hand.to_screen(points)
    hand.page.mouse.move(*screen[-1])
    hand.page.mouse.up()
    return hand.to_image(screen)


def wait_until_moved(opened: Page) -> None:
    """Until the page has lost its line, found another, and was drawn by the server at its end."""
    opened.locator(f"{APP}:not([data-test-connection-state=CONNECTED])").wait_for()
    opened.locator(f"{APP}[data-test-connection-state=CONNECTED]").wait_for()
    opened.locator(f"{APP}[data-test-script-state=notRunning]").wait_for()


def expect_stored(hand: Hand, slice_id: int, mask: np.ndarray) -> None:
    expect(hand.page.locator(".septum-line")).to_have_count(0)
    expect(hand.page.locator(".stored")).to_have_text("Draft stored")
    hand.wait_for(mask)
    assert np.array_equal(drafts.load_draft(open_store(), slice_id, "ann").mask, mask)


def test_a_reader_who_is_moved_to_another_server_in_mid_stroke_loses_nothing(
    two: list[Served], page: OpenPage
) -> None:
    one, other = two
    first, *_ = series("moved", 2, 1)
    runs.enqueue(open_store(), RunKind.PREDICTION, {}, 10)
    row, token = runs.claim(open_store(), RunKind.PREDICTION) or pytest.fail("nothing to claim")
    control = RunControl(open_store(), row, token)
    control.progress(3, 10, "Predicting.")
    try:
        with OneAddress(one.port, other.port) as address:
            ann, bob = open_slice(address.url, page(), first), page()
            bob.goto(f"{other.url}/Review?slice={first}&reader=bob")
            document = f"slice-{first} of bob"
            bob.locator(f".editor[data-document='{document}'][aria-busy='false']").wait_for()
            theirs = Hand(bob, ROOT, document, SHAPE)
            expect(bob.get_by_text("ann has it open, too")).to_be_visible()
            for opened in (ann.page, bob):  # a run that this process is at
                expect(opened.get_by_text(re.compile("3 of 10 slices"))).to_be_visible()

            files = page()
            files.goto(f"{address.url}/Import?reader=ann")
            files.locator("input[type=file]").set_input_files(
                {"name": "a.png", "mimeType": "image/png", "buffer": png()}
            )
            files.get_by_role("button", name="Import 1 series").wait_for()
            ann.page.bring_to_front()

            drawn = Drawn(HEART.copy())
            drawn.add(ann.drag([(22, 22), (48, 24)]))
            expect_stored(ann, first, drawn.mask)

            points: list[Point] = [(22, 30), (40, 32), (48, 34)]
            press(ann, *points[:2])
            address.lead_to(other.port, one.port)  # while her server lives, and keeps her session
            wait_until_moved(ann.page)
            drawn.add(release(ann, points))
            expect_stored(ann, first, drawn.mask)
            expect(ann.page.get_by_text("bob has it open, too")).to_be_visible()
            expect(files.get_by_text("drop the files again")).to_be_visible()  # nothing moves by itself there

            address.lead_to(one.port, other.port)
            wait_until_moved(ann.page)
            expect_stored(ann, first, drawn.mask)
            points = [(22, 40), (40, 42), (48, 44)]
            press(ann, *points[:2])
            one.process.kill()
            drawn.add(release(ann, points))
            expect_stored(ann, first, drawn.mask)

            theirs.drag([(60, 10), (60, 50)])
            expect(bob.locator(".stored")).to_have_text("Draft stored")
            bob.keyboard.press("Control+s")
            expect(bob.get_by_text("Saved as version")).to_be_visible()
            saved = newest_version(open_store(), first)
            assert saved is not None
            assert saved.author == "bob"
            ann.page.locator(".well").hover()
            ann.page.keyboard.press("Control+s")
            told = re.compile(f"bob saved version {saved.id} after you began")
            expect(ann.page.get_by_text(told)).to_be_visible()
            ann.wait_for(drawn.mask)
    finally:
        control.close()
