"""How many corrections the queue's order spares: slices read until a Dice is reached, ranked beside random.

    python -m benchmarks.quality.queue --data FOLDER [--repeats 3] [--steps 4] [--batch 20] [--epochs 30]

FOLDER holds volumes of a few dozen patients with true masks, which take the reader's part. In each repeat
other patients are dealt out: some give the two middle slices on which a first model is trained, some are
unread and stand in the queue, some judge. Then, step by step, the next slices are corrected and the model is
retrained from the one before, once in the queue's order (predicted and ranked anew before each step), once at
random. The saving is told at the highest mean Dice that both reach; its interval is bootstrapped over the
judging patients of all repeats.
"""

import argparse
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


def follow(truth: Truth, ranked: bool, seed: int, asked: argparse.Namespace) -> Curve:
    """Correct and retrain, step by step."""
    shuffled = list(truth)
    random.Random(seed).shuffle(shuffled)
    curve: Curve = [heart_dice(active().id)]
    for step in range(asked.steps):
        chosen = shuffled[step * asked.batch : (step + 1) * asked.batch]
        if ranked:
            predict_unread()
            chosen = [
                row.id for row in list_slices(Filter(UNREAD, (Split.TRAIN,)), Order.WORTH, limit=asked.batch)
            ]
        read(chosen, truth)
        row = active()
        recipe = replace(recipe_for("recommended", row), epochs=asked.epochs, validate_every=5, seed=seed)
        train(recipe, start_from=row.id)
        curve.append(heart_dice(active().id))
        print(
            f"  {'ranked' if ranked else 'random'} {(step + 1) * asked.batch:>4}: {mean_dice(curve[-1]):.3f}",
            flush=True,
        )
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


def one_repeat(
    patients: Mapping[str, list[Series]], seed: int, chosen: argparse.Namespace
) -> tuple[Curve, Curve]:
    """(in the queue's order, at random), from the same first model."""
    with tempfile.TemporaryDirectory(prefix="septum-queue-") as folder:
        homes = Path(folder) / "ranked", Path(folder) / "random"
        move_in(homes[0])
        truth = begin(deal(patients, seed), seed)
        first = mean_dice(heart_dice(active().id))
        print(f"repeat {seed + 1}: {len(truth)} unread slices, first model {first:.3f}", flush=True)
        shutil.copytree(*homes)
        curves = []
        for home, ranked in zip(homes, (True, False), strict=True):
            move_in(home)
            curves.append(follow(truth, ranked, seed, chosen))
        return curves[0], curves[1]


def main() -> None:
    """Run the repeats and print the two curves and the saving."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=30)
    chosen = parser.parse_args()
    patients = volumes(chosen.data)
    pairs = [one_repeat(patients, seed, chosen) for seed in range(chosen.repeats)]
    wanted, ranked, at_random = saving(pairs, chosen.batch, None)
    draw = np.random.default_rng(0)
    resampled = np.array([saving(pairs, chosen.batch, draw)[1:] for _ in range(N_RESAMPLES)])
    spared = 1 - resampled[:, 0] / resampled[:, 1]
    low, high = np.nanquantile(spared, (0.025, 0.975))
    print(f"mean Dice {wanted:.3f}: {ranked:.0f} slices ranked, {at_random:.0f} at random; ", end="")
    print(f"the order spares {100 * (1 - ranked / at_random):.0f} % [{100 * low:.0f}, {100 * high:.0f}]")


if __name__ == "__main__":
    main()
