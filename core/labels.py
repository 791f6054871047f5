"""The label set: which number means which tissue, what each is to anatomy, and how it is named and coloured.

Rules of anatomy ask for roles, never for numbers, so that they hold for any set that has the roles; a rule
whose role a set lacks finds nothing. The heart's four labels are the only set that Septum ships.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Label(IntEnum):
    """Tissue classes in the order of ACDC and nnU-Net; every mask in Septum holds these values."""

    BACKGROUND = 0
    RIGHT_VENTRICLE = 1
    MYOCARDIUM = 2
    LEFT_VENTRICLE = 3


class Role(StrEnum):
    """What a label is to the rules of anatomy."""

    BACKGROUND = "background"
    CAVITY = "cavity"  # blood, whose volume is measured
    WALL = "wall"  # muscle around a cavity, whose mass is measured


@dataclass(frozen=True)
class Structure:
    """One label of a set."""

    label: Label
    key: str  # as it is stored and exported
    name: str
    short_name: str
    colour: str
    role: Role
    wall: Label | None = None  # of a cavity: the label that encloses it all around; None where none does


@dataclass(frozen=True)
class LabelSet:
    """The labels that masks of one kind hold, by their numbers from 0.

    Raises:
        ValueError: when the numbers have gaps, 0 is no background, or a cavity's wall is none.
    """

    id: str  # stored with checkpoints and exports; a set that changes gets another
    structures: tuple[Structure, ...]

    def __post_init__(self) -> None:
        if [structure.label for structure in self.structures] != list(range(len(self.structures))):
            raise ValueError(f"label set {self.id} must number its labels 0, 1, 2 and so on")
        if [structure.label for structure in self.structures if structure.role == Role.BACKGROUND] != [0]:
            raise ValueError(f"label set {self.id} must have one background, and it must be 0")
        for structure in self.structures:
            if structure.wall is not None and self.structures[structure.wall].role != Role.WALL:
                raise ValueError(
                    f"label set {self.id} calls label {int(structure.wall)} a wall, which it is not"
                )

    def with_role(self, role: Role) -> tuple[Label, ...]:
        """The labels of a role, in their order."""
        return tuple(structure.label for structure in self.structures if structure.role == role)

    @property
    def foreground(self) -> tuple[Label, ...]:
        """All labels but the background, in their order."""
        return tuple(structure.label for structure in self.structures if structure.role != Role.BACKGROUND)

    @property
    def walled(self) -> dict[Label, Label]:
        """The wall of each cavity that has one."""
        return {
            structure.label: structure.wall for structure in self.structures if structure.wall is not None
        }


class LabelOrder(StrEnum):
    """Which ventricle a mask file calls 1."""

    ACDC = "acdc"
    UK_BIOBANK = "uk_biobank"  # also the M&Ms challenge and MONAI's bundles

    @classmethod
    def _missing_(cls, value: object) -> "LabelOrder | None":
        """The order of a value of earlier versions, which kept the words for it."""
        return next((order for order, words in ORDER_WORDS.items() if words == value), None)


ORDER_WORDS = {  # as lists and messages name them
    LabelOrder.ACDC: "1 RV, 2 myocardium, 3 LV",
    LabelOrder.UK_BIOBANK: "1 LV, 2 myocardium, 3 RV",
}

# Okabe and Ito's palette (Color Universal Design, 2008), told apart with every common colour blindness.
# LV vermilion and myocardium green stay near the red endocardium and green epicardium that readers know.
HEART = LabelSet(
    "short-axis-heart",
    (
        Structure(Label.BACKGROUND, "background", "Background", "Background", "#7f7f7f", Role.BACKGROUND),
        Structure(Label.RIGHT_VENTRICLE, "right_ventricle", "Right ventricle", "RV", "#56b4e9", Role.CAVITY),
        Structure(Label.MYOCARDIUM, "myocardium", "Myocardium", "Myo", "#009e73", Role.WALL),
        Structure(
            Label.LEFT_VENTRICLE,
            "left_ventricle",
            "Left ventricle",
            "LV",
            "#d55e00",
            Role.CAVITY,
            wall=Label.MYOCARDIUM,
        ),
    ),
)

FOREGROUND = HEART.foreground
NAMES = {structure.label: structure.name for structure in HEART.structures}
SHORT_NAMES = {structure.label: structure.short_name for structure in HEART.structures}
COLOURS = {structure.label: structure.colour for structure in HEART.structures}
