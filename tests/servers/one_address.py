"""One address before several servers: passes bytes on, to the first server of its list that answers."""

import socket
import threading
from contextlib import closing, suppress
from typing import Self

SECONDS = 5.0  # for which a server may take to accept


class OneAddress:
    """A proxy on this machine; use it as `with OneAddress(one, other) as address`."""

    def __init__(self, *ports: int) -> None:
        """Nothing is passed on yet.

        Args:
            ports: of the servers, the one first that is asked first.
        """
        self._ports = ports
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends: set[socket.socket] = set()  # of lines that are open

    def __enter__(self) -> Self:
        """The proxy, listening."""
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._listener.close()
        self.lead_to()

    def lead_to(self, *ports: int) -> None:
        """Cut all lines; those that are opened from now on lead to the first of these that answers."""
        self._ports = ports
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with closing(client):
            for port in self._ports:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), SECONDS) as server:
                    server.settimeout(None)
                    self._pass_on(client, server)
                    return

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        self._ends |= {client, server}
        back = threading.Thread(target=pour, args=(server, client), daemon=True)
        back.start()
        pour(client, server)
        back.join()
        self._ends -= {client, server}


def pour(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes until either end is closed, and tell both."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
