"""Sessions whose browser has left are closed, with their uploads, whether or not others come."""

import asyncio
import logging
import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime import Runtime

from core.workflow.uploads.spool import SPOOL

LOOK_SECONDS = 5.0
LOG = logging.getLogger(__name__)


class StaleSessions:
    """Sessions that have had no browser for a while, and since when.

    Streamlit lets a browser come back for a while, then forgets its session when the next one comes: a server
    that nobody visits keeps the last visitor's files for good.
    """

    def __init__(self, runtime: Runtime, grace: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Watch the sessions of a server.

        Args:
            runtime: the server's.
            grace: seconds for which a browser may come back.
            clock: seconds that only go forward.
        """
        self._runtime, self._grace, self._clock = runtime, grace, clock
        self._since: dict[str, float] = {}

    def close_departed(self) -> None:
        """Close every session that has had no browser for too long; call it on the server's event loop."""
        now = self._clock()
        # Streamlit has no public list of its sessions; those that wait for their browser are in this one.
        known = {info.session.id for info in self._runtime._session_mgr.list_sessions()}
        gone = {
            session for session in known | SPOOL.sessions() if not self._runtime.is_active_session(session)
        }
        self._since = {session: self._since.get(session, now) for session in gone}
        for session, since in list(self._since.items()):
            if now - since >= self._grace:
                del self._since[session]
                SPOOL.drop_session(session)
                self._runtime.close_session(session)


def grace_seconds() -> float:
    """Return the seconds for which a browser may come back, a little less than Streamlit gives it."""
    kept: int = st.get_option("server.disconnectedSessionTTL")
    return max(0.0, kept - 3 * LOOK_SECONDS)


async def keep_closing(stale: StaleSessions) -> None:
    """Close stale sessions again and again until the server stops."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            stale.close_departed()
        except Exception:  # a session that cannot be closed must not keep the others open
            LOG.exception("a session whose browser has left could not be closed")
