"""How many corrections an order spares: slices read until a Dice is reached, ways to rank beside random.

    python -m benchmarks.quality.queue --data FOLDER --records FOLDER [--repeats 8] [--ways worth doubt ...]
                                       [--steps 4] [--batch 20] [--epochs 30] [--only-tell]

FOLDER holds volumes of a few dozen patients with true masks, which take the reader's part. In each repeat
other patients are dealt out: some give the two middle slices on which a first model is trained, some are
unread and stand in the queue, some judge. Then, step by step, the next slices are corrected and the model is
retrained from the one before, each way by itself from the same first model; all unread slices are predicted
and ranked anew before each step. The saving is told at the highest mean Dice that a way and random order both
reach; its interval is bootstrapped over the judging patients of all repeats. Every curve is kept as it is
done, and the same command goes on from there.
"""

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.simulated_lab import (
    Truth,
    add_references,
    add_unread,
    heart_dice,
    move_in,
    predict_unread,
    read,
    train,
    volumes,
)
from benchmarks.quality.ways_to_rank import WAYS
from core.recipes.training import RECOMMENDED
from core.records.models import ModelRow
from core.records.slices import Series, Split, Status
from core.store.database import open_store
from core.store.models import models
from core.workflow.review import Filter, Order, list_slices
from core.workflow.training.request import recipe_for

SMALL = replace(RECOMMENDED, widths=(16, 32, 64), bottleneck=128, epochs=150)
N_START, N_UNREAD, N_VALIDATION, N_TEST = 20, 12, 3, 10  # patients
UNREAD = (Status.NEW, Status.PREDICTED)
N_RESAMPLES = 2000
Curve = list[Mapping[str, np.ndarray]]  # after each step: Dice by judging patient


def deal(patients: Mapping[str, list[Series]], seed: int) -> dict[str, list[Series]]:
    """Who does what in a repeat."""
    names = list(patients)
    random.Random(seed).shuffle(names)
    roles, first = {}, 0
    for role, n in (("start", N_START), ("unread", N_UNREAD), ("validation", N_VALIDATION), ("test", N_TEST)):
        roles[role] = [series for name in names[first : first + n] for series in patients[name]]
        first += n
    return roles


def begin(roles: Mapping[str, list[Series]], seed: int) -> Truth:
    """A store with its hold-out, its unread slices and a first model."""
    add_references(roles["start"], Split.TRAIN, middle_only=True)
    add_references(roles["validation"], Split.VALIDATION)
    add_references(roles["test"], Split.TEST)
    truth = add_unread(roles["unread"])
    train(replace(SMALL, seed=seed))
    return truth


def active() -> ModelRow:
    """The model that was trained last."""
    row = models.active_model(open_store())
    assert row is not None
    return row


def follow(truth: Truth, way: str, seed: int, asked: argparse.Namespace) -> Curve:
    """Correct and retrain, step by step."""
    curve: Curve = [heart_dice(active().id)]
    for step in range(asked.steps):
        predict_unread()
        rows = list_slices(Filter(UNREAD, (Split.TRAIN,)), Order.IMPORTED, limit=len(truth))
        read(WAYS[way](rows, seed)[: asked.batch], truth)
        row = active()
        recipe = replace(recipe_for("recommended", row), epochs=asked.epochs, validate_every=5, seed=seed)
        train(recipe, start_from=row.id)
        curve.append(heart_dice(active().id))
        print(f"  {way} {(step + 1) * asked.batch:>4}: {mean_dice(curve[-1]):.3f}", flush=True)
    return curve


def mean_dice(scores: Mapping[str, np.ndarray], patients: Sequence[str] | None = None) -> float:
    """Mean over the labels of the mean over slices, of these patients, as often as they are named."""
    rows = np.concatenate([scores[patient] for patient in (scores if patients is None else patients)])
    return float(np.nanmean(rows, axis=0).mean())


def slices_until(curve: Sequence[float], wanted: float, batch: int) -> float:
    """How many corrections bring the wanted Dice, interpolated; infinite where it is never reached."""
    for step, value in enumerate(curve):
        if value >= wanted:
            before = curve[step - 1] if step else value
            part = 1.0 if value == before else (wanted - before) / (value - before)
            return batch * (step - 1 + part) if step else 0.0
    return float("inf")


