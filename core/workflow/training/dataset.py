"""The labelled slices that a training learns from: out of files, or out of the store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import BadInput, RunRefused
from core.imaging.reading import FileProblem, find_series
from core.records.slices import DEFAULT_SPACING, LEARNT_FROM, Split
from core.store.database import Store, open_store
from core.store.masks.masks import versions_by_id
from core.store.slices.filters import Filter, Order
from core.store.slices.slices import list_slices, slice_pixels
from core.training.data import LabelledSlice
from core.training.split import split_patients
from core.workflow.training.selection import ChosenSlice, choose_slices

SlicesBySplit = dict[Split, list[LabelledSlice]]

WINDOW = 500  # slices read from the store at once


def labelled_files(paths: Sequence[Path]) -> Iterator[str | tuple[Split, LabelledSlice]]:
    """Each slice that has a mask, with its split (train where none is named); problems as sentences."""
    for series in find_series(paths):
        if isinstance(series, FileProblem):
            yield f"Left out {series.file}: {series.message}"
            continue
        for item in series.slices:
            if item.mask is None:
                continue
            yield (
                series.split or Split.TRAIN,
                LabelledSlice(
                    name=f"{series.patient}/{series.name}/{item.position}/{item.phase}",
                    patient=series.patient,
                    pixels=item.pixels,
                    mask=item.mask,
                    spacing_mm=series.geometry.spacing_mm or DEFAULT_SPACING,
                ),
            )


def labelled_in_store(
    store: Store | None = None, chosen: Sequence[ChosenSlice] | None = None
) -> Iterator[tuple[Split, LabelledSlice]]:
    """Slices of the store with the masks to learn from, read a window at a time.

    Args:
        store: None means the one of the settings.
        chosen: which, with which version of their masks; None means all that are approved.

    Raises:
        RunRefused: when one of them is gone.
    """
    store = store or open_store()
    chosen = choose_slices(store) if chosen is None else chosen
    rows = {row.id: row for row in list_slices(store, Filter(splits=LEARNT_FROM), Order.IMPORTED, limit=None)}
    for start in range(0, len(chosen), WINDOW):
        window = chosen[start : start + WINDOW]
        store.arrays.bring_near(
            [rows[item.slice_id].image_sha256 for item in window if item.slice_id in rows]
        )
        versions = versions_by_id(store, [item.version_id for item in window])
        for item in window:
            if item.slice_id not in rows or item.version_id not in versions:
                raise RunRefused(f"slice {item.slice_id} is no longer in the store; start the training anew")
            row = rows[item.slice_id]
            yield (
                item.split,
                LabelledSlice(
                    name=f"{row.patient}/{row.series}/{row.position}/{row.phase}/{item.version_id}",
                    patient=row.patient,
                    pixels=slice_pixels(store, row),
                    mask=versions[item.version_id].mask,
                    spacing_mm=row.spacing_mm or DEFAULT_SPACING,
                ),
            )


def with_validation(slices: SlicesBySplit, seed: int) -> SlicesBySplit:
    """Take a fifth of the training patients for validation."""
    items = slices[Split.TRAIN]
    try:
        training, validation = split_patients((item.patient for item in items), seed=seed)
    except ValueError as error:
        raise BadInput(
            f"{error}; add labelled slices of another patient, or use --final to train without validation"
        ) from error
    return slices | {
        Split.TRAIN: [item for item in items if item.patient in training],
        Split.VALIDATION: [item for item in items if item.patient in validation],
    }
