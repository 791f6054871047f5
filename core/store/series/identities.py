"""The key by which this store maps identifiers: drawn once, and never seen outside."""

import secrets

from core.store.database import Store
from core.store.tables.base import SettingTable

KEY = "identity key"
KEY_BYTES = 32  # of HMAC-SHA256


def identity_key(store: Store) -> bytes:
    """Return the 32 random bytes by which this store maps a patient to the same pseudonym for ever."""
    with store.reading() as session:
        row = session.get(SettingTable, KEY)
    if row is not None:
        return bytes.fromhex(row.value)
    with store.unit_of_work() as session:
        row = session.get(SettingTable, KEY)  # somebody may have drawn it since
        if row is None:
            row = SettingTable(name=KEY, value=secrets.token_hex(KEY_BYTES))
            session.add(row)
        return bytes.fromhex(row.value)
