"""All rows of a store written to another database, read there again and compared."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, Row, Table, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.errors import StoreUnavailable
from core.store.connection.refusals import reason_of, refusal_of
from core.store.copying.ids import carry_last_id
from core.store.copying.target import TargetDatabase
from core.store.database import Store
from core.store.drawn import draw_mark
from core.store.trail import EventTable

TABLES = EventTable.metadata.sorted_tables  # every table; those that others name come before them
AT_ONCE = 100  # rows in memory; a prediction of a large slice has half a megabyte
Progress = Callable[[int, int], None]  # rows that were written, and all
Sum = tuple[int, int]  # how many rows, and the sum of their hashes, whatever their order


def count_rows(store: Store) -> int:
    """Return how many rows a store has in all."""
    with store.reading() as session:
        counts = [select(func.count()).select_from(table) for table in TABLES]
        return sum(session.scalar(count) or 0 for count in counts)


def copy_rows(source: Store, target: TargetDatabase, progress: Progress) -> None:
    """Write every row of a store to a marked database, in one step that also takes the mark away.

    Ids that were given once are not given again there. All that is read is of one moment. The copy has a mark
    of its own, since each of the two goes its own way from here.

    Raises:
        StoreUnavailable: when a row does not fit there, or is not there afterwards as it was sent.
        BadInput: when the database is not marked any more.
    """
    with source.reading() as session, target.filling() as connection:
        for table in reversed(TABLES):
            connection.execute(delete(table))  # what migrations write into an empty store
        done, total = 0, count_rows(source)
        for table in TABLES:
            sent: Sum = (0, 0)
            for rows in _parts(session, table):
                _write(connection, table, rows, target.place)
                sent = _added(sent, rows)
                progress(done + sent[0], total)
            done += sent[0]
            arrived: Sum = (0, 0)
            for rows in _parts(connection, table):
                arrived = _added(arrived, rows)
            if sent != arrived:
                raise StoreUnavailable(
                    f"the table {table.name} has {arrived[0]} rows at {target.place}, which are not the "
                    f"{sent[0]} that were sent; nothing was kept there, try again"
                )
            carry_last_id(session.connection(), connection, table)
        draw_mark(connection)


def _write(connection: Connection, table: Table, rows: Sequence[Row], place: str) -> None:
    try:
        connection.execute(insert(table), [row._asdict() for row in rows])
    except DBAPIError as error:
        if refusal_of(error) is not None:
            raise
        raise StoreUnavailable(
            f"a row of the table {table.name} does not fit into the database at {place} "
            f"({reason_of(error)}); nothing was kept there, `verify` may tell what is wrong with it"
        ) from error


def _parts(asked: Session | Connection, table: Table) -> Iterator[Sequence[Row]]:
    """The rows in the order of their key, in which a version comes before those that began with it."""
    query = select(table).order_by(*table.primary_key.columns)
    return asked.execute(query, execution_options={"yield_per": AT_ONCE}).partitions()


def _added(total: Sum, rows: Sequence[Row]) -> Sum:
    return total[0] + len(rows), total[1] + sum(map(_hash, rows))


def _hash(row: Row) -> int:
    return hash(tuple(None if value != value else value for value in row))  # SQLite takes NaN for null
