"""How well a new network does that learns from few slices: in the recipe's own epochs, and in enough.

    python -m benchmarks.quality.few_slices --data FOLDER [--slices 10 40 100] [--folds 2] [--threads 1]

FOLDER holds volumes of a few dozen patients with true masks. In each fold a quarter of the patients judges;
the slices to learn from are drawn from a few of the others, some of each. Dice is that of whole volumes at
the network's pixel size, the mean over the three labels, its interval bootstrapped over patients.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.quality.scored_cases import dices
from core.labels import FOREGROUND
from core.metrics.statistics.bootstrap import bootstrap_mean
from core.network.architectures.registry import build
from core.network.device import fast_autocast
from core.recipes.training import RECOMMENDED, TrainConfig, with_enough_epochs
from core.training.data import LabelledSlice, TrainingSet, batches, training_set
from core.training.loop import Training
from core.workflow.training.dataset import labelled_files

FOLDS = 4
LEAST_PATIENTS = 4  # to learn from; more where there are many slices, four of each
CPU = torch.device("cpu")


def draw(slices: Sequence[LabelledSlice], n_slices: int, draws: np.random.Generator) -> list[LabelledSlice]:
    """So many slices of a few patients."""
    patients = draws.permutation(sorted({one.patient for one in slices}))
    some = patients[: max(LEAST_PATIENTS, n_slices // 4)]
    drawn: list[LabelledSlice] = []
    for patient in some:
        own = [one for one in slices if one.patient == patient]
        n_own = min(len(own), -(-n_slices // len(some)))
        drawn += [own[index] for index in draws.choice(len(own), n_own, replace=False)]
    return drawn[:n_slices]


def learn(slices: Sequence[LabelledSlice], config: TrainConfig) -> torch.nn.Module:
    """A new network that has learnt from them."""
    torch.manual_seed(config.seed)
    network = build(config.network)
    training = Training(network, training_set(slices, config.network, network.stride), None, config, CPU)
    for _ in training.epochs():
        pass
    return training.best_network()


@torch.inference_mode()
def volume_dice(network: torch.nn.Module, judged: TrainingSet) -> dict[str, float]:
    """Mean Dice of the labels by patient, over whole volumes."""
    masks = []
    for indices in batches(range(len(judged)), 8):
        with fast_autocast(CPU):
            masks.append(network(judged.images[indices]).argmax(dim=1))
    predicted, truth = torch.cat(masks).numpy().astype(np.uint8), judged.masks.numpy()
    volumes: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, (patient, name) in enumerate(zip(judged.patients, judged.names, strict=True)):
        series, _, phase = name.rsplit("/", 2)
        volumes[patient, series, phase].append(index)
    by_patient: dict[str, list[float]] = defaultdict(list)
    for (patient, _, _), places in volumes.items():
        values = dices(truth[places], predicted[places], FOREGROUND)
        by_patient[patient].append(float(np.nanmean(values)))
    return {patient: float(np.mean(values)) for patient, values in by_patient.items()}


def main() -> None:
    """Train every pair and print its Dice."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--slices", type=int, nargs="+", default=[10, 40, 100])
    parser.add_argument("--folds", type=int, default=2, choices=range(1, FOLDS + 1))
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    slices = [item[1] for item in labelled_files([asked.data]) if not isinstance(item, str)]
    patients = np.random.default_rng(0).permutation(sorted({one.patient for one in slices}))
    stride = build(RECOMMENDED.network).stride
    for n_slices in asked.slices:
        found: dict[int, dict[str, float]] = defaultdict(dict)  # by epochs
        for fold in range(asked.folds):
            judges = set(patients[fold::FOLDS])
            others = [one for one in slices if one.patient not in judges]
            learnt = draw(others, n_slices, np.random.default_rng(fold))
            judging = [one for one in slices if one.patient in judges]
            judged = training_set(judging, RECOMMENDED.network, stride)
            for config in (RECOMMENDED, with_enough_epochs(RECOMMENDED, len(learnt))):
                began = time.perf_counter()
                found[config.epochs] |= volume_dice(learn(learnt, config), judged)
                spent = time.perf_counter() - began
                print(
                    f"  {n_slices} slices, fold {fold + 1}, {config.epochs} epochs: {spent:.0f} s", flush=True
                )
        for epochs, by_patient in found.items():
            told = bootstrap_mean(list(by_patient.values()), list(by_patient))
            dices = f"{told.mean:.3f} [{told.low:.3f}, {told.high:.3f}]"
            print(f"{n_slices} slices, {epochs} epochs: Dice {dices} of {told.n} patients", flush=True)


if __name__ == "__main__":
    main()
