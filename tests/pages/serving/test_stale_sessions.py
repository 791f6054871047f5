"""Sessions without a browser: closed after a while, whoever comes or does not, and left alone until then."""

from types import SimpleNamespace

import pytest

from core.workflow.uploads.spool import SPOOL
from pages.shared.serving.stale_sessions import LOOK_SECONDS, StaleSessions, grace_seconds
from tests.workflow.conftest import home

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")


class Server:
    """Sessions by id: whether each has its browser."""

    def __init__(self, **sessions: bool) -> None:
        self.sessions = sessions
        self.now = 0.0
        self.stale = StaleSessions(self, grace=100, clock=lambda: self.now)  # type: ignore[arg-type]
        self._session_mgr = self

    def list_sessions(self):
        return [SimpleNamespace(session=SimpleNamespace(id=name)) for name in self.sessions]

    def is_active_session(self, session: str) -> bool:
        return self.sessions.get(session, False)

    def close_session(self, session: str) -> None:
        self.sessions.pop(session, None)

    def look(self, now: float) -> set[str]:
        """The sessions that are left after a look at that time."""
        self.now = now
        self.stale.close_departed()
        return set(self.sessions)


def test_a_session_is_closed_once_its_browser_was_away_for_the_whole_time():
    server = Server(here=True, away=False)
    assert server.look(0) == server.look(99) == {"here", "away"}
    assert server.look(100) == {"here"}


def test_a_browser_that_comes_back_has_the_whole_time_again():
    server = Server(away=False)
    server.look(0)
    server.sessions["away"] = True
    server.look(90)
    server.sessions["away"] = False
    assert server.look(95) == server.look(194) == {"away"}
    assert server.look(195) == set()


def test_uploads_go_with_their_session_though_the_server_has_forgotten_it():
    server = Server(here=True)
    path = SPOOL.hold("forgotten", "1", b"heart")
    kept = SPOOL.hold("here", "1", b"heart")
    server.look(0)
    assert path.exists()
    server.look(100)
    assert not path.exists()
    assert kept.exists()
    SPOOL.drop_session("here")


def test_streamlit_still_has_a_session_when_it_is_closed(monkeypatch):
    monkeypatch.setattr("streamlit.get_option", lambda name: 120)
    assert grace_seconds() + 2 * LOOK_SECONDS < 120
    monkeypatch.setattr("streamlit.get_option", lambda name: 1)
    assert grace_seconds() == 0
