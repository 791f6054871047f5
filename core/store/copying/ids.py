"""The ids that tables have given: pages and logs name things by them, so none is given again after a copy."""

from sqlalchemy import Column, Connection, Table, func, select, text

GIVEN_BY_SQLITE = "SELECT seq FROM sqlite_sequence WHERE name = :table"
SEQUENCE = "SELECT pg_get_serial_sequence(:table, :column)"


def carry_last_id(source: Connection, target: Connection, table: Table) -> None:
    """Let a table of the target go on after the last id that its namesake in the source has given."""
    column = table.autoincrement_column
    if column is None:
        return
    last = max(_highest(source, column), _last_given(source, column))
    if target.dialect.name != "sqlite":
        given = {"sequence": _sequence(target, column), "last": max(1, last), "is_given": last > 0}
        target.execute(text("SELECT setval(CAST(:sequence AS regclass), :last, :is_given)"), given)
    elif table.dialect_options["sqlite"]["autoincrement"] and last:
        named = {"table": table.name}
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), named)
        target.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :last)"), named | {"last": last})


def _highest(connection: Connection, column: Column) -> int:
    return connection.scalar(select(func.max(column))) or 0


def _last_given(connection: Connection, column: Column) -> int:
    """What the database itself remembers, also of rows that were deleted; 0 where it remembers nothing."""
    if connection.dialect.name == "sqlite":
        return connection.scalar(text(GIVEN_BY_SQLITE), {"table": column.table.name}) or 0
    last, is_given = connection.execute(
        text(f"SELECT last_value, is_called FROM {_sequence(connection, column)}")
    ).one()
    return last if is_given else 0


def _sequence(connection: Connection, column: Column) -> str:
    name: str = connection.scalar(text(SEQUENCE), {"table": column.table.name, "column": column.name})
    return name
