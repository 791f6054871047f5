"""Which slices of the store a training learns from, with the version of each mask; no torch, no pixels."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, with_config

from core.durable import write_durably
from core.recipes.typed_json import EXACT
from core.records.masks import Origin
from core.records.slices import LEARNT_FROM, Split
from core.store.database import Store
from core.store.slices.approved import ApprovedSlices, approved_slices

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


def learnable_slices(store: Store) -> ApprovedSlices:
    """The approved slices of training and validation patients."""
    return approved_slices(store, LEARNT_FROM)


def choose_slices(store: Store, *, replay: bool = True, final: bool = False) -> list[ChosenSlice]:
    """Return the slices, with the version of each mask, that a training learns from, see `chosen_among`."""
    return as_records(chosen_among(learnable_slices(store), replay=replay, final=final))


def chosen_among(approved: ApprovedSlices, *, replay: bool = True, final: bool = False) -> ApprovedSlices:
    """Return those of the slices that a training learns from, each with the split that it then has.

    Args:
        approved: all that it may learn from.
        replay: learn from the reference masks of training patients again, so that a model that starts from
            another does not forget them; without, only from what readers approved.
        final: validation patients are learnt from, too, and so follow the same rule.
    """
    if not (approved.splits == Split.VALIDATION).any():
        approved = with_validation_patients(approved)
    if replay:
        return approved
    corrected = approved.origins != Origin.REFERENCE
    return approved.where(corrected if final else corrected | (approved.splits == Split.VALIDATION))


def as_records(chosen: ApprovedSlices) -> list[ChosenSlice]:
    """Return slices one by one, as a run keeps them."""
    columns = (chosen.ids, chosen.version_ids, chosen.patients, chosen.splits, chosen.origins)
    return [
        ChosenSlice(slice_id, version_id, patient, Split(split), Origin(origin))
        for slice_id, version_id, patient, split, origin in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def with_validation_patients(approved: ApprovedSlices) -> ApprovedSlices:
    """Let about a fifth of the patients validate, chosen by their names alone.

    A patient who validates today still does when a thousand others have come in. Fewer than 2 patients are
    left as they are.
    """
    names = approved.patients.tolist()
    patients = sorted(set(names), key=unit_hash)
    if len(patients) < 2:
        return approved
    validating = {patient for patient in patients if unit_hash(patient) < VALIDATION_SHARE} or {patients[0]}
    if len(validating) == len(patients):
        validating.discard(patients[-1])
    splits = [Split.VALIDATION if name in validating else Split.TRAIN for name in names]
    return replace(approved, splits=np.array(splits, object))


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
