"""A real PostgreSQL for the tests: started when the first of them asks, and gone when the tests are."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests.servers.ports import free_port

DEBIAN = Path("/usr/lib/postgresql")  # its programs lie below, by version, and on nobody's path
OLDEST = 15
ADMINISTRATOR = "septum"
# Nothing outlives the tests, so nothing is synced. In UTC, as no lab's machine is, times would agree by luck.
OPTIONS = ("fsync=off", "full_page_writes=off", "listen_addresses=127.0.0.1", "timezone=Asia/Kathmandu")
# The server goes when the pipe closes on which the shell waits: also where the tests are killed.
AFTER_THE_TESTS = 'cat >/dev/null; "$0" stop -D "$1/data" -m immediate -s 2>/dev/null; rm -rf "$1"'


def programs() -> Path | None:
    """The folder with initdb and postgres; None where there is no PostgreSQL that Septum is meant for."""
    of_debian = [path for path in DEBIAN.glob("*/bin") if int(path.parent.name) >= OLDEST]
    newest = sorted(of_debian, key=lambda path: int(path.parent.name))[-1:]
    on_path = shutil.which("initdb")
    folders = [*newest, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def unprivileged() -> str | None:
    """Who the server runs as where the tests run as root, whom it refuses; None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class Server:
    """A cluster in a temporary folder; it answers on this machine alone."""

    def __init__(self) -> None:
        """A new one, empty and up."""
        found = programs()
        assert found is not None
        self._programs = found
        self.port = free_port()
        self._user = unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="septum-postgresql-"))
        if self._user:
            shutil.chown(self.folder, self._user)
        self._call(
            "initdb", "--username", ADMINISTRATOR, "--auth", "trust", "--encoding", "UTF8", "--no-sync"
        )
        words = [f"-c {option}" for option in OPTIONS]
        words += [f"-p {self.port}", f"-k {self.folder}"]
        self._options = " ".join(words)
        self._supervisor = subprocess.Popen(
            ["sh", "-c", AFTER_THE_TESTS, self._programs / "pg_ctl", self.folder],
            stdin=subprocess.PIPE,
            cwd="/",
            user=self._user,
            start_new_session=True,
        )
        self.start()

    def start(self) -> None:
        """Let it answer."""
        log = str(self.folder / "log")
        self._call("pg_ctl", "start", "-w", "-s", "-l", log, "-o", self._options)

    def stop(self) -> None:
        """Let it answer nobody; whoever is connected is thrown out."""
        self._call("pg_ctl", "stop", "-m", "fast", "-s")

    def close(self) -> None:
        """Stop it for good and remove what it wrote."""
        self._supervisor.communicate()

    def url(self, database: str, user: str = ADMINISTRATOR, password: str | None = None) -> URL:
        """The address of a database, as SEPTUM_DATABASE takes it."""
        return URL.create("postgresql+psycopg", user, password, "127.0.0.1", self.port, database)

    def ask(self, *statements: str, database: str = "postgres") -> list[tuple]:
        """Do these one after the other, each by itself; the rows of the last, where it gives any."""
        place = self.url(database).set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(place, autocommit=True)) as connection:
            for statement in statements:
                done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def take(self, file: Path) -> None:
        """Give it a copy of a file that it alone may read, beside its data."""
        copy = self.folder / "data" / file.name
        shutil.copyfile(file, copy)
        copy.chmod(0o600)
        if self._user:
            shutil.chown(copy, self._user)

    def _call(self, program: str, *options: str) -> None:
        command: Sequence[str | Path] = [self._programs / program, "-D", self.folder / "data", *options]
        done = (
            subprocess.run(
                command, cwd="/", user=self._user, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            if program != "pg_ctl"
            else subprocess.run(
                command,
                cwd="/",
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                text=True,
            )
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


@cache
def server() -> Server:
    """The one of this process, which the end of the process ends."""
    return Server()
