"""The voxels of a NIfTI file, read piece by piece into the one array that is kept."""

import math
from collections.abc import Iterator

import numpy as np
from nibabel.arrayproxy import ArrayProxy

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.limits import COUNTED_BYTES
from core.imaging.readers.nifti.gzip_bytes import GZIP_MAGIC, pieces_of, require_whole


class Voxels:
    """Where a file's voxels lie and how their numbers are meant; nothing is read yet."""

    def __init__(self, data: bytes, file: str, shape: tuple[int, ...], proxy: ArrayProxy) -> None:
        """Takes the file, gzipped or not, and what nibabel read in its header.

        Raises:
            BadInput: when one that is not gzipped is too short.
        """
        self._data, self._file, self._shape = data, file, shape
        self._stored, self._offset = proxy.dtype, proxy.offset
        self._slope, self._intercept = proxy.slope, proxy.inter
        self._scaled = (proxy.slope, proxy.inter) != (1, 0)
        # Half of float64, where they are no whole numbers.
        whole = not self._scaled and self._stored.kind != "f"
        self._kept = self._stored.newbyteorder("=") if whole else np.dtype(np.float32)

        if not data.startswith(GZIP_MAGIC):
            require_whole(len(data) - self._offset, math.prod(shape) * self._stored.itemsize, file)

    @property
    def decoded_bytes(self) -> int:
        """The most that they take, in the file or in memory."""
        return math.prod(self._shape) * max(self._stored.itemsize, self._kept.itemsize)

    def read(self) -> np.ndarray:
        """Return the values as they are meant, in the file's axes; float32 where they are no whole numbers.

        Where they are many, they are gone through once before room is made for them.

        Raises:
            BadInput: when they are truncated, damaged or (many) no numbers.
        """
        self.require_sound()
        values = np.empty(math.prod(self._shape), self._kept)
        n_read = 0
        for part in self.parts():
            values[n_read : n_read + part.size] = part
            n_read += part.size
        return values.reshape(self._shape, order="F")

    def require_sound(self) -> None:
        """Go through many voxels without keeping any.

        Raises:
            BadInput: when they are truncated, damaged or no numbers.
        """
        if self.decoded_bytes <= COUNTED_BYTES:
            return
        for part in self.parts():
            if self._kept.kind == "f" and not np.isfinite(part).all():
                raise BadInput(
                    f"{self._file} holds pixels that are no numbers (NaN or infinite), expected finite ones; "
                    "export it again"
                )

    def parts(self) -> Iterator[np.ndarray]:
        """Yield the values in the order of the file, a megabyte of it at a time.

        Raises:
            BadInput: when they are truncated or damaged.
        """
        n_bytes = math.prod(self._shape) * self._stored.itemsize
        with decoding(self._file, "is truncated or damaged", "copy or export it again"):
            for piece in pieces_of(self._data, self._file, self._offset, n_bytes):
                yield self._meant(np.frombuffer(piece, self._stored))

    def _meant(self, stored: np.ndarray) -> np.ndarray:
        """Return the numbers as they are meant; what is not finite is told of the pixels."""
        with np.errstate(over="ignore", invalid="ignore"):
            if not self._scaled:
                return stored.astype(self._kept, copy=False)
            values = stored.astype(np.float32)
            values *= np.float32(self._slope)
            values += np.float32(self._intercept)
            return values
