"""Train a network on labelled slices and write its checkpoint; goes on where it was interrupted.

`prepare` reads and checks everything, `train` yields the epochs, `write_checkpoint` writes what came of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import BadCheckpoint, BadInput, RunRefused
from core.labels import FOREGROUND, SHORT_NAMES
from core.network import checkpoint
from core.network.architectures.registry import count_parameters
from core.network.device import pick_device
from core.recipes.model import ModelConfig, Task
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.records.slices import Split
from core.text import plural
from core.training.correction.loop import hint_feed
from core.training.data import LabelledSlice, TrainingSet, training_set
from core.training.init_network import starting_network
from core.training.loop import Training, never_cancelled
from core.training.resume import load_state, save_state, unchanging_recipe
from core.training.tensorboard import EventFile
from core.workflow.models.patient_marks import PatientMarks, marked
from core.workflow.training.dataset import SlicesBySplit, labelled_files, labelled_in_store, with_validation


@dataclass(frozen=True)
class TrainingJob:
    """A training as it is asked for."""

    config: TrainConfig
    output: Path  # the checkpoint
    name: str  # of the model
    data: tuple[Path, ...] = ()  # empty: the approved masks of the store
    slices: Iterable[tuple[Split, LabelledSlice]] | None = None  # takes the place of both
    start_from: Path | None = None
    mistakes_of: tuple[Path, ...] = ()  # models whose masks a correction network learns to correct
    imagenet: Path | None = None  # weights for the backbone of an architecture that takes them
    events: Path | None = None  # folder of TensorBoard's files
    device: str = "auto"
    half: bool = False
    marks: PatientMarks | None = None  # of the store by which the patients can be known again
    resume_file: Path | None = None  # beside the output where none is named
    raise_if_cancelled: Callable[[], None] = never_cancelled  # also called within an epoch

    @property
    def resume(self) -> Path:
        """The file from which the same job goes on after a stop, written after every whole epoch."""
        return self.resume_file or self.output.with_name(self.output.name + ".resume")


@dataclass(frozen=True, eq=False)
class PreparedTraining:
    """A training with its data and its network, ready to begin or to go on."""

    job: TrainingJob
    model: ModelConfig
    training: TrainingSet
    validation: TrainingSet | None
    state: Training  # the network and all that changes while it learns
    recipe: dict[str, object]  # what must not have changed between a stop and going on

    @property
    def history(self) -> tuple[Epoch, ...]:
        """The epochs that are done."""
        return tuple(self.state.history)


def prepare(job: TrainingJob, say: Callable[[str], None] = lambda line: None) -> PreparedTraining:
    """Read the data and build the network; take up where an earlier stop left it.

    Args:
        job: what is asked for.
        say: is told what was found, line by line.

    Raises:
        BadCheckpoint: when the output exists, or the model to start from is none.
        BadInput: when there is nothing to learn from.
        RunRefused: when a choice cannot be, or the resume file is of another training.
    """
    if job.output.exists():
        raise BadCheckpoint(f"{job.output} exists and is never overwritten; choose another --output")
    job.output.parent.mkdir(parents=True, exist_ok=True)
    slices = read_slices(job, say)
    try:
        device = pick_device(job.device)
    except ValueError as error:
        raise RunRefused(str(error)) from error
    network, model = starting_network(job.config, job.name, job.start_from, job.imagenet)
    training = training_set(slices[Split.TRAIN], model, model.stride)
    held_out = slices[Split.VALIDATION]
    validation = training_set(held_out, model, model.stride) if held_out else None
    corrects = job.config.task == Task.CORRECTION
    fed = hint_feed(job.mistakes_of, job.config.crop, model.stride, device) if corrects else None
    state = Training(network, training, validation, job.config, device, job.raise_if_cancelled, fed)
    say(
        f"{len(training)} training slices of {len(set(training.patients))} patients, "
        f"{len(held_out)} validation slices of {len({item.patient for item in held_out})}; "
        f"{model.architecture} with {count_parameters(network):,} parameters on {device.type}."
    )
    start = checkpoint.file_sha256(job.start_from) if job.start_from else ""
    mistakes_of = [checkpoint.file_sha256(path) for path in job.mistakes_of]
    recipe = unchanging_recipe(job.config, training, validation, start, mistakes_of)
    saved = load_state(job.resume, recipe)
    if saved:
        state.load_state(saved)
        say(f"Goes on after epoch {state.stopping.epoch}.")
    return PreparedTraining(job, model, training, validation, state, recipe)


def read_slices(job: TrainingJob, say: Callable[[str], None]) -> SlicesBySplit:
    """The slices to learn from and to validate on.

    Raises:
        BadInput: when there is none to learn from.
    """
    slices: SlicesBySplit = {split: [] for split in Split}
    source: Iterable[str | tuple[Split, LabelledSlice]]
    if job.slices is not None:
        source = job.slices
    else:
        source = labelled_files(job.data) if job.data else labelled_in_store()
    for item in source:
        job.raise_if_cancelled()
        if isinstance(item, str):
            say(item)
        else:
            slices[item[0]].append(item[1])
    if job.config.final:
        slices = {Split.TRAIN: slices[Split.TRAIN] + slices[Split.VALIDATION], Split.VALIDATION: []}
    elif not slices[Split.VALIDATION] and job.slices is None:
        slices = with_validation(slices, job.config.seed)
        say("No validation patients were named, so a fifth of the patients validate.")
    if not slices[Split.TRAIN]:
        raise BadInput("there is no labelled training slice; import masks or approve some first")
    return slices


def train(prepared: PreparedTraining) -> Iterator[Epoch]:
    """Train on, yielding each whole epoch once it is kept in the resume file."""
    job, state = prepared.job, prepared.state
    with EventFile(job.events or Path("runs") / job.name, prepared.history) as events:
        for epoch in state.epochs():
            save_state(job.resume, state.state(), prepared.recipe)
            events.write(epoch)
            yield epoch


def finish(prepared: PreparedTraining) -> str:
    """Write the checkpoint with the best weights; returns what came of it, in a sentence."""
    write_checkpoint(prepared)
    prepared.job.resume.unlink(missing_ok=True)
    return f"{what_was_done(prepared)}, wrote {prepared.job.output}."


def what_was_done(prepared: PreparedTraining) -> str:
    """How many epochs were trained, and which weights are the best, as the beginning of a sentence."""
    stopping = prepared.state.stopping
    kept = f"kept epoch {stopping.best_epoch}" if prepared.validation else "kept the last weights"
    return f"Trained {plural(stopping.epoch, 'epoch')}, {kept}"


def write_checkpoint(prepared: PreparedTraining) -> None:
    """Write the checkpoint with the best weights so far; the training can still go on after that.

    Raises:
        RunRefused: before the first whole epoch, when there is nothing to keep.
    """
    if not prepared.history:
        raise RunRefused("no epoch is done yet, so there are no weights to keep")
    job, training, validation = prepared.job, prepared.training, prepared.validation
    model = replace(
        prepared.model,
        tta_flips=job.config.tta_flips,
        training=asdict(job.config),
        data={
            "sha256": training.sha256,
            "n_training_slices": len(training),
            "n_validation_slices": len(validation) if validation else 0,
            **marked(training.patients, job.marks),
        },
        scores=validation_scores(prepared),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    checkpoint.save(job.output, prepared.state.best_network(), model, half=job.half)


def validation_scores(prepared: PreparedTraining) -> dict[str, object]:
    """What the kept epoch reached on the validation slices, at the network's own pixel size."""
    number = prepared.state.stopping.best_epoch
    best = next((epoch for epoch in prepared.history if epoch.number == number), None)
    if best is None:
        return {}
    dice = dict(zip((SHORT_NAMES[label] for label in FOREGROUND), best.validation_dice, strict=True))
    return {"epoch": best.number, "validation_loss": best.validation_loss, "validation_dice": dice}
