"""A bucket at a real S3 server is a folder like any other, at one request a file and fewer."""

import logging
import os
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
import numpy as np
import pytest

from core.errors import BadSetting, StoreUnavailable
from core.store.files import buckets
from core.store.files.arrays import ArrayFolder, encoded
from core.store.files.kinds import ARRAY, RUN_FILE
from tests.servers.ports import free_port
from tests.store.files.conftest import Proxied
from tests.store.files.faulty_proxy import Fault, FaultyProxy
from tests.store.files.s3_servers import KEY, REGION, SECRET, client, moto, new_bucket, point_at

PIXELS = np.arange(30, dtype=np.uint16).reshape(6, 5)
MEGABYTE = 1 << 20


def keys(at: Proxied) -> list[str]:
    """The names in the bucket, without Septum's mark."""
    listed = client(at.server).list_objects_v2(Bucket=at.bucket).get("Contents", [])
    return [one["Key"] for one in listed if not one["Key"].endswith(buckets.MARK)]


def test_a_bucket_is_laid_out_as_a_folder_and_asks_for_one_request_a_file(proxied, tmp_path):
    arrays = proxied.arrays()
    digest = arrays.keep(PIXELS)
    assert [one.method for one in proxied.proxy.seen] == ["PUT"]
    assert keys(proxied) == [f"arrays/{digest[:2]}/{digest}.npy"]
    in_folder = ArrayFolder(str(tmp_path))
    assert in_folder.keep(PIXELS) == digest
    assert in_folder.path(digest).read_bytes() == arrays.read(digest) == encoded(PIXELS)
    assert [one.method for one in proxied.proxy.seen] == ["PUT", "GET"]


def test_what_is_in_the_bucket_already_is_not_written_over(proxied):
    arrays = proxied.arrays()
    digest = arrays.keep(PIXELS)
    before = client(proxied.server).head_object(Bucket=proxied.bucket, Key=keys(proxied)[0])["LastModified"]
    assert proxied.arrays().keep(PIXELS) == digest
    assert [one.method for one in proxied.proxy.seen] == ["PUT", "HEAD"]  # refused, then its size compared
    after = client(proxied.server).head_object(Bucket=proxied.bucket, Key=keys(proxied)[0])["LastModified"]
    assert after == before


def test_a_copy_on_this_machine_spares_the_request_and_a_damaged_one_is_fetched_anew(proxied, tmp_path):
    digest = proxied.arrays().keep(PIXELS)
    arrays = proxied.arrays(tmp_path)
    arrays.load(digest)
    arrays.load(digest)
    assert proxied.proxy.count() == 1
    (copy,) = tmp_path.rglob("*.npy")
    copy.write_bytes(copy.read_bytes()[:-1] + b"\xff")
    assert np.array_equal(arrays.load(digest), PIXELS)
    assert proxied.proxy.count() == 2
    assert copy.read_bytes() == encoded(PIXELS)
    arrays.read(digest, from_source=True)
    assert proxied.proxy.count() == 3
    arrays.remove([digest])
    assert not list(tmp_path.rglob("*.npy"))


def test_what_was_just_written_is_at_hand_and_many_come_at_once(proxied, tmp_path):
    arrays = proxied.arrays(tmp_path / "one")
    planes = [PIXELS + i for i in range(20)]
    digests = arrays.at_once(arrays.keep, planes)
    arrays.load_all(digests)
    assert proxied.proxy.count("GET") == 0
    elsewhere = proxied.arrays(tmp_path / "two")
    elsewhere.bring_near(digests)
    assert proxied.proxy.count("GET") == 20
    assert all(np.array_equal(elsewhere.load(one), plane) for one, plane in zip(digests, planes, strict=True))
    assert proxied.proxy.count("GET") == 20


def test_a_listing_tells_all_files_by_one_request(proxied):
    arrays = proxied.arrays()
    digest, run_file = arrays.keep(PIXELS), arrays.keep_bytes(b"resume", RUN_FILE)
    proxied.proxy.seen.clear()
    listed = {one.digest: one for one in arrays.listed() if one.digest}
    assert proxied.proxy.count() == 1
    assert {(one.digest, one.ending) for one in listed.values()} == {(digest, ARRAY), (run_file, RUN_FILE)}
    assert listed[digest].entry.n_bytes == len(encoded(PIXELS))
    assert -5 < listed[digest].entry.age_seconds < 60


@pytest.mark.usefixtures("quick")
def test_many_files_go_by_one_request_where_the_server_knows_how(moto_server, monkeypatch):
    with FaultyProxy(moto_server) as proxy:
        point_at(monkeypatch, proxy.url)
        arrays = ArrayFolder(f"s3://{new_bucket(moto_server)}/arrays")
        assert not arrays.storage.notice
        digests = [arrays.keep(PIXELS + i) for i in range(10)]
        proxy.seen.clear()
        arrays.remove([*digests, "ab" * 32])  # one that is not there is none to remove
        assert [one.method for one in proxy.seen] == ["POST"]
        assert not any(arrays.holds(digest) for digest in digests)


