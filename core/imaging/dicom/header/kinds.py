"""What a DICOM image shows, as its coded words tell: images of different kinds are no one stack."""

import re
from collections.abc import Collection
from enum import StrEnum


class Kind(StrEnum):
    """The classes of images that are kept apart, in the words of a note; the first are the likelier heart."""

    MAGNITUDE = "magnitude images"
    DERIVED = "derived images"
    REAL = "real parts"
    IMAGINARY = "imaginary parts"
    PHASE = "phase images"
    MAP = "maps"
    LOCALIZER = "localizers"
    CAPTURE = "secondary captures"


# Words of Image Type and Frame Type: PS3.3 C.7.6.1.1.2 and C.8.13.3.1, and what Siemens, GE and Philips add.
# The first class that has one of its words decides.
WORDS = (
    (Kind.LOCALIZER, {"LOCALIZER", "SCOUT", "SURVEY"}),
    (Kind.PHASE, {"P", "PHASE", "PHASE MAP", "VELOCITY", "VELOCITY MAP", "VELOCITY_MAP", "PCA"}),
    (Kind.REAL, {"R", "REAL", "R_IR", "R_FFE", "R_SE"}),
    (Kind.IMAGINARY, {"I", "IMAGINARY", "I_IR", "I_FFE", "I_SE"}),
)
COMPONENTS = {"PHASE": Kind.PHASE, "REAL": Kind.REAL, "IMAGINARY": Kind.IMAGINARY}  # PS3.3 C.8.13.3.1.2
LOCALIZER_WORDS = re.compile(
    r"(?<![a-z])(?:locali[sz]ers?|loc|scouts?|survey|3[- ]?plane)(?![a-z])", re.IGNORECASE
)
CAPTURES = {  # the Secondary Capture storage classes of PS3.4 B.5
    "1.2.840.10008.5.1.4.1.1.7",
    "1.2.840.10008.5.1.4.1.1.7.1",
    "1.2.840.10008.5.1.4.1.1.7.2",
    "1.2.840.10008.5.1.4.1.1.7.3",
    "1.2.840.10008.5.1.4.1.1.7.4",
}
CONVERSIONS = {"DV", "DI", "DF", "WSD", "SD", "SI", "DRW", "SYN"}  # PS3.3 C.8.6.1; any of them is a capture


def is_capture(sop_class: str, conversion: str) -> bool:
    """Return whether somebody's screen or paper was taken, and not a patient."""
    return sop_class in CAPTURES or conversion in CONVERSIONS


def kind_of(image_type: Collection[str], component: str = "", description: str = "") -> Kind:
    """Return the class of an image by its coded words, in capitals, and by what its series is called.

    >>> kind_of(["ORIGINAL", "PRIMARY", "P", "RETRO"]), kind_of(["DERIVED", "PRIMARY", "M", "T1 MAP"])
    (<Kind.PHASE: 'phase images'>, <Kind.MAP: 'maps'>)
    """
    if component in COMPONENTS:
        return COMPONENTS[component]
    if LOCALIZER_WORDS.search(description):
        return Kind.LOCALIZER
    for kind, known in WORDS:
        if component != "MAGNITUDE" and any(word in known for word in image_type):
            return kind
    if any(word.endswith((" MAP", "_MAP")) for word in image_type):
        return Kind.MAP
    return Kind.DERIVED if "DERIVED" in image_type else Kind.MAGNITUDE
