"""Which slices of the store a training learns from, with the version of each mask; no torch, no pixels."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, with_config

from core.durable import write_durably
from core.recipes.typed_json import EXACT
from core.records.masks import Origin
from core.records.slices import LEARNT_FROM, SliceRow, Split, Status
from core.store.database import Store
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices

VALIDATION_SHARE = 0.2  # of the training patients, where the store names none that validate


@with_config(EXACT)
@dataclass(frozen=True)
class ChosenSlice:
    """A slice with the mask to learn from; versions never change, so neither does what this stands for."""

    slice_id: int
    version_id: int
    patient: str
    split: Split
    origin: Origin


CHOSEN_SLICES = TypeAdapter(list[ChosenSlice])


def approved_rows(store: Store) -> list[SliceRow]:
    """The approved slices of training and validation patients, as imported."""
    approved = Filter(statuses=(Status.APPROVED,), splits=LEARNT_FROM)
    return list_slices(store, approved, Order.IMPORTED, limit=None)


def choose_slices(
    store: Store, *, replay: bool = True, final: bool = False, rows: list[SliceRow] | None = None
) -> list[ChosenSlice]:
    """Return the slices, with the version of each mask, that a training learns from.

    Args:
        store: where the slices are.
        replay: learn from the reference masks of training patients again, so that a model that starts from
            another does not forget them; without, only from what readers approved.
        final: validation patients are learnt from, too, and so follow the same rule.
        rows: the approved slices, where they are at hand.
    """
    chosen = [
        ChosenSlice(row.id, row.newest_version_id, row.patient, row.split, row.newest_origin)
        for row in (approved_rows(store) if rows is None else rows)
        if row.newest_version_id is not None and row.newest_origin is not None
    ]
    if not any(item.split == Split.VALIDATION for item in chosen):
        chosen = with_validation_patients(chosen)
    if replay:
        return chosen
    judges = () if final else (Split.VALIDATION,)
    return [item for item in chosen if item.split in judges or item.origin != Origin.REFERENCE]


def with_validation_patients(chosen: list[ChosenSlice]) -> list[ChosenSlice]:
    """Let about a fifth of the patients validate, chosen by their names alone.

    A patient who validates today still does when a thousand others have come in. Fewer than 2 patients are
    left as they are.
    """
    patients = sorted({item.patient for item in chosen}, key=unit_hash)
    if len(patients) < 2:
        return chosen
    validating = {patient for patient in patients if unit_hash(patient) < VALIDATION_SHARE} or {patients[0]}
    if len(validating) == len(patients):
        validating.discard(patients[-1])
    return [
        replace(item, split=Split.VALIDATION if item.patient in validating else Split.TRAIN)
        for item in chosen
    ]


def unit_hash(patient: str) -> float:
    """Return a number in [0, 1) that depends on the patient's name alone.

    >>> 0 <= unit_hash("anna") < 1
    True
    """
    return int.from_bytes(hashlib.sha256(f"validation/{patient}".encode()).digest()[:8]) / 2**64


def save_chosen(path: Path, chosen: Iterable[ChosenSlice]) -> None:
    """Write the chosen slices as JSON, so that a resumed run learns from the same masks."""
    write_durably(path, CHOSEN_SLICES.dump_json(list(chosen)))


def load_chosen(path: Path) -> list[ChosenSlice] | None:
    """Return what `save_chosen` wrote, or None where there is no file."""
    return CHOSEN_SLICES.validate_json(path.read_bytes()) if path.exists() else None
