"""Do a training, in the worker: from the store's slices to a candidate that is scored on the hold-out."""

import re
from functools import partial
from typing import TYPE_CHECKING

from core.engine.whole_run import done_elsewhere
from core.errors import SeptumError, one_memory_error
from core.jobs.control import Cancelled, RunControl
from core.records.models import ModelRow
from core.records.runs import RunRow
from core.records.slices import Split
from core.settings import settings
from core.store.models import models
from core.store.runs.run_files import drop_run_file
from core.text import plural
from core.workflow.evaluation.score_model import score_model
from core.workflow.models.patient_marks import PatientMarks
from core.workflow.models.registry import register, whole_checkpoint
from core.workflow.models.shared_files import share
from core.workflow.run_files import RunFiles, free_checkpoint, shared_choice
from core.workflow.training.request import TrainingRequest
from core.workflow.training.selection import ChosenSlice, choose_slices, load_chosen, save_chosen

if TYPE_CHECKING:
    from core.workflow.training.job import PreparedTraining

NAME_LENGTH = 60  # letters of a model's name; more make no better file name


def run(row: RunRow, control: RunControl) -> str:
    """Do a training, in the worker; returns what came of it in a sentence.

    What lets it go on is there until the store knows that it has finished: one that is killed while its
    candidate is scored goes on with scoring.

    Raises:
        Cancelled: when somebody asked to stop; says what was kept.
    """
    if (told := done_elsewhere(control)) is not None:
        return told
    request = TrainingRequest.from_json(row.configuration)
    start = models.model_row(control.store, request.start_from) if request.start_from is not None else None
    with one_memory_error():
        prepared = prepared_training(row, request, start, control)
        try:
            learn(prepared, control)
        except Cancelled as cancelled:
            raise Cancelled(keep_best(prepared, row, start, control)) from cancelled
        model = publish(prepared, row, start, control)
        control.on_finished(partial(let_go_of_resume, control))
        return f"{how_it_ended(prepared)} {score(model, request, control)}"


def prepared_training(
    row: RunRow, request: TrainingRequest, start: ModelRow | None, control: RunControl
) -> "PreparedTraining":
    """The training with its data and its network, taken up where it stopped."""
    from core.training.memory import device_name, reset_peak_memory
    from core.workflow.training.dataset import labelled_in_store
    from core.workflow.training.job import TrainingJob, prepare

    files = RunFiles.of(row.id)
    files.folder.mkdir(parents=True, exist_ok=True)
    for path in files.bring_near(control.store, row.id):
        control.keep_file(path)
    chosen = frozen_choice(control, files, request)
    output = free_checkpoint(model_name(row, start, request.config.architecture))
    job = TrainingJob(
        config=request.config,
        output=output,
        name=output.stem,
        slices=labelled_in_store(control.store, chosen),
        start_from=whole_checkpoint(start) if start else None,
        events=files.events,
        device=settings().device,
        marks=PatientMarks.of_store(control.store),
        resume_file=files.resume,
        raise_if_cancelled=control.raise_if_cancelled,
    )
    prepared = prepare(job, lambda line: control.progress(0, row.total, line))
    reset_peak_memory(prepared.state.device)
    control.update(device=device_name(prepared.state.device))
    return prepared


def learn(prepared: "PreparedTraining", control: RunControl) -> None:
    """Train, writing every epoch into the store as soon as it is done."""
    from core.training.memory import peak_memory_mb
    from core.workflow.training.job import train

    total, files = prepared.job.config.epochs, RunFiles.of(control.run.id)
    if prepared.job.start_from and not prepared.history:
        control.keep_file(files.note_start_dice(prepared.state.start_dice()))
    control.restart_epochs(prepared.history, total)
    for epoch in train(prepared):
        control.keep_file(files.resume)
        control.record_epoch(epoch, total, peak_memory_mb(prepared.state.device))


