"""Train a network on labelled slices and write its checkpoint; goes on where it was interrupted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import BadCheckpoint, BadInput, RunRefused
from core.labels import FOREGROUND, SHORT_NAMES
from core.network import checkpoint
from core.network.precision import pick_device
from core.network.registry import count_parameters, stride
from core.records import Split
from core.training.config import TrainConfig
from core.training.data import LabelledSlice, training_set
from core.training.events import EventFile
from core.training.loop import Epoch, Training, go_on
from core.training.resume import load_state, save_state
from core.training.start import starting_network
from core.workflow.training_slices import SlicesBySplit, labelled_files, labelled_in_store, with_validation


@dataclass
class TrainingJob:
    """One training from files to a checkpoint: `prepare`, then `epochs`, then `finish`.

    Every whole epoch is kept in a file beside the output, so that the same job goes on after a stop.
    """

    config: TrainConfig
    output: Path
    name: str
    data: tuple[Path, ...] = ()  # empty: the approved masks of the store
    slices: Iterable[tuple[Split, LabelledSlice]] | None = None  # takes the place of both
    start_from: Path | None = None
    imagenet: Path | None = None  # weights for the backbone of deeplabv3
    events: Path | None = None
    device: str = "auto"
    half: bool = False
    resume_file: Path | None = None  # beside the output where none is named
    ask: Callable[[], None] = go_on  # may raise to stop, also in the middle of an epoch
    history: list[Epoch] = field(default_factory=list)

    def prepare(self) -> Iterator[str]:
        """Read the data and build the network; yields what it found, line by line."""
        if self.output.exists():
            raise BadCheckpoint(f"{self.output} exists and is never overwritten; choose another --output")
        self.output.parent.mkdir(parents=True, exist_ok=True)
        slices: SlicesBySplit = {split: [] for split in Split}
        for found in self._found():
            self.ask()
            if isinstance(found, str):
                yield found
            else:
                slices[found[0]].append(found[1])
        if self.config.final:
            slices = {Split.TRAIN: slices[Split.TRAIN] + slices[Split.VALIDATION], Split.VALIDATION: []}
        elif not slices[Split.VALIDATION] and self.slices is None:
            slices = with_validation(slices, self.config.seed)
            yield "No validation patients were named, so a fifth of the patients validate."
        if not slices[Split.TRAIN]:
            raise BadInput("there is no labelled training slice; import masks or approve some first")
        try:
            device = pick_device(self.device)
        except ValueError as error:
            raise RunRefused(str(error)) from error
        network, self.model = starting_network(self.config, self.name, self.start_from, self.imagenet)
        multiple = stride(self.model)
        self.training = training_set(slices[Split.TRAIN], self.model, multiple)
        validation = slices[Split.VALIDATION]
        self.validation = training_set(validation, self.model, multiple) if validation else None
        self.state = Training(network, self.training, self.validation, self.config, device, self.ask)
        yield (
            f"{len(self.training)} training slices of {len(set(self.training.patients))} patients, "
            f"{len(validation)} validation slices of {len({item.patient for item in validation})}; "
            f"{self.model.architecture} with {count_parameters(network):,} parameters on {device.type}."
        )
        saved = load_state(self._resume, self._recipe())
        if saved:
            self.state.load_state(saved)
            self.history = [Epoch(**epoch) for epoch in saved["history"]]
            yield f"Goes on after epoch {self.state.stopping.epoch}."

    def epochs(self) -> Iterator[Epoch]:
        """Train on, keeping each whole epoch."""
        with EventFile(self.events or Path("runs") / self.name) as events:
            for epoch in self.state.epochs():
                self.history.append(epoch)
                history = [asdict(done) for done in self.history]
                save_state(self._resume, self.state.state() | {"history": history}, self._recipe())
                events.write(epoch)
                yield epoch

    def finish(self) -> str:
        """Write the checkpoint with the best weights; returns what came of it, in a sentence."""
        self.write()
        self._resume.unlink(missing_ok=True)
        stopping = self.state.stopping
        kept = f"kept epoch {stopping.best_epoch}" if self.validation else "kept the last weights"
        return f"Trained {stopping.epoch} epochs, {kept}, wrote {self.output}."

    def write(self) -> None:
        """Write the checkpoint with the best weights so far; the job can still go on after that.

        Raises:
            RunRefused: before the first whole epoch, when there is nothing to keep.
        """
        if not self.history:
            raise RunRefused("no epoch is done yet, so there are no weights to keep")
        model = replace(
            self.model,
            training=asdict(self.config),
            data={
                "sha256": self.training.sha256,
                "training_patients": sorted(set(self.training.patients)),
                "training_slices": list(self.training.names),
                "validation_slices": list(self.validation.names) if self.validation else [],
            },
            scores=self._validation_scores(),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        checkpoint.save(self.output, self.state.best_network(), model, half=self.half)

    def _found(self) -> Iterable[str | tuple[Split, LabelledSlice]]:
        """Everything to learn from, and problems as sentences."""
        if self.slices is not None:
            return self.slices
        return labelled_files(self.data) if self.data else labelled_in_store()

    def _validation_scores(self) -> dict[str, object]:
        """What the kept epoch reached on the validation slices, at the network's own pixel size."""
        number = self.state.stopping.best_epoch
        best = next((epoch for epoch in self.history if epoch.number == number), None)
        if best is None:
            return {}
        dice = dict(zip((SHORT_NAMES[label] for label in FOREGROUND), best.validation_dice, strict=True))
        return {"epoch": best.number, "validation_loss": best.validation_loss, "validation_dice": dice}

    @property
    def _resume(self) -> Path:
        return self.resume_file or self.output.with_name(self.output.name + ".resume")

    def _recipe(self) -> dict[str, object]:
        """What must not have changed between a stop and going on; plain values only."""
        recipe: dict[str, object] = {
            key: str(value) if isinstance(value, str) else value for key, value in asdict(self.config).items()
        }
        recipe["training slices"] = self.training.sha256
        recipe["validation slices"] = self.validation.sha256 if self.validation else ""
        recipe["start"] = checkpoint.file_sha256(self.start_from) if self.start_from else ""
        return recipe
