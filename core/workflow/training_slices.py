"""The labelled slices that a training learns from: out of files, or out of the store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import BadInput
from core.imaging.reading import FileProblem, find_series
from core.records import Split, Status
from core.store.database import open_store
from core.store.masks import newest_versions
from core.store.slices import Filter, Order, count_slices, list_slices, slice_pixels
from core.training.data import LabelledSlice
from core.training.split import split_patients

SlicesBySplit = dict[Split, list[LabelledSlice]]

WINDOW = 500  # slices read from the store at once
DEFAULT_SPACING_MM = 1.8  # of slices that carry none, as the course's


def labelled_files(paths: Sequence[Path]) -> Iterator[str | tuple[Split, LabelledSlice]]:
    """Each slice that has a mask, with its split (train where none is named); problems as sentences."""
    for found in find_series(paths):
        if isinstance(found, FileProblem):
            yield f"Left out {found.file}: {found.message}"
            continue
        for item in found.slices:
            if item.mask is None:
                continue
            yield (
                found.split or Split.TRAIN,
                LabelledSlice(
                    name=f"{found.patient}/{found.name}/{item.position}/{item.phase}",
                    patient=found.patient,
                    pixels=item.pixels,
                    mask=item.mask,
                    spacing_mm=found.geometry.spacing_mm or (DEFAULT_SPACING_MM, DEFAULT_SPACING_MM),
                ),
            )


def labelled_in_store() -> Iterator[tuple[Split, LabelledSlice]]:
    """The approved slices of the store with the mask that is shown of each, a window at a time."""
    store = open_store()
    approved = Filter(statuses=(Status.APPROVED,), splits=(Split.TRAIN, Split.VALIDATION))
    for offset in range(0, count_slices(store, approved), WINDOW):
        rows = list_slices(store, approved, Order.IMPORTED, offset, WINDOW)
        shown = newest_versions(store, [row.id for row in rows])
        for row in rows:
            if row.id not in shown:
                continue
            yield (
                row.split,
                LabelledSlice(
                    name=f"{row.patient}/{row.series}/{row.position}/{row.phase}/{shown[row.id].id}",
                    patient=row.patient,
                    pixels=slice_pixels(store, row),
                    mask=shown[row.id].mask,
                    spacing_mm=row.spacing_mm or (DEFAULT_SPACING_MM, DEFAULT_SPACING_MM),
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
