"""What reading gives besides series: problems, questions, and the limits that hold hostile files off."""

from dataclasses import dataclass, replace

from core.errors import BadInput
from core.labels import LabelOrder
from core.records import Topic

COUNTED_BYTES = 64 << 20  # what decodes to more is decoded into nothing first, to see that it is whole
PIXEL_SIZES_MM = (0.05, 20.0)  # what a pixel of a heart can measure; a metre a pixel would fill the memory


@dataclass(frozen=True)
class Limits:
    """The most that one import may ask of memory; see `core.settings` for what is set from outside."""

    max_pixels: int = 4096 * 4096  # of one image
    max_file_bytes: int = 1 << 30
    max_unpacked_bytes: int = 4 << 30
    max_ratio: int = 200  # unpacked to packed
    max_slices: int = 5000  # of one series
    free_bytes: int = 64 << 20  # what any file may unpack to: a blank mask is a thousandth when packed

    def unpacked_from(self, packed: int) -> int:
        """The most bytes that so many packed ones may become."""
        return min(self.max_unpacked_bytes, max(self.max_ratio * packed, self.free_bytes))

    def after(self, n_slices: int, n_bytes: int, packed: int | None) -> "Limits":
        """What the next file of a group may still ask for, all of which are in memory until they are joined.

        Args:
            n_slices: of the file before.
            n_bytes: that its pixels take.
            packed: bytes of that file; None where that is not known.
        """
        beyond = 0 if packed is None else max(0, n_bytes - self.max_ratio * packed)
        return replace(
            self,
            max_unpacked_bytes=max(0, self.max_unpacked_bytes - n_bytes),
            max_slices=max(0, self.max_slices - n_slices),
            free_bytes=max(0, self.free_bytes - beyond),
        )


@dataclass(frozen=True)
class FileProblem:
    """A file that gave no series, and why; a question can be answered and the file imported again."""

    file: str
    message: str
    asks: Topic | None = None

    @property
    def question(self) -> bool:
        """Whether an answer would let the file in."""
        return self.asks is not None


class Question(BadInput):
    """A file that can be imported once something is answered."""

    def __init__(self, message: str, asks: Topic) -> None:
        """The sentence, and what it is about."""
        super().__init__(message)
        self.asks = asks


@dataclass(frozen=True)
class Answers:
    """What a person says of files that do not say it themselves; None and empty leave it open."""

    spacing_mm: float | None = None  # pixel size of images that carry none
    label_order: LabelOrder | None = None  # how masks number the ventricles
    patient_pattern: str = ""  # how paths name the patient, such as {patient}/*
    images: bool = False  # files that look like masks are images all the same
    burned_in: bool = False  # pictures that may show a name in their pixels may come in

    def __post_init__(self) -> None:
        """Refuse a pixel size that no heart has.

        Raises:
            BadInput: when it is none.
        """
        if self.spacing_mm is not None and not is_pixel_size(self.spacing_mm):
            smallest, largest = PIXEL_SIZES_MM
            raise BadInput(
                f"a pixel size of {self.spacing_mm:g} mm was given, expected {smallest} to {largest:g} mm; "
                "say it again"
            )


NO_ANSWERS = Answers()


def require_size(height: int, width: int, file: str, limits: Limits) -> None:
    """Refuse images that are absurdly large or too small to show anything, before they are decoded.

    Raises:
        BadInput: outside 2x2 pixels to the most allowed.
    """
    if height * width > limits.max_pixels:
        raise BadInput(
            f"{file} is {height}x{width} pixels, more than {limits.max_pixels:,} in all; "
            "crop it or raise SEPTUM_MAX_PIXELS"
        )
    if min(height, width) < 2:
        raise BadInput(f"{file} is {height}x{width} pixels, expected an image of a heart; export it again")


def require_budget(unpacked: int, packed: int, file: str, limits: Limits) -> None:
    """Refuse what would unpack to far more than it is, before it is decoded.

    Raises:
        BadInput: above the limits.
    """
    if unpacked > limits.unpacked_from(packed):
        raise BadInput(
            f"{file} would unpack from {packed / 1e6:.1f} to {unpacked / 1e6:.0f} MB, which looks like a "
            "bomb; save it in parts"
        )


def is_pixel_size(millimetres: float | None) -> bool:
    """Whether a pixel can be that large; NaN, zero and negative sizes cannot.

    >>> [is_pixel_size(size) for size in (1.8, 0.0, -1.5, float("nan"), 1000.0, None)]
    [True, False, False, False, False, False]
    """
    smallest, largest = PIXEL_SIZES_MM
    return millimetres is not None and smallest <= millimetres <= largest
