"""Wrong and odd combinations of choices for a training, told in words before it starts."""

from dataclasses import dataclass

import numpy as np

from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.losses import LossName
from core.recipes.training import RECOMMENDED_FROM_MODEL, AugmentationName
from core.records.slices import Split
from core.workflow.training.estimate import Estimate
from core.workflow.training.request import TrainingRequest

MAX_FINE_TUNING_RATE = 2e-3  # at which a network that starts from good weights loses them


@dataclass(frozen=True)
class CheckResult:
    """What is wrong with a request, and what is only odd; each a sentence."""

    problems: tuple[str, ...]  # any of these keeps it from starting
    hints: tuple[str, ...]


def check_recipe(request: TrainingRequest) -> CheckResult:
    """Combinations of choices that cannot work, or do not do what they look like."""
    config, network = request.config, request.config.network
    architecture = architecture_of(network.architecture)
    problems, hints = [], []
    if config.deep_supervision and not architecture.deep_supervision:
        able = [one for one in ARCHITECTURES.values() if one.deep_supervision]
        problems.append(
            f"Deep supervision belongs to {' or '.join(one.title for one in able)}; switch it off, or choose "
            f"{' or '.join(one.key for one in able)}."
        )
    if architecture.fixed_widths and len(config.widths) != len(architecture.widths):
        problems.append(f"{architecture.fixed_widths}; choose {'-'.join(map(str, architecture.widths))}.")
    crops = config.augmentation == AugmentationName.RECOMMENDED and config.crop > 0
    if crops and config.crop % network.stride:
        problems.append(
            f"A crop of {config.crop} pixels does not fit this network; "
            f"choose a multiple of {network.stride}."
        )
    if config.validate_every > config.epochs:
        hints.append(f"It validates every {config.validate_every} epochs, so only after the last one.")
    if config.loss == LossName.FOCAL and not config.alpha:
        problems.append("A focal loss with an alpha of 0 is 0 everywhere; choose one above 0.")
    if config.patience and config.validate_every > 1 and not config.final:
        hints.append(
            f"It validates every {config.validate_every} epochs, so a patience of {config.patience} ends it "
            f"{config.patience * config.validate_every} epochs after the best."
        )
    if config.crop and not crops:
        hints.append(f"The crop has no effect with the augmentation {config.augmentation.value}.")
    if config.final and config.patience:
        hints.append(
            "Final training has no validation slices, so it runs all epochs; patience has no effect."
        )
    if config.cosine and config.patience > 0 and not config.final:
        hints.append("The learning rate falls towards the last epoch; stopping early ends before it is low.")
    if config.batch_size < 2:
        hints.append("Batch norm learns little from batches of one slice; 4 or more is better.")
    if request.start_from is not None and config.learning_rate > MAX_FINE_TUNING_RATE:
        hints.append(
            f"At a learning rate of {config.learning_rate:g} the model loses much of what it knows; "
            f"{RECOMMENDED_FROM_MODEL.learning_rate:g} keeps it."
        )
    if request.start_from is not None and not request.replay:
        hints.append("Without the reference slices the model may forget them; the hold-out will tell.")
    return CheckResult(tuple(problems), tuple(hints))


def check_slices(request: TrainingRequest, splits: np.ndarray) -> CheckResult:
    """What is wrong or odd about what there is to learn from, by the split of each slice, (n,)."""
    n_validation = int((splits == Split.VALIDATION).sum())
    n_training = len(splits) if request.config.final else len(splits) - n_validation
    problems, hints = [], []
    if not n_training:
        problems.append(
            "There is no approved slice of a training patient to learn from; approve some on the Review "
            "page, or import images with masks."
        )
    elif n_training < 2:
        problems.append("One slice is too few to learn from; approve at least one more.")
    elif not n_validation and not request.config.final:
        hints.append(
            "There is one patient only, so nothing tells when to stop: all epochs run and the last weights "
            "are kept."
        )
    return CheckResult(tuple(problems), tuple(hints))


def check_memory(expected: Estimate) -> CheckResult:
    """Whether the memory will be enough, as far as that can be told before."""
    if expected.available_mb is None or expected.memory_mb < expected.available_mb:
        return CheckResult((), ())
    return CheckResult(
        (),
        (
            f"It needs about {expected.memory_mb / 1000:.1f} GB of memory and "
            f"{expected.available_mb / 1000:.1f} GB are free; choose smaller batches "
            "or a crop, or it may end for lack of memory.",
        ),
    )
