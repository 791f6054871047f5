"""Whether the database itself is whole, as it can tell."""

from collections.abc import Iterator

from sqlalchemy import func, select

from core.store.database import Store
from core.store.tables.models import ModelTable

MAX_FAULTS = 100  # faults that SQLite is asked to name; of more, a backup is the only way anyway


def database_problems(store: Store) -> Iterator[str]:
    """Yield what the database finds wrong with its own pages, indexes and references, a sentence each.

    A PostgreSQL server has no such check of its own; its rows are looked at like those of any store.
    """
    if store.engine.dialect.name != "sqlite":
        return
    with store.reading() as session:
        connection = session.connection()
        for (fault,) in connection.exec_driver_sql(f"PRAGMA integrity_check({MAX_FAULTS})"):
            if fault != "ok":
                line = " ".join(str(fault).split())
                yield f"the database {store.place} is damaged ({line}); put a backup in its place"
        for number, found in enumerate(connection.exec_driver_sql("PRAGMA foreign_key_check")):
            if number == MAX_FAULTS:
                return
            table, row, parent, _ = found
            yield (
                f"row {row} of the table {table} names a row of {parent} that is not there; "
                "put a backup of the store in its place"
            )


def model_problems(store: Store) -> Iterator[str]:
    """Yield a sentence if more than one model says that it is the active one."""
    with store.reading() as session:
        active = session.scalar(select(func.count()).select_from(ModelTable).where(ModelTable.active)) or 0
    if active > 1:
        yield f"{active} models say that they are the active one; promote the right one again"
