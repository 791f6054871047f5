"""`app`: the workbench in a browser."""

import os
import sys
from typing import Annotated

import typer

from core.settings import ROOT, settings

LOOPBACK = ("127.0.0.1", "localhost")
PORT = typer.Option("--port", min=1, max=65535, help="Port of this machine to listen on.")
HEADLESS = typer.Option("--headless", help="Open no browser.")


def app(port: Annotated[int, PORT] = 8501, headless: Annotated[bool, HEADLESS] = False) -> None:
    """Serve the app to this machine until it is stopped, and open it in a browser."""
    names = settings().host_names
    options = {"port": [str(port)], "headless": [str(headless).lower()]}
    options["allowedHosts"] = [*LOOPBACK, *names]
    options["corsAllowedOrigins"] = [f"https://{name}" for name in names]
    words = [
        word for name, values in options.items() for value in values for word in (f"--server.{name}", value)
    ]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(ROOT / "serve.py"), *words])
