"""Streamlit's server with Septum's door in front of it; `python -m core app` starts it."""

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import get_instance

from core.settings import settings
from core.workflow import leftovers
from pages.shared.departed import Departed, patience, watch
from pages.shared.door import Door
from pages.shared.spooled_uploads import SpooledUploads


@asynccontextmanager
async def opened(_: st.App) -> AsyncIterator[dict[str, object]]:
    """Show the app in a browser, unless the machine is said to have no screen; close what browsers leave."""
    if not st.get_option("server.headless"):
        await asyncio.to_thread(webbrowser.open, f"http://127.0.0.1:{st.get_option('server.port')}")
    beside = [
        asyncio.create_task(asyncio.to_thread(leftovers.begin_clean)),
        asyncio.create_task(watch(Departed(get_instance(), patience()))),
    ]
    try:
        yield {}
    finally:
        for task in beside:
            task.cancel()
        leftovers.leave_clean()


app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Door, proxies=settings().host_names), Middleware(SpooledUploads)],
    lifespan=opened,
)
