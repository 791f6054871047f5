"""What many tests share: the place of real data, and one thread for torch."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "2")

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("SEPTUM_DATA", ROOT.parent / "shared" / "data"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if REAL_DATA.is_dir():
        return
    skip = pytest.mark.skip(reason=f"no real cardiac MR in {REAL_DATA}; set SEPTUM_DATA to run it")
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with coursework-96, acdc-volumes and sunnybrook-dicom."""
    return REAL_DATA
