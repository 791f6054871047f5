"""The key by which this store maps identifiers: drawn once, and never seen outside."""

from core.store.database import Store
from core.store.drawn import drawn_once

KEY = "identity key"
KEY_BYTES = 32  # of HMAC-SHA256


def identity_key(store: Store) -> bytes:
    """Return the 32 random bytes by which this store maps a patient to the same pseudonym for ever."""
    return bytes.fromhex(drawn_once(store, KEY, KEY_BYTES))
