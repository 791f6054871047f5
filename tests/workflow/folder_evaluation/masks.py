"""Files of masks small enough to count, and the rows of the table of their scores."""

import csv
import json
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image

from core.labels import Label
from core.workflow.folder_evaluation.evaluate import Evaluation

RV, MYO, LV = Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE


def heart(shape: tuple[int, int] = (24, 24), row: int = 10) -> np.ndarray:
    """A square left ventricle in a ring of myocardium, the right one beside it."""
    mask = np.zeros(shape, np.uint8)
    mask[row - 3 : row + 5, 8:17] = MYO
    mask[row - 1 : row + 3, 10:15] = LV
    mask[row - 3 : row + 3, 3:8] = RV
    return mask


def save_png(path: Path, mask: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(mask).save(path)
    return path


def save_nifti(
    path: Path,
    stack: np.ndarray,
    spacing_mm: tuple[float, ...] = (1.5, 1.25, 8.0),
    affine: np.ndarray | None = None,
) -> Path:
    """A stack ([phases,] positions, height, width) in the axes of NIfTI: column, row, position, phase."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(stack.T.copy(), np.diag([*spacing_mm[:3], 1]) if affine is None else affine)
    if stack.ndim == 4:
        image.header.set_zooms((*spacing_mm, 30.0))
    nibabel.save(image, path)
    return path


def rows_of(path: Path, **wanted: str) -> list[dict[str, str]]:
    with path.open() as opened:
        rows = list(csv.DictReader(opened))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def told_in(found: Evaluation) -> str:
    return " | ".join(problem.message for problem in found.problems)


def declare(folder: Path, labels: dict[str, int]) -> None:
    (folder / "dataset.json").write_text(json.dumps({"labels": {"background": 0, **labels}}))
