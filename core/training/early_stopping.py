"""When to stop: the lowest validation loss so far, and how many validations ago it was."""

import math
from dataclasses import dataclass


@dataclass
class EarlyStopping:
    """Counts validations since the loss last fell; epochs that are not validated say nothing.

    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(loss) for loss in (0.5, 0.4, 0.45, 0.41)]
    [True, True, False, False]
    >>> stopping.should_stop, stopping.best_epoch
    (True, 2)
    """

    patience: int  # validations; 0 never stops
    best_loss: float = math.inf
    best_epoch: int = 0
    epoch: int = 0
    waited: int = 0  # validations since the best

    def update(self, validation_loss: float) -> bool:
        """Count a validated epoch; return whether its loss is the lowest so far, which NaN never is."""
        self.epoch += 1
        if validation_loss < self.best_loss:
            self.best_loss, self.best_epoch, self.waited = validation_loss, self.epoch, 0
            return True
        self.waited += 1
        return False

    def skip(self) -> bool:
        """Count an epoch that was not validated; it is never the best."""
        self.epoch += 1
        return False

    @property
    def should_stop(self) -> bool:
        """Whether patience has run out."""
        return 0 < self.patience <= self.waited
