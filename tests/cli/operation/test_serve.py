"""`app` starts one server with one door, whatever the settings name."""

import os
import sys

import pytest

from core.settings import ROOT, settings


@pytest.fixture
def started(septum, monkeypatch) -> list[list[str]]:
    """What took this process' place, instead of taking it."""
    found: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, words: found.append([program, *words[1:]]))
    return found


def options(command: list[str]) -> list[tuple[str, str]]:
    assert command[:5] == [sys.executable, "-m", "streamlit", "run", str(ROOT / "serve.py")]
    return list(zip(command[5::2], command[6::2], strict=True))


def test_it_answers_names_of_this_machine_alone_and_opens_a_browser(septum, started):
    assert septum("app")[0] == 0
    assert options(started[0]) == [
        ("--server.port", "8501"),
        ("--server.headless", "false"),
        ("--server.allowedHosts", "127.0.0.1"),
        ("--server.allowedHosts", "localhost"),
    ]


def test_the_names_of_a_proxy_are_passed_on(septum, started, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOSTS", " septum.lab.org, heart.lab.org,")
    settings.cache_clear()
    assert septum("app", "--port", 8600, "--headless")[0] == 0
    found = options(started[0])
    assert [value for name, value in found if name == "--server.allowedHosts"][2:] == [
        "septum.lab.org",
        "heart.lab.org",
    ]
    assert ("--server.corsAllowedOrigins", "https://septum.lab.org") in found
    assert {("--server.port", "8600"), ("--server.headless", "true")} <= set(found)


@pytest.mark.parametrize("port", ["0", "65536", "web"])
def test_a_port_that_cannot_be_is_told(septum, started, port):
    code, told = septum("app", "--port", port)
    assert (code, started) == (2, [])
    assert "--port" in told
