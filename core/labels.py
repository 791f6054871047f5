"""The label table: which number means which tissue, and how each is named and coloured everywhere."""

from enum import IntEnum, StrEnum


class Label(IntEnum):
    """Tissue classes in the order of ACDC and nnU-Net; every mask in Septum holds these values."""

    BACKGROUND = 0
    RIGHT_VENTRICLE = 1
    MYOCARDIUM = 2
    LEFT_VENTRICLE = 3


class LabelOrder(StrEnum):
    """Which ventricle a mask file calls 1."""

    ACDC = "1 RV, 2 myocardium, 3 LV"
    UK_BIOBANK = "1 LV, 2 myocardium, 3 RV"  # also the M&Ms challenge and MONAI's bundles


FOREGROUND = (Label.RIGHT_VENTRICLE, Label.MYOCARDIUM, Label.LEFT_VENTRICLE)

NAMES = {
    Label.BACKGROUND: "Background",
    Label.RIGHT_VENTRICLE: "Right ventricle",
    Label.MYOCARDIUM: "Myocardium",
    Label.LEFT_VENTRICLE: "Left ventricle",
}

SHORT_NAMES = {
    Label.BACKGROUND: "Background",
    Label.RIGHT_VENTRICLE: "RV",
    Label.MYOCARDIUM: "Myo",
    Label.LEFT_VENTRICLE: "LV",
}

# Okabe and Ito's palette (Color Universal Design, 2008), told apart with every common colour blindness.
# LV vermilion and myocardium green stay near the red endocardium and green epicardium that readers know.
COLOURS = {
    Label.BACKGROUND: "#7f7f7f",
    Label.RIGHT_VENTRICLE: "#56b4e9",
    Label.MYOCARDIUM: "#009e73",
    Label.LEFT_VENTRICLE: "#d55e00",
}
