"""How often a JPEG goes over its picture: each time takes as long as the picture is large, and few bytes."""

from core.errors import BadInput

START_OF_JPEG = b"\xff\xd8"
START_OF_SCAN = b"\xff\xda"  # within a scan, FF is followed by 00 or a restart, ISO 10918-1 B.1.1.5
MAX_SCANS = 100  # programs write up to a dozen


def require_few_scans(data: bytes, file: str) -> None:
    """Refuse a JPEG of more scans than any program writes.

    Raises:
        BadInput: when it has them.
    """
    if data.startswith(START_OF_JPEG) and data.count(START_OF_SCAN) > MAX_SCANS:
        raise BadInput(
            f"{file} is a JPEG of more than {MAX_SCANS} scans, which takes too long; export it again as PNG"
        )
