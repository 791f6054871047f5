"""One of the processes that race: opens a store, waits for the word, acts, and says what came of it."""

import json
import sys
import time
from collections.abc import Callable

import numpy as np

from core.errors import Conflict
from core.records.masks import Origin
from core.records.models import PromotionKind
from core.records.runs import RunKind
from core.store.connection.migrating import form_of
from core.store.database import Store
from core.store.masks import masks
from core.store.models import models, promotions
from core.store.runs import runs
from core.store.series.series import add_series
from tests.store.small import small_series

SAVES = 4  # versions by each process, each on top of the newest that there is
FIRST_ACTIVE = 1  # id of the model in whose place others are promoted


def open_empty(store: Store, number: int) -> str | None:
    """The form of the tables; opening was the race."""
    return form_of(store.engine)


def claim(store: Store, number: int) -> int | None:
    """The run that was claimed, or none."""
    claimed = runs.claim(store, RunKind.PREDICTION)
    return claimed[0].id if claimed else None


def promote(store: Store, number: int) -> bool:
    """Whether a model of one's own took the place of the first."""
    model_id = FIRST_ACTIVE + 1 + number
    asked = {"kind": PromotionKind.PROMOTED, "reader": f"reader {number}", "reason": "", "verdict": ""}
    try:
        promotions.promote(store, model_id, instead_of=FIRST_ACTIVE, **asked)  # type: ignore[arg-type]
    except Conflict:
        return False
    return True


def first_model(store: Store, number: int) -> int:
    """The model that is active after one's own was offered as the first of the store."""
    own = models.register_model(store, name="unet", sha256=str(number), path=str(number), card="{}")
    return models.activate_first(store, own.id).id


def register(store: Store, number: int) -> int:
    """The id of a model that all bring."""
    return models.register_model(store, name="unet", sha256="same", path="same", card="{}").id


def first_import(store: Store, number: int) -> str:
    """What became of a series of a new patient, of whom all bring one."""
    return add_series(store, small_series("anna", f"cine {number}", seed=number)).arrival.value


def same_import(store: Store, number: int) -> str:
    """What became of a series that all bring."""
    return add_series(store, small_series("anna", seed=1)).arrival.value


def new_patients(store: Store, number: int) -> str:
    """The side of the split on which a patient of one's own came to be, in a store that has no seed yet."""
    return str(add_series(store, small_series(f"patient {number}", seed=number)).split)


def save(store: Store, number: int) -> list[int]:
    """The versions that were acknowledged, each made on top of the newest that was seen."""
    saved: list[int] = []
    while len(saved) < SAVES:
        newest = masks.newest_version(store, 1)
        mask = np.full((6, 5), number % 4, np.uint8)
        parent_id = newest.id if newest else None
        try:
            saved.append(
                masks.save_version(
                    store, 1, mask, origin=Origin.READER, author=str(number), parent_id=parent_id
                )
            )
        except Conflict:
            continue
    return saved


ACTS: dict[str, Callable[[Store, int], object]] = {
    act.__name__: act
    for act in (
        open_empty,
        claim,
        promote,
        first_model,
        register,
        first_import,
        same_import,
        new_patients,
        save,
    )
}


def main() -> None:
    """Race until nobody asks any more; two lines a race: whether it is ready, and what came of it."""
    for line in sys.stdin:
        asked = json.loads(line)
        places = asked["database"], asked["arrays"]
        store = None if asked["act"] == open_empty.__name__ else Store(*places)
        print(json.dumps("ready"), flush=True)
        time.sleep(max(0.0, json.loads(sys.stdin.readline()) - time.time()))
        try:
            store = store or Store(*places)
            answer = {"did": ACTS[asked["act"]](store, asked["number"])}
        except Exception as error:  # which is what the race is to find
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
        if store is not None:
            store.engine.dispose()
            store.readers.dispose()


if __name__ == "__main__":
    main()
