"""How near the thickness of a segment is to that of a wall that is known, at ED and at ES.

    python -m benchmarks.quality.wall [--hearts 10] [--cine FOLDER] [--model NAME]

Synthetic hearts of several sizes whose borders are circles, so that the wall of every slice is known. With
`--cine`, a folder of one DICOM series: its segments as a model's masks have them, at the phases where the LV
is largest and smallest.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.simulated_lab import move_in
from core.imaging.phantom.anatomy import END_SYSTOLE
from core.imaging.reading import find_series
from core.labels import Label
from core.metrics.wall.bulls_eye import CONVENTIONS, wall_map
from core.metrics.wall.segments import AROUND, SEGMENT_NAMES
from core.network.predict import Predictor
from core.records.slices import DEFAULT_SPACING, Series
from core.store.database import open_store
from core.store.series.series import add_series
from core.workflow.hearts.wall import heart_wall
from core.workflow.models.registry import find_checkpoint
from tests.metrics.wall.hearts import SPACING_MM, USUAL, round_heart


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hearts", type=int, default=10)
    parser.add_argument("--cine", type=Path)
    parser.add_argument("--model", default="")
    asked = parser.parse_args()
    errors = np.array([error for seed in range(asked.hearts) for error in errors_of(seed)])
    print(f"{len(errors)} segments of {asked.hearts} hearts at ED and ES, in mm:")
    print(f"  bias {errors.mean():+.2f}, spread {errors.std():.2f}, largest {np.abs(errors).max():.2f}")
    if asked.cine:
        show(asked.cine, asked.model)
    print("\n".join(CONVENTIONS))


def errors_of(seed: int) -> list[float]:
    """By how much the segments of a heart are too thick, at ED and at ES."""
    (ed, ed_mm), (es, es_mm) = round_heart(seed, 0.0), round_heart(seed, END_SYSTOLE)
    found = wall_map(ed, es, (SPACING_MM, SPACING_MM), USUAL)
    third = len(ed_mm) // 3
    errors = []
    for at, numbers in enumerate(AROUND.values()):
        true_ed, true_es = (float(np.mean(mm[third * at : third * (at + 1)])) for mm in (ed_mm, es_mm))
        for number in numbers:
            segment = found.segments[number - 1]
            assert segment.ed_mm is not None
            assert segment.es_mm is not None
            errors += [segment.ed_mm - true_ed, segment.es_mm - true_es]
    return errors


def show(folder: Path, model: str) -> None:
    """The segments of a cine."""
    (series,) = (one for one in find_series([folder]) if isinstance(one, Series))
    mm = series.geometry.spacing_mm or DEFAULT_SPACING
    predictor = Predictor(find_checkpoint(model), "cpu", remove_islands=True)
    told = predictor.predict([one.pixels for one in series.slices], [mm] * len(series.slices))
    slices = tuple(replace(one, mask=said.mask) for one, said in zip(series.slices, told, strict=True))
    cavity = np.zeros(1 + max(one.phase for one in slices))
    for one, said in zip(slices, told, strict=True):
        cavity[one.phase] += (said.mask == Label.LEFT_VENTRICLE).sum()
    ed, es = int(cavity.argmax()), int(cavity.argmin())
    with tempfile.TemporaryDirectory(prefix="septum-wall-") as home:
        move_in(Path(home))
        found = heart_wall(add_series(open_store(), replace(series, slices=slices)).series_id, ed, es)
    print(found.reason or f"ED is phase {ed + 1}, ES phase {es + 1}")
    for segment in found.segments:
        numbers = (segment.ed_mm, segment.es_mm, segment.thickening_percent)
        told_numbers = "".join(f"{'' if number is None else format(number, '.1f'):>8}" for number in numbers)
        print(f"  {segment.number:2} {SEGMENT_NAMES[segment.number - 1]:20}{told_numbers}  {segment.reason}")


if __name__ == "__main__":
    main()
