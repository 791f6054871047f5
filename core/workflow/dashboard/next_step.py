"""What to do next: the circle of work, how far each of its steps is, and the one whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.jobs.kinds import JOB_KINDS
from core.records.models import ModelRow
from core.records.runs import RunRow
from core.records.slices import Status
from core.text import plural

ENOUGH_TO_LEARN = 20  # masks that readers made since the newest model, from which a training is proposed
WAITING = (Status.PREDICTED, Status.IN_PROGRESS)  # for somebody's approval


class Action(StrEnum):
    """What can be done next: the steps of the circle, in its order."""

    IMPORT = "import"
    PREDICT = "predict"
    REVIEW = "review"
    TRAIN = "train"
    PROMOTE = "promote"


@dataclass(frozen=True)
class NextStep:
    """What to do now, in a sentence, and what does it."""

    text: str
    action: Action


@dataclass(frozen=True)
class Work:
    """What there is to be done, of patients; of the demo where there is nothing else."""

    by_status: Mapping[Status, int]  # slices, of every status
    n_patients: int
    n_corrected: int  # slices whose mask a reader made after the newest model
    n_by_others: int  # that the active model would predict along with new ones; 0 where there are none
    model: ModelRow | None  # the active one
    candidate: ModelRow | None  # the newest model, where it is newer than the active one
    at_work: RunRow | None
    only_demo: bool

    @property
    def n_slices(self) -> int:
        """All slices."""
        return sum(self.by_status.values())

    @property
    def n_waiting(self) -> int:
        """Slices that wait for somebody's approval."""
        return sum(self.by_status[status] for status in WAITING)


def next_step(work: Work) -> NextStep:
    """Return what a reader would do next, in the order in which the work goes."""
    if work.at_work is not None:
        run = work.at_work
        text = f"{JOB_KINDS[run.kind].with_article} is at work ({run.done:,} of {run.total:,})"
        if not work.n_slices:
            return NextStep(f"{text}.", Action.IMPORT)
        return NextStep(f"{text}; review in the meantime.", Action.REVIEW)
    if not work.n_slices:
        return NextStep("Import the first hearts.", Action.IMPORT)
    if work.model is None:
        return NextStep("There is no model yet: train one on the masks that are there.", Action.TRAIN)
    if n_new := work.by_status[Status.NEW]:
        text = f"Predict the {plural(n_new, 'slice')} without a mask"
        also = f", and {work.n_by_others:,} that another model predicted" if work.n_by_others else ""
        return NextStep(f"{text}{also}.", Action.PREDICT)
    if work.n_waiting:
        text = f"Review the {plural(work.n_waiting, 'slice')} that nobody has approved yet."
        return NextStep(text, Action.REVIEW)
    if work.n_corrected >= ENOUGH_TO_LEARN:
        return NextStep(f"Retrain on the {plural(work.n_corrected, 'mask')} that readers made.", Action.TRAIN)
    if work.candidate is not None:
        text = f"Compare {work.candidate.name} with {work.model.name}, and promote it if it is better."
        return NextStep(text, Action.PROMOTE)
    more = "hearts of your own" if work.only_demo else "more hearts"
    return NextStep(f"Everything is read. Import {more}.", Action.IMPORT)


def circle(work: Work) -> dict[Action, str]:
    """Return how far each step of the circle is, in a few words."""
    n_new = work.by_status[Status.NEW]
    learnt = "since the newest model" if work.model is not None else "so far"
    decided = f"{work.model.name} predicts" if work.model is not None else "no model yet"
    return {
        Action.IMPORT: plural(work.n_patients, "demo heart" if work.only_demo else "patient"),
        Action.PREDICT: f"{plural(n_new, 'slice')} without a mask",
        Action.REVIEW: f"{work.by_status[Status.APPROVED]:,} of {plural(work.n_slices, 'slice')} approved",
        Action.TRAIN: f"{plural(work.n_corrected, 'correction')} {learnt}",
        Action.PROMOTE: f"{work.candidate.name} waits" if work.candidate is not None else decided,
    }
