"""Who a model learnt from, so that its file can leave the house: patients as marks under a key of this store.

Whoever has the file and not the store can neither read a name nor try one out. The store itself knows its
patients again by their marks.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.recipes.model import ModelConfig
from core.store.database import Store
from core.store.series.identities import identity_key

LETTERS = 20  # of a mark: 80 bits
NAMES = ("training_patients", "training_slices", "validation_slices")  # what older versions wrote


@dataclass(frozen=True)
class PatientMarks:
    """How one store marks its patients in what it hands out."""

    key: bytes = field(repr=False)  # of the store; stays there

    @classmethod
    def of_store(cls, store: Store) -> "PatientMarks":
        """Return those of a store, whose key is drawn where it has none yet."""
        return cls(identity_key(store))

    @property
    def store(self) -> str:
        """The store's own mark, by which it knows that marks are its own."""
        return self._mark("store", "")

    def of(self, patient: str) -> str:
        """Return the mark of a patient."""
        return self._mark("patient", patient)

    def _mark(self, purpose: str, text: str) -> str:
        message = f"learnt from {purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.key, message, hashlib.sha256).hex()[:LETTERS]


def marked(patients: Iterable[str], marks: PatientMarks | None) -> dict[str, object]:
    """Return what a checkpoint says of its patients: how many, and marks that their store alone reads."""
    names = set(patients)
    if marks is None:
        return {"n_training_patients": len(names)}
    return {
        "n_training_patients": len(names),
        "store": marks.store,
        "patient_marks": sorted(map(marks.of, names)),
    }


def without_names(config: ModelConfig) -> ModelConfig:
    """Return the configuration without the names that an older version wrote into it."""
    return replace(config, data=counted(config.data))


def counted(data: Mapping[str, object]) -> dict[str, object]:
    """Return what a card says of its data, with numbers in place of lists of names."""
    lists = {name: listed for name in NAMES if isinstance(listed := data.get(name), list | tuple)}
    kept = {key: value for key, value in data.items() if key not in NAMES}
    return {f"n_{name}": len(listed) for name, listed in lists.items()} | kept
