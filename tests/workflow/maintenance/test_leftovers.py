"""What killed processes leave in the home is swept; what is young or known to a run is left alone."""

import os
import time
from pathlib import Path

import pytest

from core.settings import settings
from core.store.checks.leftovers import OLD_SECONDS
from core.store.database import open_store
from core.store.runs import runs
from core.workflow.import_runs import runs as import_runs
from core.workflow.import_runs.run_folder import ImportFolder, imports_folder
from core.workflow.maintenance.leftovers import Leftovers, sweep_leftovers
from tests.workflow.small import png, sent, write

pytestmark = pytest.mark.usefixtures("home")


def aged(path: Path) -> Path:
    """The file or folder, as if nobody had changed it for more than a day."""
    then = time.time() - OLD_SECONDS - 60
    os.utime(path, (then, then))
    return path


def test_a_home_without_leftovers_loses_nothing():
    assert sweep_leftovers() == Leftovers(0, 0, 0)


def test_a_file_that_was_never_written_to_its_end_goes_after_a_day():
    arrays = settings().home / "arrays" / "ab"
    old = aged(write(arrays / ".abcd.npy.k3j2.partial", b"half"))
    young = write(arrays / ".abce.npy.x1y2.partial", b"half")
    whole = aged(write(arrays / "abcf.npy", b"whole"))
    assert sweep_leftovers() == Leftovers(0, 1, 0)
    assert (old.exists(), young.exists(), whole.exists()) == (False, True, True)


def test_uploads_that_no_run_knows_go_after_a_day_and_those_of_a_run_stay(monkeypatch):
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    run_id = import_runs.start_upload_import(sent([("a.png", png())]))
    known = ImportFolder.of(runs.run_row(open_store(), run_id)).path
    stray, young = ImportFolder.new().path, ImportFolder.new().path
    write(stray / "files" / "0", png())
    aged(known)
    aged(stray)
    assert sweep_leftovers() == Leftovers(0, 0, 1)
    assert set(imports_folder().iterdir()) == {known, young}


def test_folders_of_imports_are_for_their_owner_alone():
    folder = ImportFolder.new().path
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]
