"""Figures that are quick are always of now; slow ones come later, and are told as old until they do."""

import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest

from core.errors import NotFound
from core.workflow import kept_figures
from core.workflow.kept_figures import KeptFigures


@pytest.fixture
def kept(monkeypatch) -> KeptFigures:
    monkeypatch.setattr(kept_figures, "WAIT_SECONDS", 0.2)
    return KeptFigures()


class Slow:
    """Figures that are made when they are let go."""

    def __init__(self, value: object) -> None:
        self.value, self.may_go, self.n_made = value, threading.Event(), 0

    def __call__(self) -> object:
        self.n_made += 1
        assert self.may_go.wait(20)
        return self.value


def wait_for(kept: KeptFigures, key: str) -> None:
    for _ in range(400):
        if not kept.is_making(key):
            return
        time.sleep(0.05)
    raise TimeoutError


def let_go(kept: KeptFigures, slow: Slow) -> None:
    time.sleep(0.25)  # longer than a page waits
    slow.may_go.set()
    wait_for(kept, "areas")


def test_what_is_quick_is_waited_for_and_made_once_for_each_state_of_the_store(kept):
    made = iter("abc")
    assert [kept.ask("areas", stamp, lambda: next(made)).value for stamp in ("1", "1", "2", "2", "3")] == [
        "a",
        "a",
        "b",
        "b",
        "c",
    ]
    assert kept.ask("volumes", "3", lambda: "other").value == "other"


def test_what_is_slow_is_there_later_and_is_made_by_one_thread_however_many_ask(kept):
    slow = Slow("a")
    assert kept.ask("areas", "1", slow) is None
    assert kept.ask("areas", "1", slow) is None
    assert kept.is_making("areas")
    let_go(kept, slow)
    found = kept.ask("areas", "1", slow)
    assert (found.value, found.stamp, slow.n_made) == ("a", "1", 1)


def test_while_newer_ones_are_made_those_of_before_are_shown_at_once(kept):
    slow = Slow("a")
    kept.ask("areas", "1", slow)
    let_go(kept, slow)
    newer = Slow("b")
    before = kept.ask("areas", "2", newer)
    assert (before.value, before.stamp, newer.n_made) == ("a", "1", 0)  # they rest first
    kept._made["areas"] = replace(before, at=before.at - timedelta(minutes=10))
    began = time.monotonic()
    assert kept.ask("areas", "2", newer).value == "a"
    assert time.monotonic() - began < 0.15
    let_go(kept, newer)
    assert kept.ask("areas", "2", newer).value == "b"


def test_what_cannot_be_made_is_told_to_whoever_asks_and_tried_again(kept):
    def fail() -> object:
        raise NotFound("there is no such model")

    for _ in range(2):
        with pytest.raises(NotFound, match="no such model"):
            kept.ask("areas", "1", fail)
    assert kept.ask("areas", "1", lambda: "a").value == "a"


@dataclass(frozen=True)
class Large:
    """Figures with an array inside another dataclass."""

    name: str
    inside: "Large | None"
    pixels: np.ndarray


def test_those_that_nobody_asked_for_longest_go_first(kept, monkeypatch):
    monkeypatch.setattr(kept_figures, "KEPT_BYTES", 250_000)
    inner = Large("first", None, np.zeros(50_000, np.uint8))
    first = Large("first", inner, np.zeros(50_000, np.uint8))  # 110,000 bytes, as they are reckoned
    for key in ("areas", "volumes", "areas", "scores"):
        kept.ask(key, "1", lambda: first)
    again = Large("again", None, np.zeros(1, np.uint8))
    assert [kept.ask(key, "1", lambda: again).value.name for key in ("areas", "volumes")] == [
        "first",
        "again",
    ]
    huge = Large("huge", None, np.zeros(400_000, np.uint8))
    assert kept.ask("huge", "1", lambda: huge).value is kept.ask("huge", "1", lambda: again).value is huge


def test_whoever_does_not_wait_is_told_at_once_and_finds_it_later(kept):
    began = time.monotonic()
    slow = Slow("a")
    assert kept.ask("areas", "1", slow, wait=False) is None
    assert time.monotonic() - began < 0.15
    let_go(kept, slow)
    assert kept.ask("areas", "1", slow, wait=False).value == "a"
