"""What correcting is worth: Dice on a frozen hold-out by corrected slices, retrained beside from scratch.

    python -m benchmarks.quality.closed_loop --course FOLDER --volumes FOLDER --output FOLDER [--steps 5]
        [--batch 10] [--epochs 15] [--scratch-epochs 60] [--patients N] [--every 1] [--no-replay]

It starts from `unet-report` and the 100 slices of the course that it learnt from. The training patients'
whole volumes, base and apex and all, stand unread in the queue; the true masks take the reader's part. Then,
step by step, the first slices of the queue are corrected, in its own order, and two models are trained on the
same slices, those of the course among them: one from the model that is active, one anew. A candidate becomes
active when the gate on the hold-out lets it. The hold-out is the course's validation patients, their course
slices and their whole volumes told apart, and serves as test: no training sees it, no epoch is chosen by it.

The volumes are of the same people as the course's slices; the patients of the hold-out are other people.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.closed_loop_chart import PARTS, Line, draw, write
from benchmarks.quality.simulated_lab import (
    Truth,
    add_references,
    add_unread,
    labelled_series,
    move_in,
    predict_unread,
    read,
    work_off,
)
from core.labels import FOREGROUND
from core.metrics.statistics.bootstrap import bootstrap_mean_of_means
from core.metrics.statistics.means import mean_of_present
from core.recipes.training import TrainConfig
from core.records.runs import RunKind
from core.records.slices import Series, Split, Status
from core.store.database import open_store
from core.store.runs import runs
from core.store.slices.slices import slices_by_id
from core.workflow.evaluation import score_model
from core.workflow.evaluation.model_scores import load_model_scores
from core.workflow.models.registry import active_model
from core.workflow.people import Reader
from core.workflow.promotion import promote
from core.workflow.promotion.gate import judge
from core.workflow.review import Filter, Order, list_slices
from core.workflow.training import runs as training_runs
from core.workflow.training.preview import preview_training
from core.workflow.training.request import TrainingRequest, recipe_for

START = "unet-report"
UNREAD = (Status.NEW, Status.PREDICTED)


def main() -> None:
    """Run the loop, write a table after every step, and draw it in the end."""
    asked = arguments()
    asked.output.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="septum-loop-") as folder:
        os.environ["SEPTUM_DEFAULT_MODEL"] = START
        move_in(Path(folder))
        truth = begin(asked)
        for line in follow(truth, asked):
            lines.append(line)
            write(lines, asked.output / "closed_loop.csv")
            print(
                f"{line.corrected:>4} corrected, {line.arm:>12}, {line.part:>7}: {line.mean:.3f} "
                f"[{line.low:.3f}, {line.high:.3f}] {line.promoted}",
                flush=True,
            )
    draw(lines, asked.output / "closed_loop.png")
    print(f"wrote {asked.output / 'closed_loop.csv'} and closed_loop.png")


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("--course", "--volumes", "--output"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=10, help="slices corrected between two trainings")
    parser.add_argument("--epochs", type=int, default=15, help="of a retraining")
    parser.add_argument("--scratch-epochs", type=int, default=60)
    parser.add_argument("--patients", type=int, default=0, help="unread patients at most; 0: all")
    parser.add_argument("--every", type=int, default=1, help="take every n-th slice of a volume")
    parser.add_argument("--no-replay", action="store_true", help="retrain without the course's slices")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def begin(asked: argparse.Namespace) -> Truth:
    """A store with the course's slices, the hold-out and unread volumes; returns what the reader draws."""
    course = labelled_series(asked.course)
    add_references([found for found in course if found.split == Split.TRAIN], Split.TRAIN)
    add_references([found for found in course if found.split == Split.VALIDATION], Split.TEST)
    volumes = [thinned(found, asked.every) for found in labelled_series(asked.volumes)]
    add_references([found for found in volumes if found.split == Split.VALIDATION], Split.TEST)
    unread = [found for found in volumes if found.split == Split.TRAIN]
    names = sorted({found.patient for found in unread})[: asked.patients or None]
    return add_unread([found for found in unread if found.patient in names])


def thinned(series: Series, every: int) -> Series:
    """Every n-th slice, from the second, since the first of a volume may lie above the heart."""
    kept = tuple(image for image in series.slices if every == 1 or image.position % every == 1)
    return replace(series, slices=kept or series.slices[:1])


def follow(truth: Truth, asked: argparse.Namespace) -> Iterator[Line]:
    """Correct, retrain, train anew, step by step."""
    start = active_model()
    score_model.score_model(start.id, (Split.TEST,))
    yield from scored(start.id, 0, "retrained", "", 0.0)
    for step in range(1, asked.steps + 1):
        predict_unread()
        rows = list_slices(Filter(UNREAD, (Split.TRAIN,)), Order.WORTH, limit=asked.batch)
        read([row.id for row in rows], truth)
        n_corrected = step * asked.batch
        active = active_model()
        recipe = recipe_for("recommended", active)
        tuned, seconds = candidate(replace(recipe, epochs=asked.epochs), asked, active.id)
        yield from scored(tuned, n_corrected, "retrained", gate(tuned), seconds)
        if asked.scratch_epochs:
            anew = replace(recipe_for("recommended", None), epochs=asked.scratch_epochs)
            fresh, seconds = candidate(anew, asked, None)
            yield from scored(fresh, n_corrected, "from scratch", "", seconds)
        if len(rows) < asked.batch:
            return


def candidate(config: TrainConfig, asked: argparse.Namespace, start_from: int | None) -> tuple[int, float]:
    """Train on all that is approved, keep the last weights; returns the model, scored, and the seconds."""
    replay = start_from is None or not asked.no_replay
    request = TrainingRequest(replace(config, final=True, seed=asked.seed), start_from, replay=replay)
    began = time.perf_counter()
    run_id = training_runs.start_training(request, preview_training(request).load)
    work_off(RunKind.TRAINING, run_id)
    row = runs.run_row(open_store(), run_id)
    assert row.model_id is not None
    return row.model_id, time.perf_counter() - began


def gate(model_id: int) -> str:
    """Promote it if the hold-out lets it; says what became of it."""
    verdict = judge(model_id)
    if not verdict.allowed:
        return "refused"
    promote.promote(model_id, Reader("benchmark"))
    return "promoted"


def scored(model_id: int, corrected: int, arm: str, promoted: str, seconds: float) -> Iterator[Line]:
    """A line for each part of the hold-out."""
    found = load_model_scores(model_id, Split.TEST)
    if found is None:
        return
    rows = slices_by_id(open_store(), found.slices.ids.tolist())
    of_course = np.array([is_course(rows[slice_id].source) for slice_id in found.slices.ids.tolist()])
    for part in PARTS:
        of_part = of_course == (part == "course")
        if not of_part.any():
            continue
        values = found.values("dice")[of_part][:, list(FOREGROUND)]
        patients = found.slices.patients[of_part].tolist()
        mean = bootstrap_mean_of_means(values, patients)
        rv, myo, lv = (mean_of_present(column.tolist()).value for column in values.T)
        yield Line(
            corrected,
            arm,
            part,
            rv,
            myo,
            lv,
            mean.mean,
            mean.low,
            mean.high,
            len(of_part),
            len(set(patients)),
            promoted,
            round(seconds, 1),
        )


def is_course(source: str) -> bool:
    """Whether a slice came as a picture; the volumes came as NIfTI."""
    return source.endswith(".png")


if __name__ == "__main__":
    main()
