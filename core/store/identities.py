"""The key by which this store maps identifiers: drawn once, and never seen outside."""

import secrets

from sqlalchemy.exc import IntegrityError

from core.store.database import Store
from core.store.tables import SettingTable

KEY = "identity key"
KEY_BYTES = 32  # of HMAC-SHA256


def identity_key(store: Store) -> bytes:
    """The 32 random bytes of this store; the same patient has the same pseudonym by them for ever."""
    with store.reading() as session:
        row = session.get(SettingTable, KEY)
    if row is not None:
        return bytes.fromhex(row.value)
    try:
        with store.unit_of_work() as session:
            row = session.get(SettingTable, KEY)
            if row is None:
                row = SettingTable(name=KEY, value=secrets.token_hex(KEY_BYTES))
                session.add(row)
            return bytes.fromhex(row.value)
    except IntegrityError:  # where two may draw at once, the first one's counts
        return identity_key(store)
