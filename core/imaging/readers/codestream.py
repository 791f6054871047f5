"""How large a compressed picture says it is, read before a decoder makes room for it."""

START_OF_JPEG = b"\xff\xd8"
START_OF_JPEG2000 = b"\xff\x4f\xff\x51"  # its size segment must come first
FRAME_HEADERS = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}  # JPEG's SOF0-15; F7 is JPEG-LS's
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}


def picture_size(stream: bytes) -> tuple[int, int] | None:
    """(height, width) that a JPEG, JPEG-LS or JPEG 2000 stream declares; None when it declares none."""
    start = stream.find(START_OF_JPEG2000, 0, 4096)  # some writers leave the file format's boxes around it
    if start >= 0:
        return _jpeg2000_size(stream[start : start + 24])
    if stream.startswith(START_OF_JPEG):
        return _jpeg_size(stream)
    return None


def _jpeg2000_size(head: bytes) -> tuple[int, int] | None:
    if len(head) < 24:
        return None
    width, height, left, top = (int.from_bytes(head[at : at + 4], "big") for at in (8, 12, 16, 20))
    return height - top, width - left


def _jpeg_size(stream: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(stream) and stream[place] == 0xFF:
        marker = stream[place + 1]
        if marker == 0xFF:  # filling
            place += 1
        elif marker in WITHOUT_LENGTH:
            place += 2
        elif marker in FRAME_HEADERS:
            height = int.from_bytes(stream[place + 5 : place + 7], "big")
            return height, int.from_bytes(stream[place + 7 : place + 9], "big")
        else:
            place += 2 + int.from_bytes(stream[place + 2 : place + 4], "big")
    return None
