"""One array of NumPy's format, by its header first; its values are read once nothing else can be wrong."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import IO, Literal

import numpy as np
from numpy.lib import format as npy_format

from core.errors import BadInput
from core.imaging.decode_errors import decoding

DAMAGED = "is damaged or no plain array"
AGAIN = "save it anew"
STEP_BYTES = 1 << 20


class PackedArray:
    """Shape and type of an array, and how to get at its values."""

    def __init__(self, stream: Callable[[], IO[bytes]], n_bytes: int, file: str) -> None:
        """Reads the header.

        Args:
            stream: opens the .npy, from its beginning.
            n_bytes: that it holds.
            file: its name, for messages.

        Raises:
            BadInput: when the header is damaged, or promises more than there is or objects.
        """
        self._stream, self._file = stream, file
        with decoding(file, DAMAGED, AGAIN), closing(stream()) as opened:
            first = npy_format.read_magic(opened) == (1, 0)
            read = npy_format.read_array_header_1_0 if first else npy_format.read_array_header_2_0
            self.shape, columns_first, self.dtype = read(opened)
            self.order: Literal["C", "F"] = "F" if columns_first else "C"
            self._begin = opened.tell()
            self.n_bytes = math.prod(self.shape) * self.dtype.itemsize
            if self.dtype.hasobject:
                raise ValueError("it holds objects")
            if min(self.shape, default=0) < 1 or not 0 < self.n_bytes <= n_bytes - self._begin:
                raise ValueError(f"{self.n_bytes} bytes promised, {n_bytes - self._begin} there")

    def read(self) -> np.ndarray:
        """Return the array.

        Raises:
            BadInput: when it is damaged.
        """
        values = np.empty(math.prod(self.shape), self.dtype)
        n_read = 0
        for part in self.parts():
            values[n_read : n_read + part.size] = part
            n_read += part.size
        return values.reshape(self.shape, order=self.order)

    def require_finite(self) -> None:
        """Go through the values without keeping any.

        Raises:
            BadInput: when they are damaged or no numbers.
        """
        for part in self.parts():
            if part.dtype.kind == "f" and not np.isfinite(part).all():
                raise BadInput(
                    f"{self._file} holds pixels that are no numbers (NaN or infinite), expected finite ones; "
                    "export it again"
                )

    def parts(self) -> Iterator[np.ndarray]:
        """Yield the values in the order of the file, a megabyte at a time.

        Raises:
            BadInput: when they are damaged.
        """
        step = max(1, STEP_BYTES // self.dtype.itemsize) * self.dtype.itemsize
        with decoding(self._file, DAMAGED, AGAIN), closing(self._stream()) as opened:
            opened.read(self._begin)
            for left in range(self.n_bytes, 0, -step):
                content = opened.read(min(step, left))
                if len(content) < min(step, left):
                    raise ValueError("it is truncated")
                yield np.frombuffer(content, self.dtype)
