"""From stored numbers to the scanner's units, the same way for all images of a stack."""

from collections.abc import Sequence

import numpy as np

from core.errors import BadInput
from core.imaging.dicom.header.frame import Frame


class Units:
    """How the numbers of one stack become signal: rescaled where any image is, bright where signal is."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        """Looks at all images of the stack, so that none is scaled by itself."""
        self._rescaled = any((frame.slope, frame.intercept) != (1.0, 0.0) for frame in frames)
        self._mirror = max((_ends(frame) for frame in frames if frame.header.inverted), default=0.0)

    def signal(self, stored: np.ndarray, frame: Frame) -> np.ndarray:
        """Return (rows, columns) in scanner units: float32 where the stack is rescaled, else as stored.

        Raises:
            BadInput: when rescaling leaves no finite numbers.
        """
        pixels = stored
        if self._rescaled:
            with np.errstate(over="ignore", invalid="ignore"):
                pixels = (stored * frame.slope + frame.intercept).astype(np.float32)
            if not np.isfinite(pixels).all():
                raise BadInput(f"{frame.header.source.file} is rescaled beyond all numbers; export it again")
        if not frame.header.inverted:
            return pixels
        if self._rescaled:
            return np.float32(self._mirror) - pixels
        kind = np.iinfo(stored.dtype)
        return (int(self._mirror) - stored.astype(np.int64)).clip(kind.min, kind.max).astype(stored.dtype)


def _ends(frame: Frame) -> float:
    """Return the sum of the smallest and the largest signal that the image's bits can hold."""
    header = frame.header
    stored = -1.0 if header.signed else float((1 << header.bits_stored) - 1)
    return stored * frame.slope + 2 * frame.intercept
