"""TensorBoard event files: the curves of a training for those who already watch theirs there."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from core.labels import FOREGROUND, SHORT_NAMES
from core.records.runs import Epoch


class EventFile:
    """Writes each epoch's figures into the folder; `tensorboard --logdir FOLDER` shows them."""

    def __init__(self, folder: Path, done: Sequence[Epoch] = ()) -> None:
        """Begin a file.

        Args:
            folder: of all files of the training.
            done: epochs that are written first where the folder is not there: they were done elsewhere.
        """
        from torch.utils.tensorboard import SummaryWriter  # a second of imports that only training needs

        begun_elsewhere = [] if folder.is_dir() else done
        self._writer = SummaryWriter(str(folder))
        for epoch in begun_elsewhere:
            self.write(epoch)

    def __enter__(self) -> "EventFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def write(self, epoch: Epoch) -> None:
        """Add one epoch."""
        figures = {
            "loss/training": epoch.training_loss,
            "loss/validation": epoch.validation_loss,
            "learning rate": epoch.learning_rate,
            "seconds": epoch.seconds,
        }
        for label, dice in zip(FOREGROUND, epoch.validation_dice, strict=True):
            figures[f"validation Dice/{SHORT_NAMES[label]}"] = dice
        for name, value in figures.items():
            self._writer.add_scalar(name, value, epoch.number)
        self._writer.flush()
