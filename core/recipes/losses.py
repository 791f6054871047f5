"""The losses by key: how they are called and which numbers shape them; their formulas are in core.training.

A new one is a key and an entry here, and its function in core/training/losses.py.
"""

from dataclasses import dataclass
from enum import StrEnum


class LossName(StrEnum):
    """The keys of the losses, as they are stored."""

    CROSS_ENTROPY = "ce"
    WEIGHTED_CROSS_ENTROPY = "weighted-ce"
    FOCAL = "focal"
    DICE = "dice"
    DICE_FOCAL = "dice-focal"
    CE_DICE = "ce-dice"
    WEIGHTED_CE_DICE = "weighted-ce-dice"


@dataclass(frozen=True)
class Loss:
    """One loss."""

    title: str  # on pages
    shaped_by: tuple[str, ...] = ()  # the fields of TrainConfig that it uses
    reported_as: str = ""  # its name in the course report's tables; "" where the report does not compare it


LOSSES: dict[LossName, Loss] = {
    LossName.CROSS_ENTROPY: Loss("Cross-entropy", reported_as="CE"),
    LossName.WEIGHTED_CROSS_ENTROPY: Loss("Weighted cross-entropy", ("beta",), "weighted CE"),
    LossName.FOCAL: Loss("Focal", ("gamma", "alpha"), "focal"),
    LossName.DICE: Loss("Dice", reported_as="Dice"),
    LossName.DICE_FOCAL: Loss("Dice + focal", ("gamma", "alpha"), "Dice-Focal"),
    LossName.CE_DICE: Loss("Cross-entropy + Dice", reported_as="CE-Dice"),
    LossName.WEIGHTED_CE_DICE: Loss("Weighted cross-entropy + Dice", ("beta",), "weighted-CE-Dice"),
}
