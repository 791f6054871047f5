"""Images as files named by their content."""

import io
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from core.errors import StoreUnavailable
from core.store.files.hashed import HashedFiles
from core.store.files.kinds import ARRAY, name_of


class ArrayFolder(HashedFiles):
    """A folder of arrays, and of what runs keep beside them."""

    def keep(self, array: np.ndarray, *, look_first: bool = False) -> str:
        """Store an array and return its SHA-256; one that is there already is not written again.

        When this returns, the file is on the disk under its name; the row that names it may commit.

        Args:
            array: the pixels.
            look_first: it is likely to be there, so that asking costs less than sending it.

        Raises:
            StoreUnavailable: when it cannot be written.
        """
        return self.keep_bytes(encoded(array), ARRAY, look_first=look_first)

    def load(self, digest: str) -> np.ndarray:
        """Return the array of that name.

        Raises:
            StoreUnavailable: when its file is missing or is not what was written.
        """
        return decoded(self.read(digest))

    def load_all(self, digests: Sequence[str]) -> list[np.ndarray]:
        """Return arrays, those of another machine several at a time.

        Raises:
            StoreUnavailable: when a file is missing or is not what was written.
        """
        return self.at_once(self.load, digests)

    def bring_near(self, digests: Sequence[str]) -> None:
        """Have the arrays on this machine before they are asked for one by one; does nothing where they are.

        What cannot be brought is left for whoever asks for it to be told.
        """
        if self._cache is not None:
            far = [digest for digest in dict.fromkeys(digests) if not self._cache.holds(name_of(digest))]
            self.at_once(self._brought, far)

    def _brought(self, digest: str) -> None:
        with suppress(StoreUnavailable):
            self.read(digest)


def encoded(array: np.ndarray) -> bytes:
    """Return the array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def decoded(data: bytes) -> np.ndarray:
    """Return the array of a .npy file's bytes."""
    array: np.ndarray = np.load(io.BytesIO(data), allow_pickle=False)
    return array
