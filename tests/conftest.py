"""What many tests share: the place of real data, and one thread for torch."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.databases import drop_databases, on_postgresql, use_postgresql
from tests.servers.postgresql import Server, programs, server

settings.register_profile("shared machine", deadline=None)  # how long an example takes says nothing there
settings.load_profile("shared machine")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:  # beside others; it would inherit the controller's choice
    os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "2")

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("SEPTUM_DATA", ROOT.parent / "shared" / "data"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="where the tests' stores are"
    )


@pytest.fixture(scope="session")
def postgresql() -> Server:
    """A real server; where none can be had, the tests that need one are skipped, and in CI they fail."""
    if programs() is None:
        told = "there is no PostgreSQL 15 here; `sh tests/servers/install_postgresql.sh` installs it"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return server()


@pytest.fixture(autouse=True, scope="session")
def database(request: pytest.FixtureRequest) -> None:
    """Where stores are, before the first is opened."""
    if request.config.getoption("database") == "postgresql":
        request.getfixturevalue("postgresql")
        use_postgresql()


@pytest.fixture(autouse=True)
def databases_dropped(database: None) -> Iterator[None]:
    """Leave no database of a server behind."""
    yield
    if on_postgresql():
        drop_databases()


def is_of_the_database(item: pytest.Item) -> bool:
    """Whether a test would find anything else on a server than on SQLite."""
    fixtures = getattr(item, "fixturenames", ())
    if "postgresql" in fixtures or item.get_closest_marker("sqlite"):  # wherever stores are, it has its own
        return False
    opens_itself = hasattr(getattr(item, "module", None), "open_at")
    return opens_itself or not {"store", "home"}.isdisjoint(fixtures)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database") == "postgresql":
        left = [item for item in items if not is_of_the_database(item)]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if is_of_the_database(item)]
    if REAL_DATA.is_dir():
        return
    skip = pytest.mark.skip(reason=f"no real cardiac MR in {REAL_DATA}; set SEPTUM_DATA to run it")
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put the main module back: Streamlit leaves a page there, which processes of a fork server would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with coursework-96, acdc-volumes and sunnybrook-dicom."""
    return REAL_DATA


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
