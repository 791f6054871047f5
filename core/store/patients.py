"""Patients: known by their name, and on one side of the split for good."""

import hashlib
import secrets

from sqlalchemy.orm import Session

from core.records import MOST_GROUP_LETTERS, MOST_LETTERS, Series, Split
from core.store.names import stored_name
from core.store.tables import PatientTable, SettingTable

SPLIT_SHARES = ((Split.TRAIN, 0.7), (Split.VALIDATION, 0.1), (Split.TEST, 0.2))  # of patients
SEED = "split seed"


def locked_patient(session: Session, series: Series) -> PatientTable:
    """The patient's row, made on first sight and held until the unit of work ends.

    A split once decided stays, whatever a layout says later.
    """
    name = stored_name(series.patient, MOST_LETTERS)
    known = session.get(PatientTable, name, with_for_update=True)
    if known is not None:
        return known
    split = series.split or draw_split(name, split_seed(session))
    patient = PatientTable(name=name, split=split, group=stored_name(series.group, MOST_GROUP_LETTERS))
    session.add(patient)
    session.flush()
    return patient


def split_seed(session: Session) -> str:
    """The seed of this store's splits, drawn when the store is first used."""
    row = session.get(SettingTable, SEED)
    if row is None:
        row = SettingTable(name=SEED, value=secrets.token_hex(8))
        session.add(row)
        session.flush()
    return row.value


def draw_split(patient: str, seed: str) -> Split:
    """Train, validation or test in shares of 70, 10 and 20 %; the same patient and seed draw the same.

    >>> draw_split("patient001", "0") == draw_split("patient001", "0")
    True
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}/{patient}".encode()).digest()[:8]) / 2**64
    for split, share in SPLIT_SHARES:
        if number < share:
            return split
        number -= share
    return SPLIT_SHARES[-1][0]
