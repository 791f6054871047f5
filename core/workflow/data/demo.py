"""The demo: synthetic hearts in the store, so that everything can be tried before any patient is imported.

They are apart: no training learns from them and no model is judged by them, unless somebody asks for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.errors import NotFound
from core.labels import HEART
from core.records.results import FileResult
from core.records.slices import Series, Split
from core.store.database import open_store
from core.store.series.demo_patients import (
    DEMO_GROUP,
    demo_patients,
    demo_series_ids,
    is_drawn_on,
    move_demo_patients,
)
from core.store.series.series import add_series, list_series
from core.store.slices.slices import has_slices
from core.text import plural
from core.workflow.data.delete import Leaving, delete


@dataclass(frozen=True)
class DemoHeart:
    """One synthetic patient."""

    patient: str
    seed: int
    n_phases: int
    split: Split  # that it serves where the demo is asked to count
    labelled: bool  # reference masks at end-diastole and end-systole, as in public data sets


# One whole cine to predict and read; the short ones carry references for training and scores.
HEARTS = (
    DemoHeart("demo-heart-1", 0, 20, Split.TEST, labelled=False),
    DemoHeart("demo-heart-2", 1, 5, Split.TRAIN, labelled=True),
    DemoHeart("demo-heart-3", 2, 5, Split.VALIDATION, labelled=True),
    DemoHeart("demo-heart-4", 3, 5, Split.TEST, labelled=True),
)


@dataclass(frozen=True)
class DemoState:
    """The demo as it is in the store."""

    series_ids: tuple[int, ...]
    n_patients: int
    counts: bool  # whether trainings learn from it, and models are judged by it
    drawn_on: bool  # whether a reader has saved a mask on it


def load_demo(
    if_empty: bool = False, hearts: tuple[DemoHeart, ...] = HEARTS, counting: bool = False
) -> Iterator[FileResult]:
    """Put the demo hearts into the store, telling of each; takes seconds a heart, no time where they are.

    Args:
        if_empty: do nothing at all where the store has any slice.
        hearts: what the demo is made of.
        counting: new ones serve trainings and hold-outs as patients do, instead of being apart.
    """
    store = open_store()
    if if_empty and has_slices(store):
        return
    known = {row.patient: row.id for row in list_series(store, limit=None)}
    for heart in hearts:
        if heart.patient in known:
            contents = "in the store already; nothing was changed"
            yield FileResult(heart.patient, "unchanged", contents, (known[heart.patient],))
            continue
        series = replace(demo_series(heart), split=heart.split if counting else Split.DEMO)
        series_id = add_series(store, series).series_id
        n_masks = sum(item.mask is not None for item in series.slices)
        contents = (
            f"{plural(len(series.slices), 'slice')}, {plural(n_masks, 'reference mask')}, {series.split}"
        )
        yield FileResult(heart.patient, "imported", contents, (series_id,))


def demo_series(heart: DemoHeart) -> Series:
    """Return the heart's cine, with masks only where the demo wants them."""
    from core.imaging.phantom.cine import beating_heart

    series = beating_heart(heart.seed, n_phases=heart.n_phases, patient=heart.patient).series
    cavity = np.zeros(heart.n_phases)
    for item in series.slices:
        cavity[item.phase] += sum(np.count_nonzero(item.mask == label) for label in HEART.walled)
    labelled = {int(cavity.argmax()), int(cavity.argmin())} if heart.labelled else set()
    slices = tuple(item if item.phase in labelled else replace(item, mask=None) for item in series.slices)
    return replace(series, slices=slices, group=DEMO_GROUP)


def demo_state() -> DemoState | None:
    """Return what there is of the demo; None where it is not there."""
    store = open_store()
    patients = demo_patients(store)
    if not patients:
        return None
    counts = any(split != Split.DEMO for split in patients.values())
    return DemoState(tuple(demo_series_ids(store)), len(patients), counts, is_drawn_on(store))


def count_demo(counts: bool, person: str = "") -> None:
    """Let the demo serve trainings and hold-outs, each heart what it was made for, or set it apart again.

    What was learnt and scored before stays as it is.

    Raises:
        NotFound: when the demo is not in the store.
    """
    store = open_store()
    made_for = {heart.patient: heart.split for heart in HEARTS}
    patients = demo_patients(store)
    if not patients:
        raise NotFound("the demo is not in the store; load it first")
    splits = {name: made_for.get(name, Split.TEST) if counts else Split.DEMO for name in patients}
    move_demo_patients(store, splits, person)


def remove_demo(person: str = "") -> Leaving:
    """Delete the demo's hearts with everything that hangs on them; returns what went.

    Raises:
        NotFound: when the demo is not in the store.
        RunRefused: while a run is at work, which may be using it.
    """
    series_ids = demo_series_ids(open_store())
    if not series_ids:
        raise NotFound("the demo is not in the store; nothing was deleted")
    return delete(series_ids, person=person)
