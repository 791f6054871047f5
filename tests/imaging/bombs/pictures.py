"""PNG, JPEG and TIFF files that ask for far more memory or time than their size lets one expect."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from tests.imaging.bombs.blank import NOISE, blank

SIDE = 4096  # the largest picture that is allowed
DEFLATE, PLAIN, JPEG, LZMA, ZSTD = 8, 1, 7, 34925, 50000
Tag = tuple[int, int, int, int]  # number, type, count, value or offset


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(side: int, depth: int, colour: int, pixels: bytes, *before: bytes) -> bytes:
    """A PNG with these packed pixels, whatever they are, and chunks before them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(before) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg_of_scans(n_scans: int, side: int = SIDE) -> bytes:
    """A progressive JPEG, every one of whose scans goes over the whole picture and says nothing."""
    frame = b"\xff\xd8\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    frame += b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, side, side, 1) + bytes((1, 0x11, 0))
    for table in (0x00, 0x10):
        frame += b"\xff\xc4" + struct.pack(">HB", 20, table) + bytes([1, *[0] * 15, 0])
    first = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes((1, 0, 0, 0, 0)) + b"\0"
    more = b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes((1, 0, 1, 63, 0)) + b"\0"
    return frame + first + more * n_scans + b"\xff\xd9"


def lying_jpeg(height: int, width: int, frame: int = 0xC0) -> bytes:
    """A tiny JPEG that says that it is as large."""
    buffer = io.BytesIO()
    Image.new("L", (24, 24)).save(buffer, "JPEG")
    content = bytearray(buffer.getvalue())
    start = content.index(b"\xff\xc0")
    content[start + 1] = frame
    content[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def tiff(pages: Sequence[Mapping[int, tuple[int, int, int]]], data: bytes, *, cyclic: bool = False) -> bytes:
    """A TIFF of these pages (number -> type, count, value) with the data at byte 8."""
    content = bytearray(b"II*\0\0\0\0\0" + data + bytes(len(data) % 2))
    link = first = 4
    for tags in pages:
        struct.pack_into("<I", content, link, len(content))
        first = len(content) if link == 4 else first
        content += struct.pack("<H", len(tags))
        content += b"".join(struct.pack("<HHII", tag, *entry) for tag, entry in sorted(tags.items()))
        link = len(content)
        content += struct.pack("<I", first if cyclic else 0)
    return bytes(content)


def page(
    side: int, packed: int, compression: int, at: int = 8, **more: object
) -> dict[int, tuple[int, int, int]]:
    """The tags of a grey page of 8 bits whose one strip lies there."""
    long = 4
    return {
        256: (long, 1, side),
        257: (long, 1, side),
        258: (long, 1, 8),
        259: (long, 1, compression),
        262: (long, 1, 1),
        273: (long, 1, at),
        277: (long, 1, 1),
        278: (long, 1, side),
        279: (long, 1, packed),
    }


def saved(pixels: np.ndarray, kind: str, **how: object) -> bytes:
    """A picture as Pillow saves it."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **how)
    return buffer.getvalue()


def _tiled(side: int, tile: int, n_tiles: int) -> bytes:
    """One page of tiles that all lie at one place."""
    packed = zlib.compress(bytes(tile * tile), 9)
    offsets = struct.pack(f"<{n_tiles}I", *[8] * n_tiles)
    counts = struct.pack(f"<{n_tiles}I", *[len(packed)] * n_tiles)
    packed += bytes(len(packed) % 2)
    tags = page(side, 0, DEFLATE)
    del tags[273], tags[278], tags[279]
    tags |= {322: (4, 1, tile), 323: (4, 1, tile)}
    tags |= {324: (4, n_tiles, 8 + len(packed)), 325: (4, n_tiles, 8 + len(packed) + len(offsets))}
    return tiff([tags], packed + offsets + counts)


def _overlapping(n_pages: int, compression: int) -> bytes:
    """Pages whose strips begin one byte after the other."""
    strip = bytes(SIDE * SIDE) if compression == PLAIN else blank(SIDE * SIDE)
    pages = [page(SIDE, len(strip), compression, 8 + at) for at in range(n_pages)]
    return tiff(pages, strip + bytes(n_pages))


def _last_damaged(n_pages: int) -> bytes:
    """Deflated pages, padded as much as the ratio asks for, the last of which is damaged."""
    good, data, pages = blank(SIDE * SIDE), b"", []
    for number in range(n_pages):
        strip = good if number < n_pages - 1 else good[: len(good) // 2]
        pages.append(page(SIDE, len(strip), DEFLATE, 8 + len(data)))
        data += strip
    return tiff(pages, data + NOISE[: n_pages * SIDE * SIDE // 150])


def _long_list(count: int) -> bytes:
    """A page that says that its strips are as many, and lists them."""
    tags = page(SIDE, 64, PLAIN)
    tags[273] = (4, count, 8)
    tags[279] = (4, count, 8)
    tags[278] = (4, 1, 1)
    return tiff([tags], b"\x08\0\0\0" * count)


def _big(count: int) -> bytes:
    """A BigTIFF whose counts and offsets are beyond everything."""
    entries = [(256, 4, 1, SIDE), (257, 4, 1, SIDE), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 16, count, 1 << 40), (277, 3, 1, 1), (279, 16, count, 1 << 40)]
    content = b"II+\0" + struct.pack("<HHQ", 8, 0, 16) + struct.pack("<Q", len(entries))
    return content + b"".join(struct.pack("<HHQQ", *entry) for entry in entries) + bytes(8)


def _many_tags(n_tags: int, each: int) -> bytes:
    """A page with tags that all point at one long list of numbers."""
    tags = page(SIDE, 64, PLAIN) | dict.fromkeys(range(40000, 40000 + n_tags), (4, each, 8))
    return tiff([tags], bytes(4 * each))


def _described(text: bytes) -> bytes:
    return tiff([page(64, 4096, PLAIN) | {270: (2, len(text), 8)}], text)


def _ome(n_elements: int) -> bytes:
    inner = b"<Image/>" * n_elements
    return (
        b'<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        + inner
        + b"</OME>"
    )


def _laughs() -> bytes:
    rows = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 100) for n in range(8))
    return b'<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a0 "ha">' + rows + b"]><OME>&a8;</OME>"


def _moving(n_frames: int) -> bytes:
    control = chunk(b"acTL", struct.pack(">II", n_frames, 0))
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, SIDE, SIDE, 0, 0, 1, 1, 0, 0))
    return png(SIDE, 8, 0, blank(SIDE * (SIDE + 1)), control, frame)


HEAD = page(64, 4096, PLAIN)
FILES: dict[str, Callable[[], bytes]] = {
    "dimensions.png": lambda: png(SIDE, 8, 0, blank(100)),
    "beyond.png": lambda: png(60_000, 8, 2, blank(100)),
    "colours.png": lambda: png(SIDE, 16, 6, blank(SIDE * (8 * SIDE + 1))),
    "longer than it says.png": lambda: png(SIDE, 8, 0, blank(1 << 30)),
    "text.png": lambda: png(64, 8, 0, blank(64 * 65), *[chunk(b"zTXt", b"a\0\0" + blank(50 << 20))] * 20),
    "profile.png": lambda: png(64, 8, 0, blank(64 * 65), chunk(b"iCCP", b"a\0\0" + blank(400 << 20))),
    "chunks.png": lambda: png(64, 8, 0, blank(64 * 65), chunk(b"tEXt", b"a\0b") * 2_000_000),
    "moving.png": lambda: _moving(1 << 30),
    "noise.png": lambda: png(SIDE, 8, 0, NOISE),
    "dimensions.jpg": lambda: lying_jpeg(65_000, 65_000),
    "allowed dimensions.jpg": lambda: lying_jpeg(SIDE, SIDE),
    "scans.jpg": lambda: jpeg_of_scans(200_000),
    "blocks.jpg": lambda: lying_jpeg(24, 24)[:2] + (b"\xff\xe1\xff\xff" + bytes(65533)) * 700,
    "pages that share.tif": lambda: tiff([page(SIDE, 16_340, DEFLATE)] * 120, blank(SIDE * SIDE)),
    "overlapping.tif": lambda: _overlapping(150, PLAIN),
    "overlapping, deflated.tif": lambda: _overlapping(150, DEFLATE),
    "tiles.tif": lambda: _tiled(SIDE, 16, 65_536),
    "huge tiles.tif": lambda: _tiled(64, 1 << 14, 1),
    "last page damaged.tif": lambda: _last_damaged(60),
    "many pages.tif": lambda: tiff([HEAD] * 300_000, bytes(4096)),
    "cyclic.tif": lambda: tiff([HEAD] * 2, bytes(4096), cyclic=True),
    "long list.tif": lambda: _long_list(12_000_000),
    "big.tif": lambda: _big(1 << 50),
    "tags.tif": lambda: _many_tags(20_000, 2_000_000),
    "elements.tif": lambda: _described(_ome(5_000_000)),
    "laughs.tif": lambda: _described(_laughs()),
    "described.tif": lambda: _described(b'{"shape": [' + b"1," * 20_000_000 + b"1]}"),
    "lzw.tif": lambda: saved(np.zeros((SIDE, SIDE), np.uint8), "TIFF", compression="tiff_lzw")[:-2000],
    "packbits.tif": lambda: saved(np.zeros((SIDE, SIDE), np.uint8), "TIFF", compression="packbits")[:-2000],
    "group4.tif": lambda: saved(np.zeros((SIDE, SIDE), bool), "TIFF", compression="group4"),
    "jpeg.tif": lambda: tiff([page(64, 700, JPEG)], lying_jpeg(65_000, 65_000)),
    "lzma.tif": lambda: tiff([page(SIDE, 700, LZMA)], NOISE[:700]),
    "zstd.tif": lambda: tiff([page(SIDE, 700, ZSTD)], NOISE[:700]),
    "lying strip.tif": lambda: tiff([page(SIDE, 0xFFFFFFF0, DEFLATE)], blank(4096)),
    "samples.tif": lambda: tiff([page(SIDE, 64, PLAIN) | {277: (4, 1, 65_535)}], bytes(64)),
}


def write(name: str, folder: Path) -> None:
    """Put the file into the folder."""
    (folder / name).write_bytes(FILES[name]())
