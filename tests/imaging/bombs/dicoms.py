"""DICOM files that ask for far more memory or time than their size lets one expect."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    MRImageStorage,
    RLELossless,
)

from tests.imaging.bombs.blank import NOISE
from tests.imaging.bombs.pictures import jpeg_of_scans, lying_jpeg

SIDE = 4096
ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0" + bytes(4)
ENDLESS = b"\xff" * 4


def image(side: int = 64, bits: int = 8, n_frames: int = 1) -> Dataset:
    """A header of an image, without pixels."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = UID("1.2.3.4")
    data.SeriesInstanceUID, data.StudyInstanceUID, data.PatientID = "1.2.3", "1.2", "anna"
    data.PixelSpacing, data.Rows, data.Columns = [1.5, 1.5], side, side
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = bits
    data.HighBit, data.PixelRepresentation = bits - 1, 0
    if n_frames > 1:
        data.NumberOfFrames = n_frames
    return data


def saved(data: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The file of a data set."""
    data.file_meta.TransferSyntaxUID = UID(syntax)
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def packed(frames: list[bytes], syntax: str, side: int = SIDE, bits: int = 8) -> bytes:
    """A file of compressed frames."""
    data = image(side, bits, len(frames))
    data.PixelData = encapsulate(frames)
    return saved(data, syntax)


def jpeg2000(
    height: int,
    width: int,
    *,
    channels: int = 1,
    tile: tuple[int, int] | None = None,
    levels: int = 0,
    precinct: int | None = None,
    layers: int = 1,
    block: int = 4,
    body: bytes = b"",
) -> bytes:
    """A JPEG 2000 stream of one tile part of nothing; see ISO 15444-1 A.5 and A.6."""
    tile_height, tile_width = tile or (height, width)
    size = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile_width, tile_height, 0, 0, channels)
    size += b"\x07\x01\x01" * channels
    style = struct.pack(">BBHBBBBBB", precinct is not None, 0, layers, 0, levels, block, block, 0, 1)
    style += bytes([precinct * 17] * (levels + 1)) if precinct is not None else b""
    quantised = bytes([0x40, *[0x40] * (3 * levels + 1)])
    stream = b"\xff\x4f"
    for marker, segment in ((b"\xff\x51", size), (b"\xff\x52", style), (b"\xff\x5c", quantised)):
        stream += marker + struct.pack(">H", len(segment) + 2) + segment
    part = struct.pack(">HHIBB", 10, 0, 14 + len(body), 0, 1)
    return stream + b"\xff\x90" + part + b"\xff\x93" + body + b"\xff\xd9"


def rle(n_bytes: int, *, n_segments: int = 1, offsets: tuple[int, ...] = ()) -> bytes:
    """RLE (PS3.5 G) whose runs are all as long as can be."""
    starts = offsets or (64,)
    header = struct.pack("<16I", n_segments, *starts, *[0] * (15 - len(starts)))
    return header + b"\x81\0" * (n_bytes // 2)


def element(group: int, number: int, value: bytes, kind: bytes = b"UN", length: bytes | None = None) -> bytes:
    """One element in explicit VR."""
    if kind in (b"UN", b"SQ", b"OB", b"OW", b"OV", b"UT", b"UC"):
        return (
            struct.pack("<HH", group, number)
            + kind
            + bytes(2)
            + (length or struct.pack("<I", len(value)))
            + value
        )
    return struct.pack("<HH", group, number) + kind + struct.pack("<H", len(value)) + value


def implicit(group: int, number: int, value: bytes) -> bytes:
    """One element in implicit VR."""
    return struct.pack("<HHI", group, number, len(value)) + value


def with_elements(
    *elements: bytes, syntax: str = ExplicitVRLittleEndian, n_frames: int = 1, before: bool = False
) -> bytes:
    """A good file with more elements, before its pixels or at its beginning."""
    data = image(64, 8, n_frames)
    data.SOPClassUID = EnhancedMRImageStorage if n_frames > 1 else MRImageStorage
    head = saved(data, syntax)
    pixels = bytes(64 * 64 * min(n_frames, 5000))
    last = (
        implicit(0x7FE0, 0x10, pixels)
        if syntax == ImplicitVRLittleEndian
        else element(0x7FE0, 0x10, pixels, b"OW")
    )
    more = b"".join(elements)
    if before:
        at = head.index(b"\x08\0\x16\0")
        return head[:at] + more + head[at:] + last
    return head + more + last


def _deflated(pad: int) -> bytes:
    """A deflated file whose transfer syntax lies behind so much other meta information."""
    plain = saved(image(SIDE), ExplicitVRLittleEndian)
    data = plain[plain.index(b"\x08\0\x16\0") :] + element(0x7FE0, 0x10, bytes(400 << 20), b"OB")
    meta = element(2, 1, bytes(2) * (1 + pad // 2), b"OB") + element(
        2,
        0x10,
        DeflatedExplicitVRLittleEndian.encode() + b"\0" * (len(DeflatedExplicitVRLittleEndian) % 2),
        b"UI",
    )
    length = element(2, 0, struct.pack("<I", len(meta)), b"UL")
    packer = zlib.compressobj(9, wbits=-15)
    return bytes(128) + b"DICM" + length + meta + packer.compress(data) + packer.flush()


def _nested(depth: int) -> bytes:
    opening = (element(0x0040, 0x0275, b"", b"SQ", ENDLESS) + ITEM + ENDLESS) * depth
    return with_elements(opening)


def _groups(
    n: int, each: bytes, *, endless: bool, syntax: str = ExplicitVRLittleEndian, n_frames: int = 50_000
) -> bytes:
    items = (ITEM + struct.pack("<I", len(each)) + each) * n
    value = items + END if endless else items
    held = element(0x5200, 0x9230, value, b"SQ", ENDLESS if endless else None)
    return with_elements(held, syntax=syntax, n_frames=n_frames)


def _fragments(n: int) -> bytes:
    data = image(64, 8)
    head = saved(data, JPEG2000Lossless)
    return head + element(0x7FE0, 0x10, ITEM + bytes(4) + (ITEM + bytes(4)) * n + END, b"OB", ENDLESS)


def _offsets(n: int) -> bytes:
    head = saved(image(64, 8), JPEG2000Lossless)
    table = ITEM + struct.pack("<I", 4 * n) + bytes(4 * n)
    return head + element(
        0x7FE0, 0x10, table + ITEM + struct.pack("<I", 200) + NOISE[:200] + END, b"OB", ENDLESS
    )


def _extended_offsets(n: int) -> bytes:
    head = saved(image(64, 8), JPEG2000Lossless)
    tables = element(0x7FE0, 1, bytes(8 * n), b"OV") + element(0x7FE0, 2, bytes(8 * n), b"OV")
    pixels = ITEM + bytes(4) + ITEM + struct.pack("<I", 200) + NOISE[:200] + END
    return head + tables + element(0x7FE0, 0x10, pixels, b"OB", ENDLESS)


def _last_damaged(n_frames: int) -> bytes:
    """Frames of JPEG that are good, all but the last."""
    buffer = io.BytesIO()
    Image.fromarray(np.frombuffer(NOISE[: 512 * 512], np.uint8).reshape(512, 512)).save(buffer, "JPEG")
    good = buffer.getvalue()
    return packed([good] * (n_frames - 1) + [good[:200]], JPEGBaseline8Bit, 512)


IN_PLANE = element(0x0020, 0x9113, ITEM + struct.pack("<I", 0), b"SQ")
FILES: dict[str, Callable[[], bytes]] = {
    "sixty frames of JPEG 2000": lambda: packed([jpeg2000(SIDE, SIDE)] * 60, JPEG2000Lossless),
    "one frame of JPEG 2000": lambda: packed([jpeg2000(SIDE, SIDE, levels=5)], JPEG2000Lossless),
    "JPEG 2000 that lies": lambda: packed([jpeg2000(65_000, 65_000)], JPEG2000, 24),
    "JPEG 2000 of channels": lambda: packed([jpeg2000(SIDE, SIDE, channels=16_384)], JPEG2000),
    "JPEG 2000 of tiles": lambda: packed([jpeg2000(SIDE, SIDE, tile=(17, 17))], JPEG2000),
    "JPEG 2000 of small tiles": lambda: packed([jpeg2000(255, 255, tile=(1, 1))], JPEG2000, 255),
    "JPEG 2000 of precincts": lambda: packed([jpeg2000(SIDE, SIDE, precinct=0)], JPEG2000),
    "JPEG 2000 of small precincts": lambda: packed([jpeg2000(SIDE, SIDE, precinct=1, levels=1)], JPEG2000),
    "JPEG 2000 of levels": lambda: packed([jpeg2000(SIDE, SIDE, levels=32)], JPEG2000),
    "JPEG 2000 of layers": lambda: packed(
        [jpeg2000(SIDE, SIDE, layers=65_535, levels=5, body=NOISE[:2000])], JPEG2000
    ),
    "JPEG 2000 of blocks": lambda: packed(
        [jpeg2000(SIDE, SIDE, block=0, layers=1000, body=NOISE[: 1 << 20])], JPEG2000
    ),
    "JPEG that lies": lambda: packed([lying_jpeg(65_000, 65_000)], JPEGBaseline8Bit, 24),
    "JPEG that says as much": lambda: packed([lying_jpeg(SIDE, SIDE)], JPEGBaseline8Bit),
    "lossless JPEG that lies": lambda: packed([lying_jpeg(SIDE, SIDE, 0xC3)], JPEGLosslessSV1),
    "JPEG-LS that lies": lambda: packed([lying_jpeg(SIDE, SIDE, 0xF7)], JPEGLSLossless),
    "JPEG of scans": lambda: packed([jpeg_of_scans(200_000)], JPEGExtended12Bit),
    "baseline JPEG of scans": lambda: packed([jpeg_of_scans(200_000)], JPEGBaseline8Bit),
    "RLE of long runs": lambda: packed([rle(15 << 20)], RLELossless, 64),
    "RLE of long runs in a large picture": lambda: packed([rle(15 << 20)], RLELossless),
    "RLE of short runs": lambda: packed([rle(0) + b"\0\0" * (8 << 20)], RLELossless, 64),
    "RLE whose segments are one": lambda: packed(
        [rle(1 << 20, n_segments=4, offsets=(64, 66, 68, 70))], RLELossless, SIDE, 32
    ),
    "RLE of frames": lambda: packed([rle(1 << 10)] * 5000, RLELossless, 64),
    "deflated": lambda: _deflated(0),
    "deflated, told late": lambda: _deflated(5000),
    "nested": lambda: _nested(100_000),
    "fifty thousand frames": lambda: _groups(50_000, IN_PLANE, endless=False),
    "fifty thousand frames without lengths": lambda: _groups(50_000, IN_PLANE, endless=True),
    "items of nothing": lambda: _groups(6_000_000, b"", endless=False),
    "items of nothing without lengths": lambda: _groups(6_000_000, b"", endless=True),
    "items for one frame": lambda: _groups(6_000_000, b"", endless=False, n_frames=1),
    "elements of a sequence that is read later": lambda: _groups(
        1,
        b"".join(implicit(0x0011 + n // 65536, n % 65536, b"") for n in range(1_900_000)),
        endless=False,
        n_frames=1,
    ),
    "items of a sequence that is read later": lambda: _groups(1_800_000, b"", endless=False, n_frames=1),
    "many small elements": lambda: with_elements(
        implicit(0x0011, 0x1010, b"") * 6_000_000, syntax=ImplicitVRLittleEndian, before=True
    ),
    "many elements in an item": lambda: _groups(
        1,
        b"".join(implicit(0x0011 + n // 65536, n % 65536, b"") for n in range(2_000_000)),
        endless=True,
        syntax=ExplicitVRLittleEndian,
    ),
    "much meta information": lambda: (
        bytes(128) + b"DICM" + b"".join(element(2, 0x1000 + n % 60_000, b"", b"LO") for n in range(5_000_000))
    ),
    "a long name": lambda: with_elements(
        implicit(0x0010, 0x0010, "ÿ".encode() * 24_000_000), syntax=ImplicitVRLittleEndian
    ),
    "many character sets": lambda: with_elements(
        implicit(8, 5, b"ab\\" * 15_000_000 + b"a"), syntax=ImplicitVRLittleEndian, before=True
    ),
    "character sets in an item": lambda: with_elements(
        element(
            0x5200,
            0x9229,
            ITEM + struct.pack("<I", 45_000_012) + element(8, 5, b"ab\\" * 15_000_000, b"UT"),
            b"SQ",
        )
    ),
    "many numbers": lambda: with_elements(
        implicit(0x0020, 0x0032, b"1\\" * 24_000_000), syntax=ImplicitVRLittleEndian
    ),
    "many doubles": lambda: with_elements(element(0x0018, 0x9087, bytes(45 << 20), b"UN")),
    "many lengths": lambda: with_elements(
        implicit(0x0028, 0x0030, b"1\\" * 24_000_000), syntax=ImplicitVRLittleEndian
    ),
    "fragments of nothing": lambda: _fragments(6_000_000),
    "a long table of offsets": lambda: _offsets(12_000_000),
    "a long extended table": lambda: _extended_offsets(3_000_000),
    "a length that lies": lambda: with_elements(element(0x0009, 0x1010, b"", b"UN", b"\xf0\xff\xff\xff")),
    "a name of fifteen megabytes": lambda: with_elements(
        implicit(0x0010, 0x0010, "ÿ".encode() * 7_500_000), syntax=ImplicitVRLittleEndian
    ),
    "numbers of fifteen megabytes": lambda: with_elements(
        implicit(0x0020, 0x0032, b"1\\" * 7_500_000), syntax=ImplicitVRLittleEndian
    ),
    "character sets of fifteen megabytes in an item": lambda: with_elements(
        element(
            0x5200,
            0x9229,
            ITEM + struct.pack("<I", 15_000_012) + element(8, 5, b"ab\\" * 5_000_000, b"UT"),
            b"SQ",
        )
    ),
    "an extended table of fifteen megabytes": lambda: _extended_offsets(900_000),
    "a last frame that is damaged": lambda: _last_damaged(300),
    "frames that are not there": lambda: with_elements(n_frames=5000)[:-1000],
}


def write(name: str, folder: Path) -> None:
    """Put the file into the folder."""
    (folder / f"{name}.dcm").write_bytes(FILES[name]())