def saving(
    pairs: Sequence[tuple[Curve, Curve]], batch: int, draw: np.random.Generator | None
) -> tuple[float, float, float]:
    """(Dice that both reach, slices ranked, slices at random), over the patients or a resample of them."""
    curves: list[list[list[float]]] = [[], []]
    for pair in pairs:
        names = list(pair[0][0])
        drawn = names if draw is None else list(draw.choice(names, len(names)))
        for which, curve in enumerate(pair):
            curves[which].append([mean_dice(scores, drawn) for scores in curve])
    ranked, at_random = (np.mean(each, axis=0).tolist() for each in curves)
    wanted = min(max(ranked), max(at_random))
    return wanted, slices_until(ranked, wanted, batch), slices_until(at_random, wanted, batch)


def one_repeat(patients: Mapping[str, list[Series]], seed: int, asked: argparse.Namespace) -> None:
    """Follow every way that has no record yet, each from the same first model."""
    missing = [way for way in asked.ways if not record_file(asked.records, seed, way).exists()]
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="septum-queue-") as folder:
        start = Path(folder) / "start"
        move_in(start)
        truth = begin(deal(patients, seed), seed)
        first = mean_dice(heart_dice(active().id))
        print(f"repeat {seed + 1}: {len(truth)} unread slices, first model {first:.3f}", flush=True)
        for way in missing:
            home = Path(folder) / way
            shutil.copytree(start, home)
            move_in(home)
            save_curve(record_file(asked.records, seed, way), follow(truth, way, seed, asked))
            shutil.rmtree(home)


def record_file(folder: Path, seed: int, way: str) -> Path:
    """Where the curve of a repeat lies."""
    return folder / f"{seed:02}-{way}.json"


def save_curve(path: Path, curve: Curve) -> None:
    """Keep Dice after each step by patient; NaN becomes null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = [{name: [list(map(kept, row)) for row in rows] for name, rows in step.items()} for step in curve]
    path.write_text(json.dumps(steps, allow_nan=False) + "\n", encoding="utf-8")


def kept(value: float) -> float | None:
    """A figure as JSON can have it.

    >>> kept(0.123456), kept(float("nan"))
    (0.1235, None)
    """
    return None if np.isnan(value) else round(float(value), 4)


def load_curve(path: Path) -> Curve:
    """Read what `save_curve` wrote."""
    steps = json.loads(path.read_text(encoding="utf-8"))
    return [{name: np.array(rows, float) for name, rows in step.items()} for step in steps]


def tell(asked: argparse.Namespace) -> None:
    """Print what each way spares beside random order, over the repeats that have both."""
    draw = np.random.default_rng(0)
    for way in asked.ways:
        files = [
            (record_file(asked.records, seed, way), record_file(asked.records, seed, "random"))
            for seed in range(asked.repeats)
        ]
        pairs = [
            (load_curve(one), load_curve(other)) for one, other in files if one.exists() and other.exists()
        ]
        if way == "random" or not pairs:
            continue
        wanted, ranked, at_random = saving(pairs, asked.batch, None)
        resampled = np.array([saving(pairs, asked.batch, draw)[1:] for _ in range(N_RESAMPLES)])
        low, high = np.nanquantile(1 - resampled[:, 0] / resampled[:, 1], (0.025, 0.975))
        last = [np.mean([mean_dice(pair[which][-1]) for pair in pairs]) for which in (0, 1)]
        print(
            f"{way:22} {len(pairs)} repeats; mean Dice {wanted:.3f} after {ranked:.0f} slices, "
            f"{at_random:.0f} at random: spares {100 * (1 - ranked / at_random):.0f} % "
            f"[{100 * low:.0f}, {100 * high:.0f}]; at the end {last[0]:.3f}, {last[1]:.3f} at random"
        )


def main() -> None:
    """Do the repeats that have no record yet, and tell what each way spares."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--records", type=Path, required=True, help="folder of the curves; give it to go on")
    parser.add_argument("--repeats", type=int, default=8)
    parser.add_argument("--ways", nargs="+", choices=tuple(WAYS), default=list(WAYS))
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--only-tell", action="store_true")
    asked = parser.parse_args()
    asked.ways = list(dict.fromkeys(["random", *asked.ways]))
    if not asked.only_tell:
        patients = volumes(asked.data)
        for seed in range(asked.repeats):
            one_repeat(patients, seed, asked)
            tell(asked)
    else:
        tell(asked)


if __name__ == "__main__":
    main()
