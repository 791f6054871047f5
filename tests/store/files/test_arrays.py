"""Images lie alike on every disk, and what another machine refuses is told in one sentence."""

import errno
import sys
from pathlib import Path

import numpy as np
import pytest
from fsspec.registry import _registry

from core.errors import BadSetting, StoreUnavailable
from core.store.database import Store
from core.store.files import storage
from core.store.files.arrays import ArrayFolder, encoded
from core.store.series.series import add_series
from tests.store import far
from tests.store.small import small_series

PIXELS = np.arange(30, dtype=np.uint16).reshape(6, 5)


@pytest.mark.parametrize("scheme", ["", "file://", "local://"])
def test_an_address_of_this_machine_is_the_folder_and_files_appear_in_it_whole(tmp_path, scheme, monkeypatch):
    arrays = ArrayFolder(f"{scheme}{tmp_path}/not there yet")
    digest = arrays.keep(PIXELS)
    path = tmp_path / "not there yet" / digest[:2] / f"{digest}.npy"
    assert path.read_bytes() == encoded(PIXELS)
    assert np.array_equal(arrays.load(digest), PIXELS)

    def torn(self: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", torn)
    with pytest.raises(StoreUnavailable, match="Input/output error"):
        arrays.keep(PIXELS + 1)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [path.name]


def test_a_folder_copied_to_another_machine_has_all_its_images():
    arrays = ArrayFolder("far://bucket/arrays")
    digest = arrays.keep(PIXELS)
    assert arrays.storage.holds(f"{digest[:2]}/{digest}.npy")  # as on a disk
    assert np.array_equal(arrays.load(digest), PIXELS)
    arrays.remove([digest])
    assert not arrays.holds(digest)


def test_images_that_the_first_release_wrote_to_another_machine_are_found_and_removed():
    arrays = ArrayFolder("far://bucket/old")
    data = encoded(PIXELS)
    digest = ArrayFolder("far://bucket/new").keep(PIXELS)
    arrays.storage.write(f"{digest}.npy", data)
    assert arrays.holds(digest)
    assert np.array_equal(arrays.load(digest), PIXELS)
    arrays.remove([digest])
    assert not arrays.holds(digest)
    with pytest.raises(StoreUnavailable, match="is missing in far://bucket/old"):
        arrays.load(digest)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory://bucket", "in memory"),
        ("foo://bucket", "Protocol not known"),
        ("s3://bucket/arrays", "s3fs"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_at_once(tmp_path, url, told, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)  # as where it is not installed
    monkeypatch.delitem(_registry, "s3", raising=False)  # nor used before
    with pytest.raises(BadSetting, match=told) as error:
        Store(f"sqlite:///{tmp_path / 'septum.sqlite'}", url)
    assert "SEPTUM_ARRAYS" in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_bucket_that_is_not_there_and_a_server_that_is_down_are_told_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "BUCKETS", ("far", "gone"))
    url = f"sqlite:///{tmp_path / 'septum.sqlite'}"
    with pytest.raises(BadSetting, match="there is no bucket"):
        Store(url, "far://nowhere/arrays")
    with pytest.raises(StoreUnavailable, match="cannot be reached .EndpointConnectionError"):
        Store(url, "gone://bucket/arrays")


def test_a_server_that_is_down_is_told_by_every_use_of_it_as_one_sentence(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'septum.sqlite'}", f"{far.Gone.protocol}://bucket/arrays")
    digest = "ab" * 32
    for use in (
        lambda: add_series(store, small_series()),
        lambda: store.arrays.load(digest),
        lambda: store.arrays.holds(digest),
        lambda: store.arrays.remove([digest]),
    ):
        with pytest.raises(
            StoreUnavailable, match="gone://bucket/arrays cannot be reached .*Could not connect"
        ) as told:
            use()
        assert len(str(told.value).splitlines()) == 1


def test_a_full_disk_of_the_images_is_told_with_the_place_of_the_images(tmp_path, monkeypatch):
    arrays = ArrayFolder(str(tmp_path / "images"))

    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreUnavailable, match=f"{tmp_path}/images cannot be written: its disk is full"):
        arrays.keep(PIXELS)


def test_a_file_of_this_machine_goes_the_durable_way_and_never_fsspecs_own(tmp_path, monkeypatch):
    written: list[tuple[Path, bytes]] = []
    monkeypatch.setattr(storage, "write_durably", lambda path, data: written.append((path, data)))
    digest = ArrayFolder(str(tmp_path / "images")).keep(PIXELS)
    assert written == [(tmp_path / "images" / digest[:2] / f"{digest}.npy", encoded(PIXELS))]
    assert not (
        tmp_path / "images"
    ).exists()  # folders, too, are made by whoever puts their names on the disk


def test_two_who_remove_the_same_file_are_both_content(tmp_path, monkeypatch):
    arrays = ArrayFolder(str(tmp_path))
    digest = arrays.keep(PIXELS)
    monkeypatch.setattr(storage.Storage, "holds", lambda self, name: True)  # as just before the other did
    arrays.remove([digest])
    arrays.remove([digest])
    assert not arrays.path(digest).exists()


@pytest.mark.parametrize("url", ["far://bucket/empty", "{folder}/not there yet"])
def test_a_folder_in_which_nothing_was_kept_yet_has_no_files(tmp_path, url):
    arrays = ArrayFolder(url.format(folder=tmp_path))
    assert list(arrays.listed()) == []
    digest = arrays.keep(PIXELS)
    arrays.storage.write("letter.txt", b"of somebody")
    assert sorted(one.digest for one in arrays.listed()) == ["", digest]


def test_a_name_below_a_file_is_not_there(tmp_path):
    (tmp_path / "ab").write_bytes(b"no folder")
    arrays = ArrayFolder(str(tmp_path))
    assert not arrays.holds("ab12")
    with pytest.raises(StoreUnavailable, match="the image ab12 is missing in .*Not a directory"):
        arrays.load("ab12")


def test_only_a_folder_of_this_machine_has_paths():
    with pytest.raises(ValueError, match="not on this machine"):
        ArrayFolder("far://bucket/arrays").path("ab12")
