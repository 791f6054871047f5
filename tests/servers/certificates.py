"""Certificates for servers on this machine, signed by an authority that nobody else knows."""

import shutil
import subprocess
from pathlib import Path

import pytest

COMMANDS = (
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Lab -keyout ca-key.pem -out ca.pem",
    "req -newkey rsa:2048 -nodes -subj /CN=server -addext subjectAltName={name} -keyout key.pem -out csr.pem",
    "x509 -req -in csr.pem -copy_extensions copy -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 "
    "-out cert.pem",
)


def certificates(folder: Path, name: str = "IP:127.0.0.1") -> Path:
    """Make a folder with `ca.pem`, and `cert.pem` and `key.pem` of a server of that name."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    folder.mkdir()
    for command in COMMANDS:
        words = ["openssl", *command.format(name=name).split()]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder
