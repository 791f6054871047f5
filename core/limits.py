"""The limits that hold hostile files off: how large an image, a file, a stack and what is unpacked may be."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """The most that one import may ask of memory; `Settings.import_limits` has what was set from outside."""

    max_pixels: int = 4096 * 4096  # of one image
    max_file_bytes: int = 1 << 30
    max_unpacked_bytes: int = 4 << 30
    max_ratio: int = 200  # unpacked to packed
    max_slices: int = 5000  # of one series
    free_bytes: int = 64 << 20  # what any file may unpack to: a blank mask is a thousandth when packed

    def unpacked_from(self, packed: int) -> int:
        """Return the most bytes that so many packed ones may become."""
        return min(self.max_unpacked_bytes, max(self.max_ratio * packed, self.free_bytes))

    def after(self, n_slices: int, n_bytes: int, packed: int | None) -> "Limits":
        """Return what the next file of a group may still ask for, all in memory until they are joined.

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
