"""What images in a bucket cost: requests and bytes a slice at the wire, and seconds beside a local folder.

    python -m benchmarks.speed.bucket [HEARTS] [SIDE] [MILLISECONDS]

Imports hearts of 10 positions x 2 phases, of random pixels so that nothing is the same twice, predicts them,
opens every slice in Review with and without copies on this machine, verifies and deletes: once with a
LocalBucket behind a proxy that counts and is as slow as the way to a bucket elsewhere, once in a folder.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.records.slices import Geometry, Series, Slice
from core.settings import settings
from core.store.database import Store, open_store
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from core.workflow.hearts.pictures import stacks
from core.workflow.maintenance.verify import verify
from core.workflow.models.registry import active_model
from core.workflow.prediction.predict_store import predict_slice
from core.workflow.review.open_slice import open_slice
from tests.store.files.faulty_proxy import FaultyProxy
from tests.store.files.s3_servers import KEY, REGION, SECRET, localbucket, new_bucket

POSITIONS, PHASES = 10, 2


def main() -> None:
    """Measure and tell."""
    n_hearts, side, milliseconds = (
        int(given) for given in [*sys.argv[1:], *("5", "192", "20")[len(sys.argv) - 1 :]]
    )
    with tempfile.TemporaryDirectory(prefix="septum-bucket-") as folder:
        root = Path(folder)
        with localbucket(root / "buckets") as server, FaultyProxy(server) as proxy:
            proxy.delay = milliseconds / 1000
            given = {"AWS_ENDPOINT_URL": proxy.url, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
            os.environ |= given | {"AWS_DEFAULT_REGION": REGION}
            arrays = f"s3://{new_bucket(server)}/arrays"
            told = {"a bucket": steps(root / "far", arrays, n_hearts, side, proxy)}
            told["a folder"] = steps(root / "near", "", n_hearts, side, proxy)
    n_slices = n_hearts * POSITIONS * PHASES
    for where, lines in told.items():
        print(f"{n_slices} slices of {side} x {side} in {where}")
        for name, (seconds, requests, sent, received) in lines.items():
            print(
                f"  {name:<40}{seconds:8.2f} s{requests / n_slices:8.2f} requests a slice, "
                f"{sent / n_slices / 1000:7.1f} kB up, {received / n_slices / 1000:7.1f} kB down"
            )


def steps(
    home: Path, arrays: str, n_hearts: int, side: int, proxy: FaultyProxy
) -> dict[str, tuple[float, int, int, int]]:
    """Do everything once; returns for each step its seconds, requests, and bytes up and down."""
    os.environ |= {"SEPTUM_HOME": str(home), "SEPTUM_ARRAYS": arrays}
    told: dict[str, tuple[float, int, int, int]] = {}

    @contextmanager
    def measured(name: str) -> Iterator[None]:
        proxy.seen.clear()
        began = time.monotonic()
        yield
        seconds = time.monotonic() - began
        seen = list(proxy.seen)
        told[name] = (seconds, len(seen), sum(one.sent for one in seen), sum(one.received for one in seen))

    def open_anew() -> Store:
        """As a process that has just begun."""
        from core.store import database

        settings.cache_clear()
        database._opened.cache_clear()
        stacks._grey.cache_clear()
        return open_store()

    with measured("start"):
        store = open_anew()
    series = [heart(number, side) for number in range(n_hearts)]
    with measured("import"):
        ids = [add_series(store, one).series_id for one in series]
    with measured("the same import again"):
        for one in series:
            add_series(store, one)
    active_model()
    rows = list_slices(store, limit=None)
    with measured("prediction, one slice after the other"):
        for row in rows:
            predict_slice(row.id)
    for name in ("Review, copies on this machine", "Review, none yet"):
        if name.endswith("yet"):
            forget_copies(home)
        open_anew()
        with measured(name):
            for row in rows:
                open_slice(row.id, "ann")
    forget_copies(home)
    store = open_anew()
    with measured("all images, several at a time"):
        for start in range(0, len(rows), POSITIONS * PHASES):
            store.arrays.load_all([row.image_sha256 for row in rows[start : start + POSITIONS * PHASES]])
    with measured("verify"):
        problems: list[str] = []
        verify(problems.append)
        assert not problems, problems
    with measured("deletion"):
        delete_series(store, ids)
    return told


def heart(number: int, side: int) -> Series:
    """A series of random pixels."""
    chance = np.random.default_rng(number)
    places = [(position, phase) for phase in range(PHASES) for position in range(POSITIONS)]
    slices = tuple(
        Slice(position, phase, chance.integers(0, 1000, (side, side)).astype(np.uint16), source="cine.nii.gz")
        for position, phase in places
    )
    geometry = Geometry("nifti", (side, side, POSITIONS, PHASES), (1.5, 1.5), 8.0)
    return Series(f"patient {number}", "cine", geometry, slices)


def forget_copies(home: Path) -> None:
    """Delete the copies of this machine."""
    for copy in (home / "cache").rglob("*.npy"):
        copy.unlink()


if __name__ == "__main__":
    main()
