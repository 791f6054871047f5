"""The labelled slices that a training learns from: out of files, or out of the store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import BadInput
from core.imaging.reading import FileProblem, find_series
from core.records import Split
from core.training.data import LabelledSlice
from core.training.split import split_patients

SlicesBySplit = dict[Split, list[LabelledSlice]]

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
