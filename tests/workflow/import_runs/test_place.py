"""Imports of two machines on one store: each is done where its files are, and holds up no other's."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.jobs import queue
from core.jobs.worker import claim_next, drain_queue
from core.records.runs import RunKind, RunState
from core.settings import settings
from core.store.database import open_store
from core.store.runs import run_changes, runs
from core.store.slices.slices import list_slices
from core.workflow import runs as shown_runs
from core.workflow.import_runs import runs as import_runs
from tests.servers.databases import database_of
from tests.workflow.small import PIXELS, png, sent

pytestmark = pytest.mark.usefixtures("woken")
FILES = {"first": [("ann.png", png())], "second": [("ben.png", png(PIXELS[::-1].copy()))]}


@pytest.fixture
def move_to(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Go on as another machine would: with a home of its own, and the same database and images."""
    monkeypatch.setenv("SEPTUM_DATABASE", database_of(home).render_as_string(hide_password=False))
    monkeypatch.setenv("SEPTUM_ARRAYS", str(tmp_path / "arrays"))

    def move(name: str) -> None:
        monkeypatch.setenv("SEPTUM_HOME", str(tmp_path / name))
        monkeypatch.setattr("platform.node", lambda: f"the {name}")
        settings.cache_clear()

    home.mkdir(exist_ok=True)
    return move


def given_to(move_to: Callable[[str], None], name: str) -> int:
    """The run of an import whose files a machine was given."""
    move_to(name)
    return import_runs.start_upload_import(sent(FILES[name]))


def state(run_id: int) -> RunState:
    return runs.run_row(open_store(), run_id).state


def test_each_import_is_done_by_the_machine_that_has_its_files(move_to):
    of_first, of_second = (given_to(move_to, name) for name in FILES)
    drain_queue(open_store(), RunKind.IMPORT)  # in the second home
    assert (state(of_first), state(of_second)) == (RunState.QUEUED, RunState.FINISHED)
    assert {row.patient for row in list_slices(open_store())} == {"ben"}
    move_to("first")
    drain_queue(open_store(), RunKind.IMPORT)
    assert state(of_first) == RunState.FINISHED
    assert {row.patient for row in list_slices(open_store())} == {"ann", "ben"}


def test_an_import_at_work_elsewhere_holds_up_none_here(move_to):
    given_to(move_to, "first")
    assert claim_next(open_store(), RunKind.IMPORT) is not None
    of_second = given_to(move_to, "second")
    claimed = claim_next(open_store(), RunKind.IMPORT)
    assert claimed is not None
    assert claimed[0].id == of_second
    assert claim_next(open_store(), RunKind.IMPORT) is None


def test_a_worker_starts_on_the_machine_that_has_the_files_alone(move_to, woken):
    given_to(move_to, "first")
    move_to("second")
    woken.clear()
    queue._started_at.clear()
    queue.supervise(open_store())
    assert woken == []
    move_to("first")
    queue.supervise(open_store())
    assert woken == [RunKind.IMPORT]


def test_machines_that_share_the_place_of_the_files_do_each_others(move_to, tmp_path):
    of_first = given_to(move_to, "first")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "imports").symlink_to(tmp_path / "first" / "imports")
    move_to("second")
    drain_queue(open_store(), RunKind.IMPORT)
    assert state(of_first) == RunState.FINISHED


def test_an_import_whose_files_are_gone_from_their_machine_says_so(move_to, tmp_path):
    of_first = given_to(move_to, "first")
    shutil.rmtree(tmp_path / "first" / "imports")
    drain_queue(open_store(), RunKind.IMPORT)
    assert state(of_first) == RunState.FAILED
    assert "import the files again" in runs.run_row(open_store(), of_first).message


def test_an_import_whose_machine_is_gone_is_done_by_nobody_and_can_be_stopped(move_to, tmp_path):
    of_first = given_to(move_to, "first")
    shutil.rmtree(tmp_path / "first")
    move_to("second")
    assert claim_next(open_store(), RunKind.IMPORT) is None
    assert import_runs.machines_at_work() == ["the first"]
    shown_runs.stop(RunKind.IMPORT)
    assert state(of_first) == RunState.CANCELLED
    run_changes.delete_run(open_store(), of_first)
