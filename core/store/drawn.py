"""Values that a store draws for itself, once and for good."""

import secrets

from sqlalchemy import Connection, delete, insert

from core.store.database import Store
from core.store.tables.base import SettingTable

MARK = "mark"
MARK_BYTES = 16


def store_mark(store: Store) -> str:
    """Return by what this store is told from every other one, whatever they hold."""
    return drawn_once(store, MARK, MARK_BYTES)


def draw_mark(connection: Connection) -> None:
    """Give the store that a connection writes a mark of its own, in place of any that its rows brought."""
    connection.execute(delete(SettingTable).where(SettingTable.name == MARK))
    connection.execute(insert(SettingTable).values(name=MARK, value=secrets.token_hex(MARK_BYTES)))


def drawn_once(store: Store, name: str, n_bytes: int) -> str:
    """Return the random bytes, in hex, that the store keeps under a name; drawn where there are none yet."""
    with store.reading() as session:
        row = session.get(SettingTable, name)
    if row is not None:
        return row.value
    with store.unit_of_work() as session:
        row = session.get(SettingTable, name)  # somebody may have drawn it since
        if row is None:
            row = SettingTable(name=name, value=secrets.token_hex(n_bytes))
            session.add(row)
        return row.value
