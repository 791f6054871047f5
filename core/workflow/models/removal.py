"""Remove a model: say before what goes and what stays; what the model made keeps naming it."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import NotPromotable, StoreUnavailable
from core.records.models import ModelRow
from core.store.database import open_store
from core.store.models import model_removal, models, promotions
from core.store.models.model_paths import models_folder
from core.workflow.models.checkpoint_files import registered_file
from core.workflow.models.shared_files import withdraw
from core.workflow.people import Reader, override_refusal

DEED = "remove a model"


@dataclass(frozen=True)
class RemovalPreview:
    """What removing a model would do."""

    model: ModelRow
    obstacle: str  # why it cannot be removed now; "" where it can
    goes: str  # a sentence
    stays: str  # a sentence


def preview_removal(model_id: int) -> RemovalPreview:
    """Return what removing a model would do; nothing is changed.

    Raises:
        NotFound: when there is no such model, or it was removed already.
    """
    store = open_store()
    obstacle, row = model_removal.removal_obstacle(store, model_id), models.model_row(store, model_id)
    stays = f"What {row.name} predicted, its scores and its promotions stay and keep naming it."
    if any(model_id == line.previous_id for line in promotions.promotions(store)):
        stays += " A roll back then passes over it."
    stopped = model_removal.stopped_runs_from(store, model_id)
    if stopped:
        numbers = ", ".join(map(str, stopped))
        stays += f" Trainings that stopped and begin with it cannot go on: run {numbers}."
    return RemovalPreview(row, obstacle, _what_goes(row), stays)


def remove_model(model_id: int, reader: Reader) -> ModelRow:
    """Remove a model and its file in the home; where administrators are named, only they may. Returns it.

    Raises:
        NotPromotable: when the reader may not.
        NotFound: when there is no such model, or it was removed already.
        RunRefused: while it is active, a roll back leads to it, or a run begins with it.
        StoreUnavailable: when its file could not be deleted, though it is out of all lists.
    """
    if refusal := removal_refusal(reader):
        raise NotPromotable(refusal)
    store = open_store()
    row = models.model_row(store, model_id)
    file = own_file(row)
    model_removal.remove_model(store, model_id, reader.name)
    try:
        if file is not None:
            file.unlink(missing_ok=True)
        withdraw(store, row.sha256)
    except OSError as error:
        raise StoreUnavailable(
            f"{row.name} was removed, but its file {file} could not be deleted ({error.strerror}); delete it "
            "by hand"
        ) from error
    return row


def removal_refusal(reader: Reader) -> str:
    """Return why this reader may not remove models, in a sentence; "" for one who may."""
    return override_refusal(reader, DEED)


def own_file(row: ModelRow) -> Path | None:
    """Return the model's file where it lies in the home and is what was registered, else None."""
    file = registered_file(row)
    is_own = file is not None and file.resolve().is_relative_to(models_folder().resolve())
    return file if is_own else None


def _what_goes(row: ModelRow) -> str:
    file = own_file(row)
    if file is None:
        return f"{row.name} goes out of all lists; it has no file in the store any more."
    megabytes = file.stat().st_size / 1e6
    return (
        f"{row.name} goes out of all lists, and its file ({megabytes:.1f} MB) is deleted for good; only its "
        "checkpoint, downloaded before, brings it back."
    )
