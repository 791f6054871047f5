"""A bucket behind a way on which connections are cut, answers halved, bits turned and servers too busy."""

import os
from pathlib import Path
from random import Random
from unittest.mock import patch

import numpy as np

from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from core.errors import StoreUnavailable
from core.records.slices import Series
from core.store.database import Store, open_store
from core.store.files import attempts, buckets
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slice_pixels
from tests.store.files.faulty_proxy import Fault, FaultyProxy
from tests.store.files.s3_servers import KEY, REGION, SECRET, localbucket, new_bucket
from tests.workflow.small import cine

N_HEARTS = 40
MAX_SHARE = 0.6  # of all requests that are spoilt
DELETED_SHARE = 0.2  # of the hearts that came in
TRIES = 4  # to import one; then whoever imports gives up
STALLED_SECONDS = 1.0
PAUSE_SECONDS = 0.01  # as the tests wait; what a person's machine waits for changes nothing here
FAULTS = [fault for fault in Fault if fault not in (Fault.UNCONDITIONAL, Fault.SLOW, Fault.STALLED)]


def bucket(folder: Path, chance: Random) -> Round:
    """Import, read and delete in a storm; afterwards what was acknowledged is there, right, and all of it."""
    lost: list[str] = []
    tried = 0
    with localbucket(folder / "buckets") as server, FaultyProxy(server) as proxy:
        where = {
            "SEPTUM_ARRAYS": f"s3://{new_bucket(server)}/arrays",
            "SEPTUM_CACHE_MB": "1",
            "AWS_ENDPOINT_URL": proxy.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
        }
        config = buckets.S3_CONFIG | {"read_timeout": STALLED_SECONDS}
        with (
            patch.dict(os.environ, where),
            patch.object(attempts, "PAUSE_SECONDS", PAUSE_SECONDS),
            patch.object(attempts, "SILENT_SECONDS", 0.0),
            patch.object(buckets, "S3_CONFIG", config),
            patch.object(buckets, "PART_ATTEMPTS", 1),
            own_home(folder),
        ):
            store = open_store()
            share = chance.uniform(0.2, MAX_SHARE)
            proxy.spoil_by(lambda method, path: chance.choice(FAULTS) if chance.random() < share else None)
            acknowledged: dict[int, Series] = {}
            for number in range(N_HEARTS):
                series = cine(f"patient {number}", 1, 2, seed=number)
                for _ in range(TRIES):
                    try:
                        acknowledged[add_series(store, series).series_id] = series
                        break
                    except StoreUnavailable:
                        tried += 1  # told, and nothing of it is there
                if acknowledged and chance.random() < DELETED_SHARE:
                    gone = chance.choice(list(acknowledged))
                    try:
                        delete_series(store, [gone])
                    except StoreUnavailable:  # its slices are gone, and its files go with the next ones
                        tried += 1
                    del acknowledged[gone]
                if acknowledged:
                    looked_at = chance.choice(list(acknowledged))
                    lost += wrong_in(store, {looked_at: acknowledged[looked_at]})
            proxy.spoil()
            lost += wrong_in(store, acknowledged, told_is_lost=True)
            here = {row.series_id for row in list_slices(store, limit=None)}
            lost += [f"series {one} is there, which nobody was told" for one in here - acknowledged.keys()]
            lost += unsound()
    return Round(tried=tried + len(acknowledged), lost=tuple(lost))


def wrong_in(store: Store, acknowledged: dict[int, Series], told_is_lost: bool = False) -> list[str]:
    """A sentence for each image that is not what came in; one that cannot be read now is told, no loss."""
    wrong = []
    for series_id, series in acknowledged.items():
        rows = list_slices(store, Filter(series_id=series_id), limit=None)
        images = {(item.position, item.phase): item.pixels for item in series.slices}
        if len(rows) != len(images):
            wrong.append(f"series {series_id} has {len(rows)} slices of {len(images)}")
        for row in rows:
            try:
                right = np.array_equal(slice_pixels(store, row), images[row.position, row.phase])
            except StoreUnavailable as error:
                wrong += [str(error)] if told_is_lost else []
                continue
            if not right:
                wrong.append(f"slice {row.id} is not what came in")
    return wrong
