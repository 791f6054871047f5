"""Whatever happens between here and a bucket, what is read is right or told, and no half passes as whole."""

import numpy as np
import pytest

from core.errors import StoreUnavailable
from core.store.files import attempts
from core.store.files.arrays import encoded
from core.store.files.attempts import ATTEMPTS
from core.store.files.kinds import RUN_FILE, name_of
from tests.store.files.faulty_proxy import Fault
from tests.store.files.s3_servers import client

PIXELS = np.arange(3000, dtype=np.uint16).reshape(60, 50)
PASSING = [fault for fault in Fault if fault != Fault.UNCONDITIONAL]


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_is_not_seen(proxied, tmp_path, fault):
    arrays, proxy = proxied.arrays(), proxied.proxy
    proxy.spoil(fault, fault)
    digest = arrays.keep(PIXELS)
    proxy.spoil(fault)
    assert np.array_equal(arrays.load(digest), PIXELS)
    proxy.spoil(fault)
    assert arrays.holds(digest)
    proxy.spoil(fault)
    arrays.fetch(digest, ".npy", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == encoded(PIXELS)
    proxy.spoil(fault)
    assert [one.digest for one in arrays.listed() if one.digest] == [digest]
    proxy.spoil(fault)
    arrays.remove([digest])
    assert not arrays.holds(digest)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST, Fault.BUSY])
def test_a_fault_that_stays_is_told_in_one_sentence_after_so_many_attempts(proxied, fault):
    arrays = proxied.arrays()
    digest = arrays.keep(PIXELS)
    proxied.proxy.fault_of = lambda method, path: fault
    for use in (
        lambda: arrays.keep(PIXELS + 1),
        lambda: arrays.load(digest),
        lambda: arrays.holds(digest),
        lambda: arrays.remove([digest]),
        lambda: list(arrays.listed()),
    ):
        proxied.proxy.seen.clear()
        with pytest.raises(StoreUnavailable, match=f"s3://{proxied.bucket}/arrays cannot be reached") as told:
            use()
        assert len(str(told.value).splitlines()) == 1
        assert ATTEMPTS <= proxied.proxy.count() <= 2 * ATTEMPTS  # aiohttp may send one again by itself


def test_while_nobody_answers_no_one_waits_for_all_attempts_again(proxied, monkeypatch):
    monkeypatch.setattr(attempts, "SILENT_SECONDS", 60.0)
    arrays = proxied.arrays()
    digest = arrays.keep(PIXELS)
    proxied.proxy.fault_of = lambda method, path: Fault.BUSY
    for _ in range(4):
        with pytest.raises(StoreUnavailable):
            arrays.load(digest)
    assert proxied.proxy.count("GET") == ATTEMPTS + 3
    proxied.proxy.spoil()
    arrays.load(digest)  # it is asked all the time, so it is heard as soon as it answers
    proxied.proxy.spoil(Fault.BUSY)
    arrays.load(digest)


def test_half_of_a_file_at_the_server_is_told_and_never_taken_as_whole(proxied, tmp_path):
    arrays = proxied.arrays()
    data = encoded(PIXELS)
    half = data[: len(data) // 2]
    digest = arrays.keep(PIXELS)
    key = f"arrays/{name_of(digest)}"
    client(proxied.server).put_object(Bucket=proxied.bucket, Key=key, Body=half)  # as a torn upload leaves it
    with pytest.raises(StoreUnavailable, match=f"the image {digest[:12]} in .* is damaged"):
        arrays.load(digest)
    with pytest.raises(StoreUnavailable, match="is damaged"):
        arrays.fetch(digest, ".npy", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    assert arrays.keep(PIXELS) == digest  # whoever has the whole mends it
    assert np.array_equal(arrays.load(digest), PIXELS)


def test_a_way_that_spoils_everything_is_told_as_damage(proxied, tmp_path):
    arrays = proxied.arrays(tmp_path)
    digest = arrays.keep_bytes(b"resume", RUN_FILE)
    proxied.proxy.fault_of = lambda method, path: Fault.SPOILT if method == "GET" else None
    with pytest.raises(
        StoreUnavailable, match=f"the file of a run {digest[:12]} in .* is damaged; restore it"
    ):
        arrays.read(digest, RUN_FILE)


def test_a_file_that_is_not_there_is_told_at_once(proxied):
    arrays = proxied.arrays()
    with pytest.raises(StoreUnavailable, match="the image abababababab is missing in s3://"):
        arrays.load("ab" * 32)
    assert proxied.proxy.count() == 2  # by its name, and by the first release's
