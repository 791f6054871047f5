"""Do a training, in the worker: from the store's slices to a candidate that is scored on the hold-out."""

import re
from functools import partial
from typing import TYPE_CHECKING

from core.errors import SeptumError, one_memory_error
from core.records import EpochRow, ModelRow, RunRow, Split
from core.run_control import Cancelled, RunControl, patiently
from core.settings import settings
from core.store import epochs, models
from core.store.database import Store
from core.workflow.chosen_slices import ChosenSlice, choose_slices, load_chosen, save_chosen
from core.workflow.models import register, whole_checkpoint
from core.workflow.run_files import RunFiles, free_checkpoint, shared_choice
from core.workflow.scoring import score_model
from core.workflow.training_request import TrainingRequest
from core.workflow.words import counted

if TYPE_CHECKING:
    from core.training.loop import Epoch
    from core.workflow.training import TrainingJob

NAME_LENGTH = 60  # letters of a model's name; more make no better file name


def run(row: RunRow, control: RunControl) -> str:
    """Do a training, in the worker; returns what came of it in a sentence.

    What lets it go on is there until the store knows that it has finished: one that is killed while its
    candidate is scored goes on with scoring.

    Raises:
        Cancelled: when somebody asked to stop; says what was kept.
    """
    request = TrainingRequest.from_json(row.configuration)
    start = models.model_row(control.store, request.start_from) if request.start_from is not None else None
    with one_memory_error():
        job = prepared_job(row, request, start, control)
        try:
            train(job, row, control)
        except Cancelled as cancelled:
            raise Cancelled(keep_best(job, row, start, control)) from cancelled
        model = publish(job, row, start, control)
        control.afterwards(partial(RunFiles.of(row.id).resume.unlink, missing_ok=True))
        return f"{told(job)} {score(model, request, control)}"


def prepared_job(
    row: RunRow, request: TrainingRequest, start: ModelRow | None, control: RunControl
) -> "TrainingJob":
    """The training with its data and its network, taken up where it stopped."""
    from core.training.memory import device_name, forget_peak
    from core.workflow.training import TrainingJob
    from core.workflow.training_slices import labelled_in_store

    files = RunFiles.of(row.id)
    files.folder.mkdir(parents=True, exist_ok=True)
    chosen = frozen_choice(control.store, files, request)
    output = free_checkpoint(model_name(row, start, request.config.architecture))
    job = TrainingJob(
        config=request.config,
        output=output,
        name=output.stem,
        slices=labelled_in_store(control.store, chosen),
        start_from=whole_checkpoint(start) if start else None,
        events=files.events,
        device=settings().device,
        resume_file=files.resume,
        ask=control.ask,
    )
    for line in job.prepare():
        control.progress(0, row.total, line)
    forget_peak(job.state.device)
    control.tell(device=device_name(job.state.device))
    return job


def train(job: "TrainingJob", row: RunRow, control: RunControl) -> None:
    """Every epoch into the row of the run, as soon as it is done."""
    from core.training.memory import peak_memory_mb

    total, held = job.config.epochs, (control.store, row.id, control.token)
    patiently(partial(epochs.replace_epochs, *held, [epoch_row(epoch) for epoch in job.history]))
    done = len(job.history)
    control.progress(done, total, f"Epoch {min(done + 1, total)} of {total}.")
    for epoch in job.epochs():
        patiently(partial(epochs.save_epoch, *held, epoch_row(epoch)))
        control.tell(peak_memory_mb=peak_memory_mb(job.state.device))
        control.progress(epoch.number, total, f"Epoch {min(epoch.number + 1, total)} of {total}.")


def frozen_choice(store: Store, files: RunFiles, request: TrainingRequest) -> list[ChosenSlice]:
    """What the run learns from: chosen when it begins, and the same when it goes on days later."""
    chosen = load_chosen(files.chosen)
    if chosen is None:
        shared = load_chosen(shared_choice(request.slices)) if request.slices else None
        chosen = shared or choose_slices(store, replay=request.replay, final=request.config.final)
        save_chosen(files.chosen, chosen)
    return chosen


def keep_best(job: "TrainingJob", row: RunRow, start: ModelRow | None, control: RunControl) -> str:
    """After a cancel: the best weights so far become a candidate; says so."""
    done = len(job.history)
    if not done:
        return "Cancelled before the first epoch was done, so there are no weights to keep."
    model = publish(job, row, start, control)
    return f"Cancelled after {counted(done, 'epoch')}; the best weights so far are kept as {model.name}."


def publish(job: "TrainingJob", row: RunRow, start: ModelRow | None, control: RunControl) -> ModelRow:
    """Write the checkpoint and make it known as a candidate; one that was written before is found again.

    Raises:
        RunRefused: when the run is no longer this worker's; nothing is published then.
    """
    control.tell(message="Writing the checkpoint.")
    files, done = RunFiles.of(row.id), len(job.history)
    path = files.checkpoint_after(done)
    if path is None:
        files.note_checkpoint(job.output, done)
        job.write()
        path = job.output
    parent = start.id if start else None
    model = register(control.store, path, parent, person=row.asked_by, detail=f"run {row.id}")
    control.tell(model_id=model.id)
    return model


def score(model: ModelRow, request: TrainingRequest, control: RunControl) -> str:
    """Score the candidate on the hold-out; a training on validation patients is scored on test alone."""
    splits = (Split.TEST,) if request.config.final else (Split.VALIDATION, Split.TEST)
    epochs_done = request.config.epochs

    def tell(done: int, total: int) -> None:
        message = f"Scoring on the hold-out: {done} of {counted(total, 'slice')}."
        control.progress(epochs_done, epochs_done, message)

    try:
        with one_memory_error():
            scored = score_model(model.id, splits, tell)
    except Cancelled as cancelled:
        raise Cancelled(f"Cancelled while it was scored; the model is kept as {model.name}.") from cancelled
    except SeptumError as error:
        return f"The candidate {model.name} is there but could not be scored: {error}."
    if not scored:
        return f"The candidate is {model.name}; no slice of the hold-out has a mask to score it on."
    return f"The candidate is {model.name}, scored on {counted(scored, 'slice')} of the hold-out."


def told(job: "TrainingJob") -> str:
    """How the training ended, and which weights were kept."""
    stopping = job.state.stopping
    early = " It stopped early." if stopping.should_stop and stopping.epoch < job.config.epochs else ""
    kept = f"kept epoch {stopping.best_epoch}" if job.validation else "kept the last weights"
    return f"Trained {counted(stopping.epoch, 'epoch')}, {kept}.{early}"


def model_name(row: RunRow, start: ModelRow | None, architecture: str) -> str:
    """A name for the model: the run's own, or that of the first ancestor, with the run's number."""
    own = re.sub(r"[^a-z0-9]+", "-", row.name.lower()).strip("-")
    base = own or (re.sub(r"-r\d+(-\d+)?$", "", start.name) if start else architecture)
    return f"{base[:NAME_LENGTH]}-r{row.id}"


def epoch_row(epoch: "Epoch") -> EpochRow:
    """The epoch as it is stored."""
    return EpochRow(
        number=epoch.number,
        training_loss=epoch.training_loss,
        validation_loss=epoch.validation_loss,
        validation_dice=epoch.validation_dice,
        learning_rate=epoch.learning_rate,
        seconds=epoch.seconds,
        best=epoch.best,
        validation_iou=epoch.validation_iou,
    )
