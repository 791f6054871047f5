"""A proxy between client and S3 server that counts what goes through it, and spoils what it is told to."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

TIMEOUT = 20.0  # seconds, of the server
BUSY = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
END_OF_HEAD = b"\r\n\r\n"


class Fault(StrEnum):
    """What happens to one request."""

    CUT = "the connection is cut before the server hears of it"
    LOST = "the server does it, and the connection is cut before its answer"
    BUSY = "503 Slow Down"
    HALF = "half of the answer's body, and the connection is cut"
    HALF_SENT = "the server gets half of the body, and the connection is cut"
    SPOILT = "one bit of the answer's body is another"
    SLOW = "the answer comes in two halves, a while apart"
    STALLED = "the connection stays open and no answer comes"
    UNCONDITIONAL = "the server does not hear that the name must be free"


@dataclass(frozen=True)
class Seen:
    """One request that went through."""

    method: str
    path: str
    sent: int  # bytes of its body
    received: int  # bytes of the answer's body
    fault: Fault | None


class FaultyProxy:
    """Passes requests on to a server; use it as `with FaultyProxy(url) as proxy`."""

    def __init__(self, server: str) -> None:
        """Nothing is spoilt until `fault_of` says so."""
        place = urlsplit(server)
        self._server = (place.hostname or "", place.port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.fault_of: Callable[[str, str], Fault | None] = lambda method, path: None
        self.pause = 0.3  # seconds, of a slow answer
        self.delay = 0.0  # seconds, of every request, as the way to another place takes
        self.seen: list[Seen] = []
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        """The proxy, listening."""
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._closed.set()
        self._listener.close()

    def spoil(self, *faults: Fault | None, method: str = "") -> None:
        """Let these faults happen to the next requests of a method, one each, and none after them."""
        waiting = list(faults)

        def next_fault(given: str, path: str) -> Fault | None:
            return waiting.pop(0) if waiting and method in ("", given) else None

        self.fault_of = next_fault

    def spoil_by(self, fault_of: Callable[[str, str], Fault | None]) -> None:
        """Let the fault of each request, by its method and path, be what this returns."""
        self.fault_of = fault_of

    def count(self, method: str = "") -> int:
        """How many requests of a method there were."""
        return sum(method in ("", one.method) for one in self.seen)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head, body = _read_message(client)
            if head:
                self._pass_on(client, head, body)

    def _pass_on(self, client: socket.socket, head: bytes, body: bytes) -> None:
        method, path = head.split(b" ", 2)[:2]
        time.sleep(self.delay)
        fault = self.fault_of(method.decode(), path.decode())
        answer = b""
        if fault == Fault.HALF_SENT:
            self._ask(head, body[: len(body) // 2])
        elif fault == Fault.UNCONDITIONAL:
            answer = self._ask(without(head, b"if-none-match"), body)
        elif fault == Fault.BUSY:
            length = str(len(BUSY)).encode()
            answer = b"HTTP/1.1 503 Slow Down\r\nContent-Length: " + length + END_OF_HEAD + BUSY
        elif fault not in (Fault.CUT, Fault.STALLED):
            answer = self._ask(head, body)
        told, _, given = answer.partition(END_OF_HEAD)
        self.seen.append(Seen(method.decode(), path.decode(), len(body), len(given), fault))
        if fault == Fault.STALLED:
            self._closed.wait(TIMEOUT)
        if fault in (Fault.CUT, Fault.LOST, Fault.HALF_SENT, Fault.STALLED) or not answer:
            reset(client)
            return
        if method == b"HEAD":
            given = b""
        if fault == Fault.SPOILT and given:
            given = given[:-1] + bytes([given[-1] ^ 1])
        half = len(given) // 2
        client.sendall(without(told, b"connection") + b"\r\nConnection: close" + END_OF_HEAD + given[:half])
        if fault == Fault.HALF and given:
            reset(client)
            return
        if fault == Fault.SLOW:
            time.sleep(self.pause)
        client.sendall(given[half:])

    def _ask(self, head: bytes, body: bytes) -> bytes:
        head = without(without(head, b"connection"), b"expect")
        with socket.create_connection(self._server, TIMEOUT) as server:
            server.sendall(head + b"\r\nConnection: close" + END_OF_HEAD + body)
            server.shutdown(socket.SHUT_WR)
            answer = b""
            with suppress(OSError):
                while part := server.recv(1 << 16):
                    answer += part
            return answer


def without(head: bytes, name: bytes) -> bytes:
    """Return the head of a message without a header."""
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(name + b":"))


def reset(client: socket.socket) -> None:
    """Cut a connection at once, as a router that forgets it does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _read_message(client: socket.socket) -> tuple[bytes, bytes]:
    """A request's head, without its end, and its body."""
    data = b""
    while END_OF_HEAD not in data:
        if not (part := client.recv(1 << 16)):
            return b"", b""
        data += part
    head, _, body = data.partition(END_OF_HEAD)
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    if b"expect" in headers:
        client.sendall(b"HTTP/1.1 100 Continue" + END_OF_HEAD)
    length = int(headers.get(b"content-length", b"0"))
    parts = [body]
    n_read = len(body)
    while n_read < length and (part := client.recv(1 << 20)):
        parts.append(part)
        n_read += len(part)
    return head, b"".join(parts)
