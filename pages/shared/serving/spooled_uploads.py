"""Uploads go to the disk as they arrive; Streamlit, which would keep them in memory, gets a word for each."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

import streamlit as st
from anyio import to_thread
from starlette.datastructures import Headers

from core.errors import StoreUnavailable
from core.workflow.uploads.spool import SPOOL, Spooled, append, new_file, new_word
from pages.shared.serving.request_guard import App, Message, Receive, Send
from pages.shared.serving.upload_body import UploadBody

UPLOAD_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
BLOCK = 1_000_000  # bytes of an upload that wait in memory for the disk
DONE = 204  # Streamlit's answer to an upload that it took, and to one that it deleted


class SpooledUploads:
    """Stands before Streamlit's uploads, and leaves it to Streamlit whether one is allowed."""

    def __init__(self, app: App) -> None:
        """Serve the app."""
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on; the file of an upload is exchanged for a word."""
        upload = UPLOAD_PATH.search(str(scope["path"])) if scope["type"] == "http" else None
        if upload is None or scope["method"] not in ("PUT", "DELETE"):
            await self._app(scope, receive, send)
            return
        session, file_id = upload["session"], upload["file"]
        if scope["method"] == "DELETE":
            await self._app(scope, receive, _when_done(send, lambda: SPOOL.drop(session, file_id)))
            return
        max_bytes = st.get_option("server.maxUploadSize") * 1024 * 1024
        arriving = Arriving(receive, UploadBody(Headers(scope=scope).get("content-type", ""), max_bytes))
        keeping = _when_done(send, lambda: arriving.keep(session, file_id))
        try:
            await self._app(scope, arriving.receive, keeping)
        finally:
            arriving.discard()


class Arriving:
    """One upload on its way to the disk."""

    def __init__(self, receive: Receive, body: UploadBody) -> None:
        """Nothing is read before the app asks for it."""
        self._receive, self._body = receive, body
        self._word = new_word()
        self._path: Path | None = None
        self._problem = ""
        self._passed_on = not body.is_multipart
        self._is_kept = False

    async def receive(self) -> Message:
        """What the app is to take for the body, once all of the real one has come.

        Raises:
            HTTPException: when it is no upload of one file, or larger than allowed.
        """
        more = not self._passed_on
        if not more:
            return await self._receive()
        while more:
            message = await self._receive()
            if message["type"] != "http.request":
                return message  # the browser has left
            self._body.feed(cast(bytes, message.get("body", b"")))
            more = bool(message.get("more_body", False))
            if self._body.n_waiting >= BLOCK or not more:
                await to_thread.run_sync(self._write)
        self._passed_on = True
        return {"type": "http.request", "body": self._body.around(self._word), "more_body": False}

    def keep(self, session: str, file_id: str) -> None:
        """Give the file into the session's keeping; the app has taken the word for it."""
        whole = None if self._problem else self._path
        SPOOL.keep(session, file_id, Spooled(whole, self._problem), self._word)
        self._is_kept = whole is not None

    def discard(self) -> None:
        """Delete what nobody keeps."""
        if self._path is not None and not self._is_kept:
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        """Write what waits. After a problem the rest is only read, so that the page can tell what it was."""
        data = self._body.take()
        if self._problem:
            return
        try:
            if self._path is None:
                self._path = new_file()
            append(self._path, data)
        except StoreUnavailable as error:
            self._problem = str(error)


def _when_done(send: Send, act: Callable[[], None]) -> Send:
    """Do something before the browser hears that its request was done."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == DONE:
            act()
        await send(message)

    return sending
