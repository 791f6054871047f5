"""The app as `core app` serves it: who reaches its pages, its sockets, uploads and pictures."""

import http.client
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator

import pytest

from core.settings import ROOT
from pages.shared.serving.request_guard import FOREIGN_ORIGIN, UNKNOWN_HOST
from tests.browser.conftest import end, start_server
from tests.servers.ports import free_port

PROXY = "septum.lab.org"
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
PATHS = {
    "page": ("GET", "/Review", {}),
    "health": ("GET", "/_stcore/health", {}),
    "socket": ("GET", "/_stcore/stream", SOCKET),
    "upload": ("PUT", "/_stcore/upload_file/a/b", {}),
    "picture": ("GET", "/media/0123.png", {}),
}
OPEN = {"page": 200, "health": 200, "socket": 101, "picture": 404}  # without the guard's no


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the app as `make app` starts it, for a proxy of one name."""
    found = free_port()
    env = os.environ | {"SEPTUM_HOME": str(tmp_path_factory.mktemp("served") / "home"), "SEPTUM_HOSTS": PROXY}
    command = [sys.executable, "-m", "core", "app", "--port", str(found), "--headless"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if ask(found, "health", f"127.0.0.1:{found}")[0] == 200:
                break
        except OSError:
            time.sleep(0.1)
    yield found
    end(process)


def ask(port: int, what: str, host: str, origin: str = "") -> tuple[int, str]:
    """Status and words of the answer to one request."""
    method, path, headers = PATHS[what]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    for name, value in ({"Host": host} | headers | ({"Origin": origin} if origin else {})).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    words = "" if response.status == 101 else response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, words


@pytest.mark.parametrize("what", PATHS)
def test_a_name_that_somebody_else_turned_to_this_machine_gets_nothing(port, what):
    assert ask(port, what, "evil.example") in ((403, UNKNOWN_HOST), (403, ""))
    assert ask(port, what, f"evil.example:{port}", f"http://evil.example:{port}")[0] == 403


@pytest.mark.parametrize("what", PATHS)
def test_the_page_of_another_program_on_this_machine_gets_nothing(port, what):
    assert ask(port, what, f"127.0.0.1:{port}", "http://127.0.0.1:9999") in ((403, FOREIGN_ORIGIN), (403, ""))


@pytest.mark.parametrize("what", OPEN)
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", PROXY])
def test_this_machine_and_the_proxy_are_answered(port, what, name):
    host = f"{name}:{port}"
    assert ask(port, what, host)[0] == OPEN[what]
    assert ask(port, what, host, f"http://{host}")[0] == OPEN[what]


def test_a_proxy_may_pass_on_its_own_address_as_the_host(port):
    assert ask(port, "socket", f"127.0.0.1:{port}", f"https://{PROXY}")[0] == 101


def test_started_by_streamlit_itself_the_app_answers_no_strangers_socket_either(tmp_path):
    process, url = start_server(ROOT / "app.py", {"SEPTUM_HOME": str(tmp_path / "home")})
    try:
        port = int(url.rpartition(":")[2])
        assert ask(port, "socket", f"evil.example:{port}", f"http://evil.example:{port}")[0] == 403
        assert ask(port, "socket", f"127.0.0.1:{port}", f"http://127.0.0.1:{port}")[0] == 101
    finally:
        end(process)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/%00",
            "/..%2f..%2fetc%2fpasswd",
            "//evil.example/x",
            "/media/%ff",
            "/component/../../x",
            "/%ff%fe",
        ),
        *(
            "/Review/%2e%2e/x",
            "/_stcore/",
            "/" + "a" * 5000,
            "/Review?slice=%ff",
            "/static/..%5c..%5cx",
            "/%",
        ),
        *("/_stcore/agent/interact", "/_stcore/agent/mcp", "/Review/" * 500, "/?" + "a=b&" * 5000),
    ],
)
def test_no_path_is_a_servers_error(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status < 500
    assert b"root:" not in response.read()
    connection.close()


def test_nothing_of_the_server_asks_anybody_outside_or_helps_them_in():
    options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert options["server"]["address"] == "127.0.0.1"
    assert options["server"]["allowedHosts"] == ["127.0.0.1", "localhost"]
    assert options["server"]["enableXsrfProtection"]
    assert not options["server"]["enableStaticServing"]
    assert not options["server"]["showEmailPrompt"]
    assert not options["browser"]["gatherUsageStats"]
    assert not options["client"]["showErrorLinks"]
    assert options["client"]["showErrorDetails"] == "none"
    assert options["client"]["allowedOrigins"] == []
    assert options["client"]["disableDataExport"]  # its tables would leave with formulas in them
