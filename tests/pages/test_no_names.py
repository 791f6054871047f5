"""No name of a DICOM header comes into the store, its logs, the pages or what is exported."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.labels import Label
from core.records.masks import Origin
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import save_version
from core.store.series.series import list_series
from core.store.slices.slices import list_slices
from core.workflow.data.export_masks import export_zip
from core.workflow.importing.import_files import Answers
from core.workflow.uploads.spool import SPOOL
from tests.imaging.dicom.drawn import dicom, encoded, picture
from tests.imaging.dicom.test_no_names import MARKER, spoilt
from tests.pages.conftest import words
from tests.workflow.small import import_sent

ANSWERS = Answers(burned_in=True, spacing_mm=1.5)


def bring_in(n_positions: int = 3, seed: int = 0) -> None:
    """Import a series whose every text, and every file's name, holds the marker."""
    files = []
    for number in range(n_positions):
        data = spoilt(dicom(picture(seed + number, (24, 20)), position=number, number=number + 1))
        files.append((f"{MARKER}^ANNA/{MARKER}_{number}.dcm", encoded(data)))
    results = list(import_sent(files, ANSWERS))
    assert {result.outcome for result in results} == {"imported"}


def contents(folder: Path) -> bytes:
    """All bytes of all files below a folder, and their names."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    return b"".join(str(path).encode() + path.read_bytes() for path in files)


def test_the_store_and_its_logs_hold_no_name(home):
    bring_in()
    assert len(list_slices(open_store())) == 3
    SPOOL.drop_session("test")  # until the browser leaves, what it sent is there as it came
    assert MARKER.encode() not in contents(home)


def test_exports_hold_no_name(home):
    bring_in()
    mask = np.full((24, 20), Label.LEFT_VENTRICLE, np.uint8)
    row = list_slices(open_store())[0]
    save_version(open_store(), row.id, mask, origin=Origin.READER, author="reader", parent_id=None)
    archive = zipfile.ZipFile(io.BytesIO(export_zip()))
    for name in archive.namelist():
        data = archive.read(name)
        assert MARKER not in name
        assert MARKER.encode() not in (gzip.decompress(data) if name.endswith(".gz") else data)


@pytest.mark.parametrize(
    "page", ["app.py", "pages/1_Import.py", "pages/2_Review.py", "pages/6_Class_balance.py"]
)
def test_pages_show_no_name(open_page, page):
    bring_in()
    app = open_page(page)
    assert not app.exception
    shown = words(app) + "".join(frame.value.to_string() for frame in app.dataframe)
    assert MARKER not in shown


def test_the_same_patient_is_the_same_pseudonym_and_another_store_has_another(home, tmp_path, monkeypatch):
    bring_in(3)
    (first,) = {row.patient for row in list_series(open_store())}
    bring_in(2, seed=9)
    assert {row.patient for row in list_series(open_store())} == {first}
    monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / "another"))
    settings.cache_clear()
    bring_in()
    assert first not in {row.patient for row in list_series(open_store())}


def test_a_lab_may_let_names_in_knowingly(home, monkeypatch):
    monkeypatch.setenv("SEPTUM_DEIDENTIFY", "0")
    settings.cache_clear()
    list(import_sent([("a.dcm", encoded(dicom(picture(1))))]))
    assert [row.patient for row in list_series(open_store())] == ["anna"]
