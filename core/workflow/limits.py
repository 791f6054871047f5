"""The limits on hostile files, as they are set from outside."""

from core.imaging.found import Limits
from core.settings import settings


def import_limits() -> Limits:
    """What one file may ask for at most, on this machine."""
    chosen = settings()
    return Limits(
        max_pixels=chosen.max_pixels,
        max_file_bytes=chosen.max_upload_mb * 1_000_000,
        max_unpacked_bytes=chosen.max_unpacked_mb * 1_000_000,
        max_ratio=chosen.max_ratio,
        max_slices=chosen.max_slices,
    )
