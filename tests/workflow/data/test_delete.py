"""What a deletion takes along is told in one sentence, and it takes no more than that."""

import numpy as np
import pytest

from core.errors import NotFound
from core.records.masks import Origin
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import save_version
from core.store.series.series import list_series
from core.store.slices.slices import count_slices, list_slices
from core.workflow.data.delete import delete, what_would_go
from core.workflow.importing.import_files import import_paths
from core.workflow.maintenance.verify import verify
from tests.workflow.small import HEART, cine, png, stored, write

pytestmark = pytest.mark.usefixtures("home")


def test_what_would_go_is_told_and_nothing_goes_yet():
    first = stored(cine("anna", masked=True))[0]
    stored(cine("berta", 1, 1, seed=1))
    save_version(
        open_store(),
        first.id,
        HEART,
        origin=Origin.READER,
        author="ann",
        parent_id=first.newest_version_id,
    )
    save_draft(open_store(), first.id, "bob", np.zeros_like(HEART), parent_id=None, seq=1)
    told = what_would_go([first.series_id])
    assert told.sentence == (
        "1 series of 1 patient with 6 slices (5 approved), 1 mask of readers, 6 reference masks, "
        "1 unsaved drawing"
    )
    assert told.patients == ("anna",)
    assert what_would_go(list_ids()).sentence.startswith("2 series of 2 patients with 7 slices")
    assert count_slices(open_store()) == 7


def list_ids() -> list[int]:
    return [row.id for row in list_series(open_store())]


def told_of_all() -> tuple[int, list[str]]:
    """How many slices there are, and what is wrong with the store."""
    said: list[str] = []
    return verify(said.append).contents.slices, said


def test_a_patient_goes_with_all_series_and_the_others_stay_whole():
    for name, seed in (("anna", 1), ("anna", 2), ("berta", 3)):
        stored(cine(name, seed=seed))
    gone = delete(patient="anna")
    assert (len(gone.series_ids), gone.patients) == (2, ("anna",))
    assert {row.patient for row in list_slices(open_store())} == {"berta"}
    assert told_of_all() == (6, [])


def test_what_is_not_there_or_not_named_deletes_nothing():
    stored(cine("anna"))
    for asked in ({"series_ids": [9]}, {"patient": "ann"}, {}):
        with pytest.raises(NotFound):
            delete(**asked)
        with pytest.raises(NotFound):
            what_would_go(**asked)
    assert count_slices(open_store()) == 6


def test_files_come_in_again_after_their_deletion(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_mask.png", png(HEART))
    (first,) = import_paths([tmp_path / "in"])
    split = list_series(open_store())[0].split
    delete(first.series_ids)
    assert told_of_all() == (0, [])
    (again,) = import_paths([tmp_path / "in"])
    assert (again.outcome, "1 reference mask" in again.message) == ("imported", True)
    assert list_series(open_store())[0].split == split
