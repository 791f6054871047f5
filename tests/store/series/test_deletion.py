"""A deletion takes all that hangs on a series and nothing else, and leaves a store without damage."""

import multiprocessing
import random
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from core.errors import NotFound, RunRefused, StoreUnavailable
from core.metrics.statistics.calibration import N_BINS, Reliability
from core.records.masks import Origin
from core.records.provenance import SeriesProvenance, SliceProvenance
from core.records.runs import RunKind, RunState
from core.records.slices import Split
from core.store import trail
from core.store.database import Store
from core.store.masks import drafts, masks, presence
from core.store.models import models
from core.store.runs import runs
from core.store.series.deletion import delete_series
from core.store.series.deletion_counts import DeletionCounts, count_deletion
from core.store.series.provenance import original_uid
from core.store.series.series import add_series, list_series, series_row
from core.store.slices import scores, slices
from core.store.slices.filters import Filter
from core.store.slices.slice_arrays import masks_stamp
from core.store.tables.base import Base
from core.store.tables.sources import UnusedArrayTable
from tests.servers.databases import database_of
from tests.store import crash_deleter, far  # noqa: F401  (far makes its addresses known)
from tests.store.predicted import save_prediction
from tests.store.small import broken_references, damaged_images, open_at, small_series

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.store.crash_deleter"])
MASK = np.arange(30, dtype=np.uint8).reshape(6, 5) % 4


def work_on(store: Store, series_id: int) -> None:
    """Everything that can hang on a slice."""
    model = models.register_model(store, name="unet", sha256="unet", path="unet", card="{}").id
    row = slices.list_slices(store, Filter(series_id=series_id))[0]
    said = np.full((4, 6, 5), 0.25)
    save_prediction(store, row.id, MASK, said, 0.5, model, "unet")
    newest = masks.save_version(
        store, row.id, MASK, origin=Origin.READER, author="ann", parent_id=row.newest_version_id
    )
    drafts.save_draft(store, row.id, "bob", 3 - MASK, parent_id=newest, seq=1)
    presence.record_presence(store, row.id, "bob")
    tables = (Reliability(np.zeros(N_BINS, int), np.zeros(N_BINS, int), np.zeros(N_BINS)),) * 4
    score = scores.SliceScore(row.id, newest, MASK, np.zeros((4, 4), int), np.zeros((2, 4)), tables)
    scores.save_scores(store, model, [score])


def count_unused(store: Store) -> int:
    """How many images are noted for removal."""
    with store.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(UnusedArrayTable)) or 0


def row_counts(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() or 0
            for name in Base.metadata.tables
            if name != "event"  # the trail keeps what was done
        }


def files(store: Store) -> set[str]:
    return {path.stem for path in store.arrays.folder.rglob("*") if path.is_file()}


def test_everything_that_hangs_on_a_series_goes_and_nothing_else(store):
    other = add_series(store, small_series("berta", seed=1, masked=True)).series_id
    work_on(store, other)
    before, there = row_counts(store), files(store)
    series_id = add_series(store, small_series("anna", seed=2, masked=True)).series_id
    work_on(store, series_id)
    going = count_deletion(store, [series_id])
    assert going == DeletionCounts(
        n_series=1,
        n_patients=1,
        whole_patients=("anna",),
        n_slices=2,
        n_approved=1,  # the other one has a mask that nobody has approved yet
        versions={Origin.REFERENCE: 2, Origin.READER: 1},
        n_drafts=1,
        n_predictions=1,
        n_scores=1,
    )
    assert delete_series(store, [series_id, series_id]) == going
    assert row_counts(store) == before
    assert files(store) == there
    assert damaged_images(store) == []
    assert series_row(store, other).patient == "berta"


def test_a_patient_with_another_series_stays_on_its_side(store):
    first = add_series(store, small_series("anna", "one", seed=1, split=Split.TEST)).series_id
    second = add_series(store, small_series("anna", "two", seed=2)).series_id
    assert count_deletion(store, [first]).whole_patients == ()
    delete_series(store, [first])
    assert [(row.id, row.split) for row in list_series(store)] == [(second, Split.TEST)]


def test_pictures_that_another_patient_shows_too_stay(store):
    first = add_series(store, small_series("anna")).series_id
    add_series(store, small_series("berta"))
    delete_series(store, [first])
    assert damaged_images(store) == []
    assert len(files(store)) == 2


def test_what_was_deleted_comes_in_again_on_the_same_side_under_new_numbers(store):
    series = small_series("anna", masked=True)
    first = add_series(store, series)
    split, ids = list_series(store)[0].split, {row.id for row in slices.list_slices(store)}
    stamp = masks_stamp(store)
    delete_series(store, first.series_ids)
    assert masks_stamp(store) != stamp
    again = add_series(store, series)
    assert again.created
    assert again.series_id > first.series_id  # pages and browsers may remember the old number
    assert ids.isdisjoint(row.id for row in slices.list_slices(store))
    assert list_series(store)[0].split == split
    assert damaged_images(store) == []


def test_originals_of_identifiers_go_with_the_last_that_bears_them(store):
    def one(patient: str, seed: int, sop: str):
        series = small_series(patient, seed=seed, n_positions=1)
        image = replace(series.slices[0], provenance=SliceProvenance(sop))
        said = SeriesProvenance("study", (f"series{seed}",), "frame")
        uids = tuple((kept, f"original {kept}") for kept in ("study", f"series{seed}", "frame", sop))
        series = replace(series, slices=(image,), provenance=said, original_uids=uids)
        return add_series(store, series).series_id

    first, second = one("anna", 1, "sop1"), one("anna", 2, "sop2")
    delete_series(store, [first])
    kept = [original_uid(store, name) for name in ("study", "frame", "series1", "sop1", "series2", "sop2")]
    assert kept == ["original study", "original frame", "", "", "original series2", "original sop2"]
    delete_series(store, [second])
    assert row_counts(store)["original_uid"] == 0


