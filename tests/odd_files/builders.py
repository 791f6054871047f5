"""Small hearts that no turn or shift leaves as they are, in labs' files, and what is found there."""

from collections.abc import Iterable
from pathlib import Path

import nibabel as nib
import numpy as np

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.records.slices import Series
from tests.imaging import small
from tests.imaging.small import HEART

ZOOMS = (1.5, 1.25, 8.0)


def plane(heart: int = 0, position: int = 0, phase: int = 0) -> np.ndarray:
    """A picture (24, 20) uint16 that no other heart, position or phase has."""
    noise = np.random.default_rng((heart, position, phase)).integers(0, 40, HEART.shape)
    return (np.roll(HEART, position, axis=0) * np.uint16(200) + 100 + noise).astype(np.uint16)


def drawn(position: int = 0) -> np.ndarray:
    """Its reference, (24, 20) uint8 of labels; another at each position."""
    return np.roll(HEART, position, axis=0)


def volume(heart: int = 0, phase: int = 0, n_positions: int = 3) -> np.ndarray:
    """Planes as NIfTI has them, (columns, rows, positions) int16."""
    return np.stack([plane(heart, position, phase).T for position in range(n_positions)], -1).astype(np.int16)


def reference(n_positions: int = 3) -> np.ndarray:
    """The labels of a volume, (columns, rows, positions) uint8."""
    return np.stack([drawn(position).T for position in range(n_positions)], -1)


def cine(heart: int = 0, n_phases: int = 5, n_positions: int = 3) -> np.ndarray:
    """Volumes of all phases, (columns, rows, positions, phases)."""
    return np.stack([volume(heart, phase, n_positions) for phase in range(n_phases)], -1)


def write_nifti(path: Path, values: np.ndarray) -> Path:
    """A NIfTI of voxels of ZOOMS, and of phases 40 ms apart."""
    return small.write_nifti(path, values, (*ZOOMS, 40.0))


def write_placed(path: Path, values: np.ndarray, affine: np.ndarray) -> Path:
    """A NIfTI whose affine says where it lies in the patient."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(values, affine), path)
    return path


def place(origin: tuple[float, float, float] = (-12.0, 30.0, 5.0)) -> np.ndarray:
    """An affine with voxels of ZOOMS whose first one lies at `origin`, in mm."""
    affine = np.diag([*ZOOMS, 1.0])
    affine[:3, 3] = origin
    return affine


def mirrored(values: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The volume stored from the other end of its first axis, and the affine that puts it where it was."""
    turned = affine.copy()
    turned[:3, 3] += affine[:3, 0] * (values.shape[0] - 1)
    turned[:3, 0] *= -1
    return values[::-1], turned


def all_found(*paths: Path, **answers: object) -> tuple[list[Series], list[FileProblem]]:
    """Series and problems behind the paths."""
    found = list(find_series(paths, **answers))
    problems = [item for item in found if isinstance(item, FileProblem)]
    for problem in problems:
        assert "\n" not in problem.message
        assert "Traceback" not in problem.message
    return [item for item in found if isinstance(item, Series)], problems


def series_of(*paths: Path, **answers: object) -> list[Series]:
    """The series behind the paths, of which nothing was refused or asked."""
    series, problems = all_found(*paths, **answers)
    assert not problems, problems
    return series


def patients_of(series: Iterable[Series]) -> list[str]:
    """Whose they are, in the order of the alphabet, each patient as often as there are series."""
    return sorted(item.patient for item in series)


def drawn_right(series: Series) -> set[int]:
    """The phases with references, after a look that each of them lies where its heart is."""
    phases = {item.phase for item in series.slices if item.mask is not None}
    for item in series.slices:
        assert (item.mask is not None) == (item.phase in phases), "a phase is drawn in part"
        if item.mask is not None:
            assert np.array_equal(item.mask, drawn(item.position)), (
                f"mask at position {item.position} is wrong"
            )
    return phases


def noted(series: Series) -> str:
    """All that is said of a series, in one line."""
    return "; ".join(series.notes)
