"""When to stop: the lowest validation loss so far, and how long ago it was."""

import math
from dataclasses import dataclass


@dataclass
class EarlyStopping:
    """Counts epochs since the validation loss last fell.

    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(loss) for loss in (0.5, 0.4, 0.45, 0.41)]
    [True, True, False, False]
    >>> stopping.should_stop, stopping.best_epoch
    (True, 2)
    """

    patience: int  # 0 never stops
    best_loss: float = math.inf
    best_epoch: int = 0
    epoch: int = 0

    def update(self, validation_loss: float) -> bool:
        """Take in the next epoch's loss; return whether it is the lowest so far. NaN never is."""
        self.epoch += 1
        if validation_loss < self.best_loss:
            self.best_loss, self.best_epoch = validation_loss, self.epoch
            return True
        return False

    @property
    def should_stop(self) -> bool:
        """Whether patience has run out."""
        return self.patience > 0 and self.epoch - self.best_epoch >= self.patience
