"""Files that runs keep to go on from: beside the images, named by their content, with a row for each."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core.errors import StoreUnavailable
from core.store.connection.parts import parts
from core.store.database import Store
from core.store.files.kinds import RUN_FILE
from core.store.files.named import hold_removals, named_digests
from core.store.runs.runs import held_run
from core.store.tables.runs import RunFileTable


def keep_run_file(store: Store, run_id: int, token: str, source: Path) -> None:
    """Keep a file of this machine for a run, in the place of the one of its name.

    It must not be written to again, only be replaced. Once this returns, a worker elsewhere finds it.

    Raises:
        RunRefused: when the run is no longer this worker's; what was kept before stays.
        StoreUnavailable: when it cannot be written.
    """
    digest = store.arrays.keep_file(source, RUN_FILE)
    with store.unit_of_work(first=hold_removals) as session:
        held_run(session, run_id, token)
        before = session.get(RunFileTable, (run_id, source.name))
        replaced = before.sha256 if before is not None else digest
        name_file(store, session, [run_id], source, digest)
    if replaced != digest:
        with suppress(StoreUnavailable):  # a leftover, which `verify` clears away
            remove_unnamed(store, [replaced])


def name_file(store: Store, session: Session, run_ids: Sequence[int], source: Path, digest: str) -> None:
    """Let runs have a file that is kept, within a unit of work that holds off removals and the runs.

    Args:
        store: of the session.
        session: of the unit of work.
        run_ids: of the runs.
        source: the file on this machine, should a removal have taken the kept one meanwhile.
        digest: its SHA-256.
    """
    if not store.arrays.holds(digest, RUN_FILE):
        store.arrays.keep_file(source, RUN_FILE)
    for run_id in run_ids:
        session.merge(RunFileTable(run_id=run_id, name=source.name, sha256=digest))
    session.flush()


def run_files(store: Store, run_id: int) -> dict[str, str]:
    """Return the SHA-256 of each file that a run keeps, by its name."""
    query = select(RunFileTable.name, RunFileTable.sha256).where(RunFileTable.run_id == run_id)
    with store.reading() as session:
        return dict(session.execute(query).tuples().all())


def all_run_files(store: Store) -> list[tuple[int, str, str]]:
    """Return the run, the name and the SHA-256 of every file that a run keeps."""
    query = select(RunFileTable.run_id, RunFileTable.name, RunFileTable.sha256)
    with store.reading() as session:
        return list(session.execute(query.order_by(RunFileTable.run_id, RunFileTable.name)).tuples())


def drop_run_file(store: Store, run_id: int, name: str) -> None:
    """Let go of a file that a run needs no more; one that it does not keep is none to let go of."""
    with store.unit_of_work() as session:
        row = session.get(RunFileTable, (run_id, name))
        if row is None:
            return
        digest = row.sha256
        session.delete(row)
    remove_unnamed(store, [digest])


def forget_files(session: Session, run_ids: Select[int]) -> list[str]:
    """Let go of all files of the runs that a query names, within a unit of work; returns their SHA-256.

    They are there until `remove_unnamed`, which is for after it.
    """
    of_runs = RunFileTable.run_id.in_(run_ids)
    digests = list(session.scalars(select(RunFileTable.sha256).where(of_runs).distinct()))
    session.execute(delete(RunFileTable).where(of_runs))
    return digests


def remove_unnamed(store: Store, digests: Sequence[str], ending: str = RUN_FILE) -> None:
    """Remove files, of runs unless another ending is given, that no row names any more.

    Raises:
        StoreUnavailable: when they cannot be removed; `verify` does it later.
    """
    for part in parts(digests):
        with store.unit_of_work(first=partial(hold_removals, alone=True)) as session:
            named = named_digests(session, part)
            store.arrays.remove([digest for digest in part if digest not in named], ending)