def frozen_choice(control: RunControl, files: RunFiles, request: TrainingRequest) -> list[ChosenSlice]:
    """Return the slices that the run learns from, chosen when it begins and the same when it is resumed."""
    chosen = load_chosen(files.chosen)
    if chosen is None:
        shared = load_chosen(shared_choice(request.slices)) if request.slices else None
        chosen = shared or choose_slices(control.store, replay=request.replay, final=request.config.final)
        save_chosen(files.chosen, chosen)
        control.keep_file(files.chosen)
    return chosen


def keep_best(prepared: "PreparedTraining", row: RunRow, start: ModelRow | None, control: RunControl) -> str:
    """Publish the best weights of a cancelled training as a candidate; returns a sentence on it."""
    done = len(prepared.history)
    if not done:
        return "Cancelled before the first epoch was done, so there are no weights to keep."
    model = publish(prepared, row, start, control)
    return f"Cancelled after {plural(done, 'epoch')}; the best weights so far are kept as {model.name}."


def publish(
    prepared: "PreparedTraining", row: RunRow, start: ModelRow | None, control: RunControl
) -> ModelRow:
    """Write the checkpoint and make it known as a candidate; one that was written before is found again.

    Raises:
        RunRefused: when the run is no longer this worker's; nothing is published then.
    """
    from core.workflow.training.job import write_checkpoint

    control.update(message="Writing the checkpoint.")
    files, done = RunFiles.of(row.id), len(prepared.history)
    path = files.checkpoint_after(control.store, done)
    if path is None:
        path = prepared.job.output
        control.keep_file(files.note_checkpoint(path, done))
        write_checkpoint(prepared)
        if sha256 := share(control.store, path):
            control.keep_file(files.note_checkpoint(path, done, sha256))
    parent = start.id if start else None
    model = register(control.store, path, parent, person=row.asked_by, detail=f"run {row.id}")
    control.update(model_id=model.id)
    return model


def let_go_of_resume(control: RunControl) -> None:
    """Delete what lets a run go on that has finished, here and beside the images."""
    file = RunFiles.of(control.run.id).resume
    file.unlink(missing_ok=True)
    drop_run_file(control.store, control.run.id, file.name)


def score(model: ModelRow, request: TrainingRequest, control: RunControl) -> str:
    """Score the candidate on the hold-out; a training on validation patients is scored on test alone."""
    splits = (Split.TEST,) if request.config.final else (Split.VALIDATION, Split.TEST)
    epochs_done = request.config.epochs

    def report(done: int, total: int) -> None:
        message = f"Scoring on the hold-out: {done} of {plural(total, 'slice')}."
        control.progress(epochs_done, epochs_done, message)

    try:
        with one_memory_error():
            scored = score_model(model.id, splits, report)
    except Cancelled as cancelled:
        raise Cancelled(f"Cancelled while it was scored; the model is kept as {model.name}.") from cancelled
    except SeptumError as error:
        return f"The candidate {model.name} is there but could not be scored: {error}."
    if not scored:
        return f"The candidate is {model.name}; no slice of the hold-out has a mask to score it on."
    return f"The candidate is {model.name}, scored on {plural(scored, 'slice')} of the hold-out."


def how_it_ended(prepared: "PreparedTraining") -> str:
    """How the training ended, and which weights were kept, in a sentence."""
    from core.workflow.training.job import what_was_done

    stopping = prepared.state.stopping
    early = stopping.should_stop and stopping.epoch < prepared.job.config.epochs
    return f"{what_was_done(prepared)}.{' It stopped early.' if early else ''}"


def model_name(row: RunRow, start: ModelRow | None, architecture: str) -> str:
    """A name for the model: the run's own, or that of the first ancestor, with the run's number."""
    own = re.sub(r"[^a-z0-9]+", "-", row.name.lower()).strip("-")
    base = own or (re.sub(r"-r\d+(-\d+)?$", "", start.name) if start else architecture)
    return f"{base[:NAME_LENGTH]}-r{row.id}"
