"""Streamlit's server behind Septum's guard; `python -m core app` starts it."""

import asyncio
import importlib
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import get_instance

from core.settings import settings
from core.workflow.maintenance import leftovers
from pages.shared.serving.mixed_updates import widen_mixed_updates
from pages.shared.serving.request_guard import RequestGuard
from pages.shared.serving.spooled_uploads import SpooledUploads
from pages.shared.serving.stale_sessions import StaleSessions, grace_seconds, keep_closing

LOAD_AFTER_SECONDS = 5.0  # of the server's life; by then the first page is there
LOADED_AHEAD = ("scipy.signal", "pages.shared.review.page", "pages.shared.heart.page")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Show the app in a browser, unless the machine is said to have no screen; close what browsers leave."""
    if not st.get_option("server.headless"):
        await asyncio.to_thread(webbrowser.open, f"http://127.0.0.1:{st.get_option('server.port')}")
    tasks = [
        asyncio.create_task(asyncio.to_thread(leftovers.begin_clean)),
        asyncio.create_task(load_ahead()),
        asyncio.create_task(keep_closing(StaleSessions(get_instance(), grace_seconds()))),
    ]
    try:
        yield {}
    finally:
        for task in tasks:
            task.cancel()
        leftovers.leave_clean()


async def load_ahead() -> None:
    """Load what takes a while and is not needed for the first page, so that no reader waits for it."""
    await asyncio.sleep(LOAD_AFTER_SECONDS)
    for name in LOADED_AHEAD:
        await asyncio.to_thread(importlib.import_module, name)


widen_mixed_updates()
app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(RequestGuard, proxies=settings().host_names), Middleware(SpooledUploads)],
    lifespan=lifespan,
)
