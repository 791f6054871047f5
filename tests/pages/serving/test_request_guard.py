"""Only names of this machine and of its proxy are answered, and only the app's own pages may ask."""

import asyncio

import pytest

from pages.shared.serving.request_guard import HEADERS, RequestGuard

PROXY = "septum.lab.org"
OWN = "127.0.0.1:8501"


def answer(kind: str = "http", proxies: tuple[str, ...] = (PROXY,), **headers: str | list[str]) -> dict:
    """What comes of a request with these headers: the first message that is sent back."""
    sent: list[dict] = []
    found = [
        (name, one) for name, some in headers.items() for one in ([some] if isinstance(some, str) else some)
    ]
    scope = {
        "type": kind,
        "path": "/",
        "method": "GET",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in found],
    }

    async def app(scope, receive, send):
        begin = {"type": "http.response.start", "status": 200, "headers": []}
        await send(begin if kind == "http" else {"type": "websocket.accept"})

    async def receive():
        return {"type": f"{kind}.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(RequestGuard(app, proxies)(scope, receive, send))
    return sent[0]


def is_let_in(**headers: str | list[str]) -> bool:
    """Whether both a request and a connection with these headers come through."""
    page, stream = answer("http", **headers), answer("websocket", **headers)
    assert (page["status"] == 200) == (stream["type"] == "websocket.accept")
    assert page["status"] in (200, 403)
    return page["status"] == 200


@pytest.mark.parametrize(
    "host",
    [OWN, "127.0.0.1", "localhost:8501", "LocalHost", "[::1]:8501", PROXY, f"{PROXY}:443", f"{PROXY}."],
)
def test_names_of_this_machine_and_of_its_proxy_are_answered(host):
    assert is_let_in(host=host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        f"x{PROXY}",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "evil.example/127.0.0.1",
        "127.0.0.1:x",
        "127.0.0.1:99999",
        "[::1",
        "",
        "0.0.0.0",
        "ſeptum.lab.org".encode().decode("latin-1"),
    ],
)
def test_every_other_name_is_refused(host):
    assert not is_let_in(host=host)


def test_no_name_and_two_names_are_refused():
    assert not is_let_in()
    assert not is_let_in(host=[OWN, "evil.example"])


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (OWN, f"http://{OWN}"),
        ("localhost:8501", "http://localhost:8501"),
        (PROXY, f"https://{PROXY}"),
        (OWN, f"https://{PROXY}"),  # a proxy that passes on its own address as the host
    ],
)
def test_the_apps_own_pages_may_ask(host, origin):
    assert is_let_in(host=host, origin=origin)


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "http://evil.example",
        "null",
        "",
        "http://[",
        f"http://{OWN}@evil.example",
        f"https://{PROXY}.evil.example",
        "file://",
    ],
)
def test_pages_from_elsewhere_may_not_ask_another_program_of_this_machine_included(origin):
    assert not is_let_in(host=OWN, origin=origin)


def test_without_a_proxy_its_name_is_a_strangers():
    assert answer(host=PROXY, proxies=())["status"] == 403


def test_answers_keep_pages_from_loading_anything_from_elsewhere():
    sent = {name.decode(): value.decode() for name, value in answer(host=OWN)["headers"]}
    assert sent == {name.lower(): value for name, value in HEADERS.items()}
    assert not any("*" in word or "http" in word for word in HEADERS["Content-Security-Policy"].split())
