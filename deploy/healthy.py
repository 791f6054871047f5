"""Whether a part of Septum answers: `python deploy/healthy.py http://127.0.0.1:8501` or `tls://scheduler:8786`.

Exit code 1 where it does not. A scheduler is asked by certificate, as a node asks it.
"""

import os
import socket
import ssl
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 5.0


def require_app(address: str) -> None:
    """Raise OSError where the app does not answer."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=SECONDS):
        pass


def require_scheduler(host: str, port: int) -> None:
    """Raise OSError where no scheduler answers that knows this machine, and that this machine knows."""
    folder = Path(os.environ["SEPTUM_CLUSTER_TLS"])
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.check_hostname = False  # whoever has one of the certificates is a machine of the cluster
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    with socket.create_connection((host, port), SECONDS) as line, context.wrap_socket(line) as spoken:
        spoken.recv(1)  # a server says first which Dask it is; one that does not know us hangs up


if __name__ == "__main__":
    asked = urlsplit(sys.argv[1])
    try:
        if asked.scheme == "tls":
            require_scheduler(asked.hostname or "", asked.port or 0)
        else:
            require_app(sys.argv[1])
    except OSError as error:
        sys.exit(f"{sys.argv[1]} does not answer ({error})")
