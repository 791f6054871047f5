"""The demo: synthetic hearts in the store, so that everything can be tried before any patient is imported."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.labels import Label
from core.records import FileResult, Series, Split
from core.store.database import open_store
from core.store.series import add_series, list_series
from core.store.slices import count_slices
from core.workflow.words import counted


@dataclass(frozen=True)
class DemoHeart:
    """One synthetic patient."""

    patient: str
    seed: int
    n_phases: int
    split: Split
    labelled: bool  # reference masks at end-diastole and end-systole, as in public data sets


# One whole cine to predict and read; the short ones carry references for training and scores.
HEARTS = (
    DemoHeart("demo-heart-1", 0, 20, Split.TEST, labelled=False),
    DemoHeart("demo-heart-2", 1, 5, Split.TRAIN, labelled=True),
    DemoHeart("demo-heart-3", 2, 5, Split.VALIDATION, labelled=True),
    DemoHeart("demo-heart-4", 3, 5, Split.TEST, labelled=True),
)


def load_demo(if_empty: bool = False, hearts: tuple[DemoHeart, ...] = HEARTS) -> Iterator[FileResult]:
    """Put the demo hearts into the store, telling of each; takes seconds a heart, no time where they are.

    Args:
        if_empty: do nothing at all where the store has any slice.
        hearts: what the demo is made of.
    """
    store = open_store()
    if if_empty and count_slices(store):
        return
    known = {row.patient: row.id for row in list_series(store, limit=None)}
    for heart in hearts:
        if heart.patient in known:
            told = "in the store already; nothing was changed"
            yield FileResult(heart.patient, "unchanged", told, (known[heart.patient],))
            continue
        series = demo_series(heart)
        series_id = add_series(store, series).series_id
        n_masks = sum(item.mask is not None for item in series.slices)
        told = f"{counted(len(series.slices), 'slice')}, {counted(n_masks, 'reference mask')}, {heart.split}"
        yield FileResult(heart.patient, "imported", told, (series_id,))


def demo_series(heart: DemoHeart) -> Series:
    """The heart's cine, with masks only where the demo wants them."""
    from core.imaging.phantom import beating_heart  # SciPy takes a second, and most starts make no heart

    series = beating_heart(heart.seed, n_phases=heart.n_phases, patient=heart.patient).series
    cavity = np.zeros(heart.n_phases)
    for item in series.slices:
        cavity[item.phase] += np.count_nonzero(item.mask == Label.LEFT_VENTRICLE)
    labelled = {int(cavity.argmax()), int(cavity.argmin())} if heart.labelled else set()
    slices = tuple(item if item.phase in labelled else replace(item, mask=None) for item in series.slices)
    return replace(series, slices=slices, split=heart.split)
