"""Names, identifiers and days under a key of the store, so that only who has it can tell whose they were."""

import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
CODE_LENGTH = 10  # 50 bits: two of 100,000 patients meet once in 200,000 stores
MIN_KEY_BYTES = 16  # bytes; a shorter key could be searched for, and with it the names
MAX_SHIFT_DAYS = 3650


@dataclass(frozen=True)
class Deidentifier:
    """The same names always become the same pseudonyms, and only who has the key can tell which."""

    key: bytes = field(repr=False)  # of the store; stays there

    def __post_init__(self) -> None:
        if len(self.key) < MIN_KEY_BYTES:
            raise ValueError(f"key must have at least {MIN_KEY_BYTES} bytes, got {len(self.key)}")

    def patient(self, patient_id: str) -> str:
        """Return a pseudonym such as P-7K3QF-9XW2M.

        >>> Deidentifier(b"0123456789abcdef").patient("anna")
        'P-62VKN-C43GM'
        """
        code = readable_code(patient_id, self.key)
        return f"P-{code[:5]}-{code[5:]}"

    def uid(self, uid: str) -> str:
        """Return a UID below 2.25, as PS3.5 B.2 makes them of UUIDs; an empty one stays empty."""
        if not uid:
            return ""
        return f"2.25.{uuid.UUID(bytes=_digest('uid', uid, self.key)[:16], version=5).int}"

    def date(self, patient_id: str, date_text: str) -> str:
        """Return the date (YYYYMMDD) so many days of the patient earlier; empty for what is no date."""
        day = calendar_date(date_text)
        shift = 1 + int.from_bytes(_digest("date", patient_id, self.key)[:8]) % MAX_SHIFT_DAYS
        if day is None or day.toordinal() <= shift:
            return ""
        return f"{day - timedelta(days=shift):%Y%m%d}"


def readable_code(text: str, key: bytes = b"") -> str:
    """Return ten letters and digits that follow from the text and the key."""
    number = int.from_bytes(_digest("code", text, key)[:8])
    return "".join(ALPHABET[number >> 5 * digit & 31] for digit in range(CODE_LENGTH))


def calendar_date(text: str) -> date | None:
    """Return a day written YYYYMMDD; None for what is none.

    >>> calendar_date("20120229"), calendar_date("20120000"), calendar_date("")
    (datetime.date(2012, 2, 29), None, None)
    """
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _digest(purpose: str, text: str, key: bytes) -> bytes:
    """Keyed SHA-256; no purpose gives away what another one made of the same text."""
    return hmac.digest(key, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256)
