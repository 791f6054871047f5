"""How large a compressed picture says it is, read before a decoder makes room for it."""

START_OF_JPEG = b"\xff\xd8"
START_OF_JPEG2000 = b"\xff\x4f\xff\x51"  # its size segment must come first
BOXED_JPEG2000 = b"\x00\x00\x00\x0cjP  "  # against PS3.5 A.4.4, some writers leave the file format around it
FRAME_HEADERS = {*range(0xC0, 0xD0), 0xDE, 0xF7} - {0xC4, 0xC8, 0xCC}  # JPEG's SOF0-15, DHP; F7 is JPEG-LS's
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
Shape = tuple[int, int, int]


def picture_shape(stream: bytes) -> Shape | None:
    """Return (height, width, channels) that a JPEG, JPEG-LS or JPEG 2000 stream declares; None without."""
    if stream.startswith(BOXED_JPEG2000):
        stream = _codestream_box(stream)
    if stream.startswith(START_OF_JPEG2000):
        return _jpeg2000_shape(stream)
    if stream.startswith(START_OF_JPEG):
        return _jpeg_shape(stream)
    return None


def _codestream_box(stream: bytes) -> bytes:
    """The content of the first codestream box of a JP2 file (ISO 15444-1 I.4); empty when there is none."""
    offset = 0
    while offset + 16 <= len(stream):
        length, head = int.from_bytes(stream[offset : offset + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(stream[offset + 8 : offset + 16], "big"), 16
        if stream[offset + 4 : offset + 8] == b"jp2c":
            return stream[offset + head : offset + head + 64]
        if length < head:
            break
        offset += length
    return b""


def _jpeg2000_shape(head: bytes) -> Shape | None:
    if len(head) < 42:
        return None
    width, height, left, top = (int.from_bytes(head[at : at + 4], "big") for at in (8, 12, 16, 20))
    return height - top, width - left, int.from_bytes(head[40:42], "big")


def _jpeg_shape(stream: bytes) -> Shape | None:
    offset = 2
    while offset + 10 <= len(stream) and stream[offset] == 0xFF:
        marker = stream[offset + 1]
        if marker == 0xFF:  # filling
            offset += 1
        elif marker in WITHOUT_LENGTH:
            offset += 2
        elif marker in FRAME_HEADERS:
            height = int.from_bytes(stream[offset + 5 : offset + 7], "big")
            return height, int.from_bytes(stream[offset + 7 : offset + 9], "big"), stream[offset + 9]
        else:
            offset += 2 + int.from_bytes(stream[offset + 2 : offset + 4], "big")
    return None
