"""Which slices of the store a training learns from, with the version of each mask; no torch, no pixels."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from core.durable import write_durably
from core.records import Origin, SliceRow, Split, Status
from core.store.database import Store
from core.store.slices import Filter, Order, list_slices

VALIDATION_SHARE = 0.2  # of the training patients, where the store names none that validate
LEARNT_FROM = (Split.TRAIN, Split.VALIDATION)  # never test


@dataclass(frozen=True)
class ChosenSlice:
    """A slice with the mask to learn from; versions never change, so neither does what this stands for."""

    slice_id: int
    version_id: int
    patient: str
    split: Split
    origin: Origin


def approved_rows(store: Store) -> list[SliceRow]:
    """The approved slices of training and validation patients, as imported."""
    approved = Filter(statuses=(Status.APPROVED,), splits=LEARNT_FROM)
    return list_slices(store, approved, Order.IMPORTED, limit=None)


def choose_slices(
    store: Store, *, replay: bool = True, final: bool = False, rows: list[SliceRow] | None = None
) -> list[ChosenSlice]:
    """What a training learns from.

    Args:
        store: where the slices are.
        replay: learn from the reference masks of training patients again, so that a model that starts from
            another does not forget them; without, only from what readers approved.
        final: validation patients are learnt from, too, and so follow the same rule.
        rows: the approved slices, where they are at hand.
    """
    found = [
        ChosenSlice(row.id, row.newest_version_id, row.patient, row.split, row.newest_origin)
        for row in (approved_rows(store) if rows is None else rows)
        if row.newest_version_id is not None and row.newest_origin is not None
    ]
    if not any(item.split == Split.VALIDATION for item in found):
        found = with_validation_patients(found)
    if replay:
        return found
    judges = () if final else (Split.VALIDATION,)
    return [item for item in found if item.split in judges or item.origin != Origin.REFERENCE]


def with_validation_patients(chosen: list[ChosenSlice]) -> list[ChosenSlice]:
    """Let about a fifth of the patients validate, chosen by their names alone.

    A patient who validates today still does when a thousand others have come in. Fewer than 2 patients are
    left as they are.
    """
    patients = sorted({item.patient for item in chosen}, key=place)
    if len(patients) < 2:
        return chosen
    validating = {patient for patient in patients if place(patient) < VALIDATION_SHARE} or {patients[0]}
    if len(validating) == len(patients):
        validating.discard(patients[-1])
    return [
        replace(item, split=Split.VALIDATION if item.patient in validating else Split.TRAIN)
        for item in chosen
    ]


def place(patient: str) -> float:
    """Where in [0, 1) a patient's name falls; the same everywhere and for ever.

    >>> 0 <= place("anna") < 1
    True
    """
    return int.from_bytes(hashlib.sha256(f"validation/{patient}".encode()).digest()[:8]) / 2**64


def save_chosen(path: Path, chosen: Iterable[ChosenSlice]) -> None:
    """Keep the choice beside a run, so that a run that goes on learns from the same masks."""
    write_durably(path, json.dumps([asdict(item) for item in chosen]).encode())


def load_chosen(path: Path) -> list[ChosenSlice] | None:
    """What `save_chosen` kept, or None where there is nothing."""
    if not path.exists():
        return None
    return [
        ChosenSlice(**item | {"split": Split(item["split"]), "origin": Origin(item["origin"])})
        for item in json.loads(path.read_text(encoding="utf-8"))
    ]