def test_a_run_at_work_holds_a_deletion_off_until_it_ends(store):
    series_id = add_series(store, small_series()).series_id
    runs.enqueue(store, RunKind.PREDICTION, {})
    run, token = runs.claim(store, RunKind.PREDICTION)
    with pytest.raises(RunRefused, match=f"a run of prediction is at work .number {run.id}"):
        delete_series(store, [series_id])
    assert slices.count_slices(store) == 2
    runs.end(store, run.id, token, RunState.FINISHED, "done")
    delete_series(store, [series_id])
    assert runs.run_row(store, run.id).state == RunState.FINISHED


def test_a_page_that_is_still_open_on_a_deleted_slice_is_told_so(store):
    series_id = add_series(store, small_series()).series_id
    delete_series(store, [series_id])
    assert presence.record_presence(store, 1, "ann") == presence.NOBODY
    with pytest.raises(NotFound, match="no slice 1"):
        drafts.save_draft(store, 1, "ann", MASK, parent_id=None, seq=1)


def test_one_that_is_not_there_deletes_nothing(store):
    series_id = add_series(store, small_series()).series_id
    with pytest.raises(NotFound, match="no series 9"):
        delete_series(store, [series_id, 9])
    assert slices.count_slices(store) == 2


def test_an_image_that_goes_while_it_comes_in_is_written_again(store, monkeypatch):
    series = small_series()
    digests = [store.arrays.keep(item.pixels) for item in series.slices]
    keep = store.arrays.keep

    def keep_and_lose(pixels: np.ndarray) -> str:
        digest = keep(pixels)
        monkeypatch.setattr(store.arrays, "keep", keep)
        store.arrays.remove(digests)
        return digest

    monkeypatch.setattr(store.arrays, "keep", keep_and_lose)
    add_series(store, series)
    assert damaged_images(store) == []


def test_images_that_a_deletion_could_not_remove_go_with_the_next_one(store, monkeypatch):
    first = add_series(store, small_series("anna", seed=1)).series_id
    second = add_series(store, small_series("berta", seed=2)).series_id
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        monkeypatch.setattr(Path, "unlink", unlink)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreUnavailable, match="Permission denied"):
        delete_series(store, [first])
    assert ([row.id for row in list_series(store)], len(files(store)), count_unused(store)) == (
        [second],
        4,
        2,
    )
    delete_series(store, [second])
    assert (files(store), count_unused(store)) == (set(), 0)


def test_images_behind_a_url_go_too(tmp_path):
    store = Store(database_of(tmp_path), "far://bucket/arrays")
    series_id = add_series(store, small_series()).series_id
    digests = [row.image_sha256 for row in slices.list_slices(store)]
    assert [store.arrays.holds(digest) for digest in digests] == [True, True]
    delete_series(store, [series_id])
    assert [store.arrays.holds(digest) for digest in digests] == [False, False]


def kill_while_deleting(folder: Path, seed: int, seconds: float) -> list[int]:
    """Let a process delete, kill it so long after its first word, and return what it said was deleted."""
    heard, said = FORKS.Pipe(duplex=False)
    deleter = FORKS.Process(target=crash_deleter.delete, args=(folder, seed, said))
    deleter.start()
    said.close()
    gone = [int(heard.recv_bytes())]
    time.sleep(seconds)
    deleter.kill()
    with suppress(EOFError, OSError):  # a word cut off by the kill acknowledges nothing
        while True:
            gone.append(int(heard.recv_bytes()))
    deleter.join()
    return gone


@pytest.mark.crash
def test_killed_at_any_moment_a_deletion_leaves_no_slice_without_its_image(tmp_path):
    moments, gone = random.Random(3), []
    stays = add_series(open_at(tmp_path), small_series("anna", seed=3, n_positions=12)).series_id
    for kill in range(12):
        gone += kill_while_deleting(tmp_path, kill, moments.uniform(0, 0.4))
        store = open_at(tmp_path)
        assert damaged_images(store) == []
        there = {row.id for row in list_series(store)}
        assert stays in there
        assert there.isdisjoint(gone)
        assert broken_references(store) == []
        store.engine.dispose()
        store.readers.dispose()
    store = open_at(tmp_path)
    for row in list_series(store):
        assert slices.count_slices(store, Filter(series_id=row.id)) == row.n_positions
    delete_series(store, [row.id for row in list_series(store)])
    assert count_unused(store) == 0  # also what the kills had left behind
    assert {name for name, number in row_counts(store).items() if number} == {"setting"}


def test_who_deleted_stays_in_the_trail_and_of_the_patient_nothing(store):
    added = add_series(store, small_series("berta"))
    delete_series(store, added.series_ids, "ann")
    (event,) = trail.events(store)
    assert (event.person, event.action) == ("ann", trail.Action.SERIES_DELETED)
    assert event.subject == f"series {added.series_ids[0]}"
    assert event.detail == ""


def test_what_cannot_be_deleted_leaves_no_trail(store):
    with pytest.raises(NotFound):
        delete_series(store, [7], "ann")
    assert trail.events(store) == []
