"""Who may come in, and what a page may load: asked before anything else of every request."""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

# As ASGI has them.
Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UNKNOWN_HOST = "Septum does not answer to this name of the machine; the setting SEPTUM_HOSTS names others."
FOREIGN_ORIGIN = "Septum answers its own pages alone."
# Streamlit and Plotly make scripts, styles and workers as they go; no line lets anything in from elsewhere.
POLICY = "; ".join(
    (
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RequestGuard:
    """Answers only what was sent to a name of this machine, and by its own pages.

    A name that its owner turns to 127.0.0.1 makes a browser take Septum for a page of that name; a page of
    another program on this machine shares the machine's name. So both headers are looked at, whole.
    """

    def __init__(self, app: App, proxies: Collection[str] = ()) -> None:
        """Guard the app.

        Args:
            app: the rest of the server.
            proxies: names, without ports, under which a proxy passes requests on.
        """
        self._app = app
        self._proxies = {name.casefold() for name in proxies}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request through, with headers on its answer that keep the page at home, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await PlainTextResponse(refusal, 403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403

    def _refusal(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        name = host_name(host)
        if len(headers.getlist("host")) != 1 or name not in self._proxies.union(LOOPBACK):
            return UNKNOWN_HOST
        if origin is None:
            return None  # no page of a browser sent it
        try:
            sender = urlsplit(origin).netloc
        except ValueError:
            return FOREIGN_ORIGIN
        # A proxy may pass on its own address as the host; then only the origin has the name that readers see.
        own = sender.casefold() == host.casefold() or host_name(sender) in self._proxies
        return None if own and len(headers.getlist("origin")) == 1 else FOREIGN_ORIGIN


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port; "" where it is none.

    >>> host_name("Septum.Lab.org:8501"), host_name("[::1]:8501"), host_name("a@b"), host_name("a:b")
    ('septum.lab.org', '::1', '', '')
    """
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # looks whether it is a number
    except ValueError:
        return ""
    return (parts.hostname or "").removesuffix(".") if parts.netloc == host and "@" not in host else ""


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return send_with_headers
