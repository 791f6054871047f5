"""Patients: known by their name, and on one side of the split for good."""

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.records.slices import MAX_GROUP_LETTERS, MAX_STORED_LETTERS, Series, Split
from core.store.database import Store
from core.store.names import stored_name
from core.store.tables.base import SettingTable
from core.store.tables.slices import PatientTable

SPLIT_SHARES = ((Split.TRAIN, 0.7), (Split.VALIDATION, 0.1), (Split.TEST, 0.2))  # of patients
SEED = "split seed"


def locked_patient(session: Session, series: Series) -> PatientTable:
    """Return the patient's row, made on first sight and held until the unit of work ends.

    A split once decided stays, whatever a layout says later.
    """
    name = stored_name(series.patient, MAX_STORED_LETTERS)
    known = session.get(PatientTable, name, with_for_update=True)
    if known is not None:
        return known
    split = series.split or draw_split(name, split_seed(session))
    patient = PatientTable(name=name, split=split, group=stored_name(series.group, MAX_GROUP_LETTERS))
    session.add(patient)
    session.flush()
    return patient


def patient_names(store: Store) -> list[str]:
    """Return the names of all patients, in alphabetical order."""
    with store.reading() as session:
        return sorted(session.scalars(select(PatientTable.name)))


def split_seed(session: Session) -> str:
    """Return the seed of this store's splits, drawn when the store is first used."""
    row = session.get(SettingTable, SEED)
    if row is None:
        row = SettingTable(name=SEED, value=secrets.token_hex(8))
        session.add(row)
        session.flush()
    return row.value


def draw_split(patient: str, seed: str) -> Split:
    """Return train, validation or test in shares of 70, 10 and 20 %; the same patient and seed draw the same.

    >>> draw_split("patient001", "0") == draw_split("patient001", "0")
    True
    """
    number = int.from_bytes(hashlib.sha256(f"{seed}/{patient}".encode()).digest()[:8]) / 2**64
    for split, share in SPLIT_SHARES:
        if number < share:
            return split
        number -= share
    return SPLIT_SHARES[-1][0]
