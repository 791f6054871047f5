"""What the Train page tells before a sweep starts: how many runs, how long, and what is wrong."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from core.records.slices import Split
from core.store.database import open_store
from core.store.slices.approved import ApprovedSlices
from core.workflow.sweeps.grid import SweepAxes, crossed
from core.workflow.training.checks import CheckResult, check_memory, check_recipe, check_slices
from core.workflow.training.estimate import Estimate, Workload, estimate
from core.workflow.training.preview import learnable, machine_rate
from core.workflow.training.request import TrainingRequest
from core.workflow.training.selection import chosen_among

MAX_RUNS = 100  # more is rather a mistake in the choices than a wish
MIN_SEEDS = 3  # below that nobody can tell a choice from chance


@dataclass(frozen=True)
class SweepPreview:
    """Everything that is told before a sweep starts."""

    requests: tuple[TrainingRequest, ...]
    loads: tuple[Workload, ...]
    chosen: ApprovedSlices  # what every run will learn from
    seconds: float  # of all runs, one after the other, should none stop early
    measured: bool  # whether an earlier run on this store timed the machine
    memory_mb: float  # of the largest
    checked: CheckResult


def preview_sweep(
    base: TrainingRequest, axes: SweepAxes, approved: ApprovedSlices | None = None
) -> SweepPreview:
    """Return the runs of a sweep, their expected time and memory, and what is wrong with them.

    Args:
        base: what is asked for but for the values that are crossed.
        axes: those values.
        approved: all that the runs may learn from, where that is at hand, see `learnable`.

    Raises:
        RunRefused: when a value cannot be.
    """
    requests = crossed(base, axes)
    approved = learnable() if approved is None else approved
    chosen = chosen_among(approved, replay=base.replay, final=base.config.final)
    validates = chosen.splits == Split.VALIDATION
    training, validation = chosen.where(~validates), chosen.where(validates)
    rate = machine_rate(open_store())
    loads = [Workload.of(request, training, validation) for request in requests[:MAX_RUNS]]
    expected = [
        estimate(request, load, rate) for request, load in zip(requests[:MAX_RUNS], loads, strict=True)
    ]
    largest = max(expected, key=lambda one: one.memory_mb)
    return SweepPreview(
        requests=tuple(requests),
        loads=tuple(loads),
        chosen=chosen,
        seconds=sum(one.seconds for one in expected) * len(requests) / len(expected),
        measured=largest.measured,
        memory_mb=largest.memory_mb,
        checked=check_sweep(base, axes, requests, chosen.splits, largest),
    )


def check_sweep(
    base: TrainingRequest,
    axes: SweepAxes,
    requests: list[TrainingRequest],
    splits: np.ndarray,
    largest: Estimate,
) -> CheckResult:
    """What is wrong with the sweep itself, with its combinations, and with what there is to learn from."""
    problems, hints = [], []
    if len(requests) < 2:
        problems.append("Give at least one choice two values or more; there is nothing to cross yet.")
    if len(requests) > MAX_RUNS:
        problems.append(f"These are {len(requests):,} runs; choose fewer values, for {MAX_RUNS} at most.")
    if base.start_from is not None and set(axes.architecture) - {base.config.architecture}:
        problems.append("The model to start from has its own network; start from scratch to cross networks.")
    if base.config.final:
        problems.append(
            "Final training has no validation slices to tell which run is best; switch it off for a sweep."
        )
    elif len(splits) and not (splits == Split.VALIDATION).any():
        problems.append("There is no validation patient to tell which run is best; add a second patient.")
    recipes = [check_recipe(request) for request in requests[:MAX_RUNS]]
    problems += counted_sentences([problem for one in recipes for problem in one.problems], len(requests))
    slices, memory = check_slices(base, splits), check_memory(largest)
    problems += slices.problems
    if axes.varied and len(set(axes.seed)) < MIN_SEEDS and axes.varied != ("seed",):
        hints.append(
            f"With fewer than {MIN_SEEDS} seeds a small difference may be chance; give seeds such as 0, 1, 2."
        )
    hints += counted_sentences([hint for one in recipes for hint in one.hints], len(requests))
    return CheckResult(tuple(problems), (*hints, *slices.hints, *memory.hints))


def counted_sentences(sentences: list[str], n_runs: int) -> list[str]:
    """Return each sentence once, with the number of runs that it is about where that is not all.

    >>> counted_sentences(["Too long.", "Too long.", "Odd."], 2)
    ['Too long.', '1 of 2 runs: Odd.']
    """
    return [
        sentence if count == n_runs else f"{count} of {n_runs} runs: {sentence}"
        for sentence, count in Counter(sentences).items()
    ]
