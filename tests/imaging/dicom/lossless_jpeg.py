"""A writer of lossless JPEG, which no library here has: for pixels in DICOM, one component of 16 bits."""

import numpy as np

N_CATEGORIES = 17  # of differences, by their number of bits; all codes are given five bits


def lossless_jpeg(pixels: np.ndarray) -> bytes:
    """The pixels (height, width) uint16 as JPEG process 14, selection value 1 (ISO 10918-1, annex H)."""
    height, width = pixels.shape
    frame = (
        b"\xff\xc3\x00\x0b\x10" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    )
    lengths = bytes([0, 0, 0, 0, N_CATEGORIES, *[0] * 11])
    table = (
        b"\xff\xc4" + (19 + N_CATEGORIES).to_bytes(2, "big") + b"\x00" + lengths + bytes(range(N_CATEGORIES))
    )
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + frame + table + scan + _entropy_coded(pixels) + b"\xff\xd9"


def _entropy_coded(pixels: np.ndarray) -> bytes:
    values = pixels.astype(np.int64)
    predicted = np.empty_like(values)
    predicted[:, 1:] = values[:, :-1]
    predicted[1:, 0] = values[:-1, 0]
    predicted[0, 0] = 1 << 15
    bits = "".join(_code(int(difference)) for difference in (values - predicted).ravel())
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


def _code(difference: int) -> str:
    """The category's code and the difference's own bits; differences count modulo 2**16."""
    difference = (difference + (1 << 15)) % (1 << 16) - (1 << 15)
    if difference == -(1 << 15):
        return f"{16:05b}"  # which has no bits of its own
    size = abs(difference).bit_length()
    own = difference if difference > 0 else difference + (1 << size) - 1
    return f"{size:05b}" + (f"{own:0{size}b}" if size else "")
