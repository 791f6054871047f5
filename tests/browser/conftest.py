"""A real Chromium and real Streamlit servers for the browser tests, each ended by its own process id."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from core.settings import settings
from tests.browser.drawing import Hand
from tests.servers.ports import free_port
from tests.workflow.small import save_corrector

ROOT = Path(__file__).resolve().parent.parent.parent
collect_ignore_glob = ["*_host.py"]  # scripts for a Streamlit server, which no test may import
SECONDS_TO_START = 60
PATIENCE_MS = 120_000  # the demo, or a model loaded for the first time, on a machine that is busy
expect.set_options(timeout=PATIENCE_MS)
# A container has no user namespace for the sandbox and no screen; the rest keeps Chromium off the network.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WORDS: dict[str, IO[bytes]] = {}  # what each server has said, by its address
MOST_WORDS = 6000  # bytes

Serve = Callable[..., str]
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # A busy machine draws, sends and answers late; the summary names what was tried once more.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the servers said: a page says no more than that there was an error."""
    report = yield
    if report.failed:
        told = ((f"Said by {url}", last_words(said)) for url, said in WORDS.items())
        report.sections.extend(section for section in told if section[1])
    return report


def settle(opened: Page) -> None:
    """Wait until a page of the app stands, and look for what none may show."""
    opened.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    opened.locator(".st-key-menu").wait_for()
    expect(opened.locator("[data-testid=stException]")).to_have_count(0)


@contextmanager
def settings_shared(shared: Mapping[str, str]) -> Iterator[None]:
    """Let this process have the settings that a server is started with, for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in shared.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that a server and this process share: an empty store, and no model but one for clicks."""
    folder = tmp_path_factory.mktemp("browser")
    shared = {
        "SEPTUM_HOME": str(folder / "home"),
        "SEPTUM_CHECKPOINTS": str(folder / "no checkpoints"),
        "SEPTUM_CORRECTION_MODEL": str(save_corrector(folder / "correction.safetensors")),
    }
    with settings_shared(shared):
        yield shared


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of all browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, or Playwright's own where there is none."""
    try:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
    except Error as error:
        reason = error.message.splitlines()[0]
        pytest.skip(f"no Chromium starts; `make browser` installs one ({reason})")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Iterator[dict[tuple[str, bool, float], BrowserContext]]:
    """Browser contexts by theme, touch and scale; shared, because each one would load Streamlit anew."""
    opened: dict[tuple[str, bool, float], BrowserContext] = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture(scope="session")
def blank_pages() -> dict[BrowserContext, list[Page]]:
    """Pages that no test uses now; one that has loaded Streamlit before loads it again in half the time."""
    return defaultdict(list)


@pytest.fixture
def page(
    chromium: Browser,
    contexts: dict[tuple[str, bool, float], BrowserContext],
    blank_pages: dict[BrowserContext, list[Page]],
) -> Iterator[OpenPage]:
    """Open pages as `page(size=(1440, 900), theme="light")`; an uncaught JavaScript error fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    def open_page(
        size: tuple[int, int] = (1440, 900), theme: str = "light", touch: bool = False, scale: float = 1
    ) -> Page:
        if (theme, touch, scale) not in contexts:
            contexts[theme, touch, scale] = chromium.new_context(has_touch=touch, device_scale_factor=scale)
        context = contexts[theme, touch, scale]
        opened = blank_pages[context].pop() if blank_pages[context] else context.new_page()
        opened.set_viewport_size({"width": size[0], "height": size[1]})
        # Streamlit follows the system's choice, which the last test may have changed.
        opened.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        opened.set_default_timeout(PATIENCE_MS)
        opened.bring_to_front()  # Chromium draws fewer frames for a page behind others
        opened.on("pageerror", note)
        pages.append(opened)
        return opened

    yield open_page
    for opened in pages:
        if opened.is_closed():
            continue
        if opened.url.startswith("http"):
            opened.evaluate("[localStorage, sessionStorage].forEach((kept) => kept.clear())")
        opened.goto("about:blank")
        opened.remove_listener("pageerror", note)
        blank_pages[opened.context].append(opened)
    assert errors == []


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start `serve(script, env) -> url` once for each script and environment; all end with the session."""
    started: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[subprocess.Popen[bytes], str]] = {}

    def start(script: Path | str, env: Mapping[str, str] | None = None) -> str:
        key = (str(script), tuple(sorted((env or {}).items())))
        if key not in started:
            started[key] = start_server(Path(script), env or {})
        return started[key][1]

    yield start
    for process, _ in started.values():
        end(process)


@pytest.fixture(scope="session")
def draft_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the editor's host page keeps what it was sent."""
    return tmp_path_factory.mktemp("drafts")


@pytest.fixture
def editor(
    serve: Serve, page: OpenPage, draft_folder: Path, request: pytest.FixtureRequest
) -> Callable[..., Hand]:
    """Open the mask editor on a slice of its own as `editor((height, width), **query)`."""

    def open_editor(shape: tuple[int, int], opened: Page | None = None, **query: str) -> Hand:
        opened = opened or page()
        case = request.node.name.replace("[", "-").replace("]", "")
        case += (
            f"-{getattr(request.node, 'execution_count', 1)}"  # a second try finds no strokes of the first
        )
        options = "&".join(f"{name}={value}" for name, value in query.items())
        url = serve(Path(__file__).parent / "editor" / "editor_host.py", {"HOST_FOLDER": str(draft_folder)})
        opened.goto(f"{url}/?shape={shape[0]}x{shape[1]}&case={case}&{options}")
        opened.locator(f".editor[data-document='{case}-1'][aria-busy='false']").wait_for()
        return Hand(opened, draft_folder, f"{case}-1", shape)

    return open_editor


def chromium_path() -> str | None:
    """The system's Chromium; None lets Playwright use its own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def start_server(
    script: Path, env: Mapping[str, str], port: int | None = None
) -> tuple[subprocess.Popen[bytes], str]:
    """Run the script under Streamlit on a free or the given port of 127.0.0.1 and wait until it answers."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.port", str(port), "--server.headless", "true", "--logger.level", "warning"]
    url = f"http://127.0.0.1:{port}"
    said = WORDS[url] = tempfile.TemporaryFile()  # noqa: SIM115 - the server goes on writing to it
    process = subprocess.Popen(
        command + options,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SEPTUM_READER": "reader", **env},
        stdout=subprocess.DEVNULL,
        stderr=said,
        stdin=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return process, url
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    end(process)
    raise RuntimeError(f"Streamlit did not serve {script} within {SECONDS_TO_START} s: {last_words(said)}")


def last_words(said: IO[bytes]) -> str:
    """The end of what a server has said; its place in the file, which it shares with us, stays."""
    size = os.fstat(said.fileno()).st_size
    return os.pread(said.fileno(), MOST_WORDS, max(0, size - MOST_WORDS)).decode(errors="replace")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to stop, and stop it where it does not."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
