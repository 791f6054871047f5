"""What a stack of DICOM images takes, before any of it is decoded."""

from collections import defaultdict
from collections.abc import Sequence

from core.errors import BadInput
from core.imaging.dicom.header.file_header import BYTES_A_PIXEL, FileHeader
from core.imaging.dicom.header.frame import Frame
from core.imaging.dicom.pixels.planes import unpacked_bytes
from core.imaging.limits import require_budget
from core.limits import Limits


def require_memory(frames: Sequence[Frame], limits: Limits) -> None:
    """Refuse a stack that would fill the memory, or is far more than its files.

    Raises:
        BadInput: when it would.
    """
    header = frames[0].header
    a_frame = header.rows * header.columns * BYTES_A_PIXEL
    if len(frames) > min(limits.max_slices, limits.max_unpacked_bytes // a_frame):
        raise BadInput(
            f"the series of {header.source.file} has {len(frames)} images of {header.rows}x{header.columns} "
            "pixels, too many at once; import it in parts"
        )
    files = frames_by_file(frames)
    packed = [file.source.n_bytes for file in files]
    if all(n_bytes is not None for n_bytes in packed):
        unpacked, whole = sum(map(unpacked_bytes, files)), sum(n_bytes or 0 for n_bytes in packed)
        require_budget(unpacked, whole, f"the series of {header.source.file}", limits)


def frames_by_file(frames: Sequence[Frame]) -> dict[FileHeader, list[Frame]]:
    """Return the images of a stack by the file that they are in."""
    files: dict[FileHeader, list[Frame]] = defaultdict(list)
    for frame in frames:
        files[frame.header].append(frame)
    return files
