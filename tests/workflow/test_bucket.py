"""A whole store whose images are in a bucket: imported, predicted, reviewed, verified, mended, deleted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.settings import settings
from core.store import database
from core.store.database import Store, open_store
from core.store.files import buckets
from core.store.files.kinds import ARRAY, name_of
from core.store.masks.drafts import load_draft, save_draft
from core.store.series.deletion import delete_series
from core.store.slices.slices import list_slices
from core.workflow.maintenance.verify import verify
from core.workflow.prediction.predict_store import predict_slice
from core.workflow.review.open_slice import open_slice
from tests.cli.conftest import septum
from tests.store.files.conftest import Proxied, proxied, quick
from tests.store.files.faulty_proxy import Fault
from tests.store.files.s3_servers import client, s3_server
from tests.workflow.small import cine, stored

__all__ = ["proxied", "quick", "s3_server", "septum"]
N_SLICES = 6


@pytest.fixture
def open_anew(model: Path, proxied: Proxied, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Store]:
    """Open the store in the bucket as a process does that has just begun, in a home of this name."""

    def open_there(home: str = "home") -> Store:
        monkeypatch.setenv("SEPTUM_HOME", str(model.parent.parent / home))
        monkeypatch.setenv("SEPTUM_DATABASE", f"sqlite:///{model.parent.parent / 'septum.sqlite'}")
        monkeypatch.setenv("SEPTUM_ARRAYS", proxied.url)
        settings.cache_clear()
        database._opened.cache_clear()
        store = open_store()
        proxied.proxy.seen.clear()
        return store

    return open_there


def in_bucket(at: Proxied) -> list[str]:
    listed = client(at.server).list_objects_v2(Bucket=at.bucket).get("Contents", [])
    return [one["Key"] for one in listed if one["Key"].endswith(ARRAY)]


def images_read(at: Proxied) -> int:
    return sum(one.method == "GET" and one.path.endswith(ARRAY) for one in at.proxy.seen)


def faults() -> list[str]:
    problems: list[str] = []
    verify(problems.append)
    return problems


def test_requests_stay_few_and_what_this_machine_has_seen_needs_none(open_anew, proxied):
    open_anew()
    proxy = proxied.proxy
    rows = stored(cine("anna"))
    assert (proxy.count("PUT"), proxy.count("HEAD"), proxy.count()) == (N_SLICES, N_SLICES, 2 * N_SLICES)
    proxy.seen.clear()
    stored(cine("anna"))  # again: looked for, not sent
    assert (proxy.count("HEAD"), proxy.count()) == (N_SLICES, N_SLICES)
    open_anew()
    for row in rows:
        predict_slice(row.id)
        open_slice(row.id, "ann")
    assert images_read(proxied) == 0
    open_anew("another")
    for row in rows:
        open_slice(row.id, "ann")
    assert images_read(proxied) == N_SLICES
    proxy.seen.clear()
    assert faults() == []
    assert proxy.count() <= N_SLICES + 3  # each image, the listing, the model beside them


def test_a_server_that_goes_down_under_a_reader_is_told_and_costs_no_stroke(open_anew, proxied):
    open_anew()
    row = stored(cine("anna"))[0]
    store = open_anew("another")
    proxied.proxy.fault_of = lambda method, path: Fault.CUT
    with pytest.raises(StoreUnavailable, match="cannot be reached") as told:
        open_slice(row.id, "ann")
    assert len(str(told.value).splitlines()) == 1
    strokes = np.ones((row.height, row.width), np.uint8)
    save_draft(store, row.id, "ann", strokes, parent_id=None, seq=1)
    proxied.proxy.spoil()
    open_slice(row.id, "ann")
    draft = load_draft(store, row.id, "ann")
    assert draft is not None
    assert np.array_equal(draft.mask, strokes)


def test_an_import_that_a_server_breaks_off_brings_nothing_and_comes_in_whole_later(open_anew, proxied):
    store = open_anew()
    left = iter(range(3))
    proxied.proxy.fault_of = lambda method, path: None if next(left, None) is not None else Fault.BUSY
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        stored(cine("anna"))
    assert list_slices(store) == []
    proxied.proxy.spoil()
    assert len(stored(cine("anna"))) == N_SLICES
    assert faults() == []


@pytest.mark.parametrize("body", [None, b"half"])
def test_an_image_that_is_lost_or_torn_in_the_bucket_is_named_and_comes_back_with_its_series(
    open_anew, proxied, body
):
    open_anew()
    row = stored(cine("anna"))[0]
    key = f"arrays/{name_of(row.image_sha256)}"
    if body is None:
        client(proxied.server).delete_object(Bucket=proxied.bucket, Key=key)
    else:
        client(proxied.server).put_object(Bucket=proxied.bucket, Key=key, Body=body)
    (told,) = faults()
    assert f"the image {row.image_sha256[:12]}" in told
    stored(cine("anna"))
    assert faults() == []


def test_a_deletion_takes_the_images_out_of_the_bucket(open_anew, proxied):
    store = open_anew()
    rows = stored(cine("anna"))
    assert len(in_bucket(proxied)) == N_SLICES
    delete_series(store, [rows[0].series_id])
    assert in_bucket(proxied) == []


def test_leftovers_in_the_bucket_are_cleared_once_they_are_old(open_anew, proxied, monkeypatch):
    store = open_anew()
    stored(cine("anna"))
    stray = store.arrays.keep(np.full((5, 5), 7, np.uint16))
    assert verify(lambda problem: None).n_cleared == 0
    monkeypatch.setattr("core.store.checks.leftovers.OLD_SECONDS", -60)
    assert verify(lambda problem: None).n_cleared == 1
    assert not store.arrays.holds(stray)
    assert len(in_bucket(proxied)) == N_SLICES
    listed = client(proxied.server).list_objects_v2(Bucket=proxied.bucket)["Contents"]
    assert f"arrays/{buckets.MARK}" in [one["Key"] for one in listed]


def test_verify_says_where_a_server_does_not_heed_free_names(open_anew, proxied, septum):
    proxied.proxy.fault_of = lambda method, path: Fault.UNCONDITIONAL if method == "PUT" else None
    open_anew()
    stored(cine("anna"))
    code, text = septum("verify")
    assert (code, "(If-None-Match)" in text) == (0, True)