def test_many_files_go_by_one_request_each_where_it_does_not(proxied):
    arrays = proxied.arrays()
    digests = [arrays.keep(PIXELS + i) for i in range(3)]
    arrays.remove([*digests, "ab" * 32])
    assert keys(proxied) == []


def test_a_server_that_writes_over_files_is_told_of_and_looked_at_before(proxied, caplog):
    proxied.proxy.fault_of = lambda method, path: Fault.UNCONDITIONAL if method == "PUT" else None
    with caplog.at_level(logging.WARNING):
        arrays = proxied.arrays()
    assert "(If-None-Match)" in arrays.storage.notice
    assert arrays.storage.notice in caplog.text
    digest = arrays.keep(PIXELS)
    assert arrays.keep(PIXELS) == digest
    assert proxied.proxy.count("PUT") == 1  # the second time it was seen to be there


def test_a_server_that_heeds_free_names_has_nothing_told_of_it(proxied):
    assert proxied.arrays().storage.notice == ""
    assert proxied.arrays().storage.notice == ""  # also when the mark is there


def test_eight_at_once_write_the_same_files_and_each_is_whole(proxied):
    arrays = proxied.arrays()
    planes = [PIXELS + i % 3 for i in range(24)]
    with ThreadPoolExecutor(8) as threads:
        digests = list(threads.map(arrays.keep, planes))
    assert len(set(digests)) == 3
    assert all(np.array_equal(arrays.load(one), plane) for one, plane in zip(digests, planes, strict=True))


@pytest.mark.parametrize("fault", [None, Fault.BUSY, Fault.CUT, Fault.LOST])
def test_a_large_file_goes_up_in_parts_and_comes_back_whole(proxied, tmp_path, monkeypatch, fault):
    monkeypatch.setattr(buckets, "PART_BYTES", 5 * MEGABYTE)
    source, back = tmp_path / "resume", tmp_path / "back"
    source.write_bytes(os.urandom(12 * MEGABYTE))
    arrays = proxied.arrays()
    proxied.proxy.spoil(None, None, fault)  # the second of the parts
    digest = arrays.keep_file(source, RUN_FILE)
    parts = [one for one in proxied.proxy.seen if "partNumber" in one.path]
    assert len(parts) >= 3
    assert max(one.sent for one in parts) == 5 * MEGABYTE
    assert arrays.keep_file(source, RUN_FILE) == digest
    arrays.fetch(digest, RUN_FILE, back)
    assert back.read_bytes() == source.read_bytes()


def test_a_large_file_that_breaks_off_is_nowhere(proxied, tmp_path, monkeypatch):
    monkeypatch.setattr(buckets, "PART_BYTES", 5 * MEGABYTE)
    source = tmp_path / "resume"
    source.write_bytes(os.urandom(12 * MEGABYTE))
    arrays = proxied.arrays()
    proxied.proxy.fault_of = lambda method, path: Fault.CUT if "partNumber=3" in path else None
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        arrays.keep_file(source, RUN_FILE)
    assert keys(proxied) == []


def test_a_wrong_key_and_a_key_without_rights_are_told_at_once(monkeypatch, tmp_path):
    with moto() as server, FaultyProxy(server) as proxy:
        name = new_bucket(server)
        iam = boto3.client(
            "iam",
            endpoint_url=server,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name=REGION,
        )
        iam.create_user(UserName="ann")
        made = iam.create_access_key(UserName="ann")["AccessKey"]
        headers = {"Content-Type": "text/plain"}
        asked = urllib.request.Request(f"{server}/moto-api/reset-auth", b"0", headers)
        urllib.request.urlopen(asked).close()  # from now on keys are checked

        point_at(monkeypatch, proxy.url, "nobody")
        with pytest.raises(StoreUnavailable, match="does not take the key .*InvalidAccessKeyId.*AWS_ACCESS_"):
            ArrayFolder(f"s3://{name}/arrays")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", made["AccessKeyId"])
        with pytest.raises(StoreUnavailable, match="does not take the key .*SignatureDoesNotMatch"):
            ArrayFolder(f"s3://{name}/arrays")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made["SecretAccessKey"])
        with pytest.raises(StoreUnavailable, match="refuses what Septum asks .*AccessDenied.*let its key"):
            ArrayFolder(f"s3://{name}/arrays")
        assert proxy.count() == 6  # two each: none was asked again
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(variable)
        monkeypatch.setenv("HOME", str(tmp_path))
        with pytest.raises(StoreUnavailable, match="does not take the key"):
            ArrayFolder(f"s3://{name}/arrays")


def test_a_bucket_that_is_not_there_is_told_at_once(proxied):
    with pytest.raises(BadSetting, match="there is no bucket 'septum-nowhere'; make it, or name another"):
        ArrayFolder("s3://septum-nowhere/arrays")
    assert proxied.proxy.count() == 1


@pytest.mark.usefixtures("quick")
def test_a_server_that_is_down_is_told(monkeypatch):
    point_at(monkeypatch, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable, match="cannot be reached .*check that the storage is up"):
        ArrayFolder("s3://bucket/arrays")
