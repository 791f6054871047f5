"""NIfTI and NumPy files, tables and zips that ask for far more than their size lets one expect."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.lib import format as npy_format

from tests.imaging.bombs.blank import NOISE, gzip_of

Files = Mapping[str, bytes]
UINT8, INT16, FLOAT32, FLOAT64 = 2, 4, 16, 64
MB = 1 << 20


def nifti_head(shape: tuple[int, ...], code: int = INT16, slope: float = 0.0, offset: float = 352.0) -> bytes:
    """The header of a NIfTI-1 file and its four bytes of extender."""
    header = bytearray(352)
    header[:4] = (348).to_bytes(4, "little")
    header[40:56] = np.array([len(shape), *shape, *[1] * (7 - len(shape))], "<i2").tobytes()
    header[70:74] = np.array(
        [code, 8 * np.dtype({2: "u1", 4: "i2", 16: "f4", 64: "f8"}[code]).itemsize], "<i2"
    ).tobytes()
    header[76:108] = np.array([1, 1.5, 1.5, 8, 1, 1, 1, 1], "<f4").tobytes()
    header[108:120] = np.array([offset, slope, 1 if slope else 0], "<f4").tobytes()
    header[344:348] = b"n+1\0"
    return bytes(header)


def nifti(
    shape: tuple[int, ...], code: int = INT16, slope: float = 0.0, tail: bytes = b"", short: int = 0
) -> bytes:
    """A gzipped volume of zeros that begins with as much noise as the ratio asks for and ends on the tail."""
    n_bytes = int(np.prod(shape)) * {2: 1, 4: 2, 16: 4, 64: 8}[code]
    noise = min(len(NOISE), n_bytes // 60)
    noise -= noise % 8
    first = noise if code in (UINT8, INT16) else 0
    head = nifti_head(shape, code, slope)
    if first:
        return gzip_of(head, n_bytes - first - len(tail) - short, tail, first)
    # Noise in floats would be no numbers; it lies in the gap before the voxels instead.
    gap = noise
    return gzip_of(nifti_head(shape, code, slope, 352 + gap), n_bytes - len(tail) - short, tail, gap)


def npy(shape: object, kind: object, body: bytes = b"", *, order: bool = False) -> bytes:
    """An .npy whose header says this, whatever follows."""
    buffer = io.BytesIO()
    npy_format.write_array_header_2_0(buffer, {"descr": kind, "fortran_order": order, "shape": shape})
    return buffer.getvalue() + body


def npz(members: Files, padding: int = 0) -> bytes:
    """An .npz of these members and so much noise."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("noise.bin", NOISE[:padding], zipfile.ZIP_STORED)
    return buffer.getvalue()


def _extended(each: int, n: int) -> bytes:
    """A volume with so many extensions."""
    gap = each * n
    head = bytearray(nifti_head((64, 64, 4), offset=352.0 + gap))
    head[348] = 1
    return bytes(head) + struct.pack("<II", each, 6).ljust(each, b"\0") * n + bytes(64 * 64 * 4 * 2)


def _lying_extension() -> bytes:
    head = bytearray(nifti_head((64, 64, 4), offset=float(352 + 16)))
    head[348] = 1
    return bytes(head) + struct.pack("<II", 0x7FFFFFF0, 6).ljust(16, b"\0") + bytes(64 * 64 * 4 * 2)


def _entries(n: int) -> bytes:
    """A zip of empty files that says of each no more than it must."""
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + number.to_bytes(4, "little").translate(LETTERS) for number in range(n))
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, min(n, 65535), min(n, 65535), len(directory), len(local), 0
    )
    return local + directory + end


LETTERS = bytes(97 + number % 26 if number < 26 else number for number in range(256))
LETTERS = bytes(b if 48 <= b < 127 and chr(b) not in "/\\." else 0xE9 for b in range(256))


def zipped(members: Files, padding: int = 0) -> bytes:
    """An ordinary zip."""
    return npz(members, padding)


def _zip_of_zips(depth: int) -> bytes:
    content = zipped({"heart.bin": bytes(20 * MB)})
    for number in range(depth):
        content = zipped({f"{number}.{name}": content for name in ("bin", "zip", "png")})
    return content


def _csv(header: str, row: str, n_rows: int) -> bytes:
    return (header + "\n" + "".join(row.format(n=n) + "\n" for n in range(n_rows))).encode()


ONE = {"image.nii": nifti_head((64, 64, 4)) + bytes(64 * 64 * 4 * 2)}
COLUMNS = "image,patient,split,spacing,group,sex,age,height,weight,vendor,field,edframe,esframe"
CELLS = "img{n},pat{n},train,1.5,g{n},F,40,1.7,70,v{n},1.5,1,2"
FILES: dict[str, Callable[[], Files]] = {
    "zeros": lambda: {"a.nii.gz": nifti((512, 512, 400), INT16, 2.0)},
    "zeros beyond the ratio": lambda: {
        "a.nii.gz": gzip_of(nifti_head((512, 512, 800), INT16, 2.0), 512 * 512 * 1600)
    },
    "bytes with a slope": lambda: {"a.nii.gz": nifti((512, 512, 1600), UINT8, 2.0, short=1)},
    "bytes that become infinite": lambda: {
        "a.nii": nifti_head((256, 256, 700), UINT8, 3e38) + NOISE + bytes(30 * MB)
    },
    "cut at the end": lambda: {"a.nii.gz": nifti((512, 512, 400), INT16, short=1)},
    "no number at the end": lambda: {"a.nii.gz": nifti((512, 512, 400), FLOAT32, tail=b"\xff" * 4)},
    "no double at the end": lambda: {"a.nii.gz": nifti((512, 512, 400), FLOAT64, tail=b"\xff" * 8)},
    "no pixel size": lambda: {
        "a.nii.gz": nifti((512, 512, 400)).replace(nifti_head((1, 1))[76:92], bytes(16))
    },
    "five dimensions": lambda: {"a.nii.gz": nifti((512, 512, 10, 10, 4))},
    "more than it says": lambda: {"a.nii.gz": gzip_of(nifti_head((64, 64, 4)), 1000 * MB)},
    "huge": lambda: {"a.nii": nifti_head((32767, 32767, 32767))},
    "negative": lambda: {"a.nii": nifti_head((-64, 64, 4)) + bytes(1000)},
    "extensions": lambda: {"a.nii": _extended(16, 2_800_000)},
    "one long extension": lambda: {"a.nii": _extended(40_000_000, 1)},
    "extension that lies": lambda: {"a.nii": _lying_extension()},
    "offset that lies": lambda: {"a.nii.gz": gzip_of(nifti_head((64, 64, 4), offset=2e9), 60 * MB)},
    "gzips one after the other": lambda: {
        "a.nii.gz": gzip_of(nifti_head((512, 512, 8)), 0) * 1 + gzip_of(b"", 0)[:20] * 2_000_000
    },
    "mask that is large": lambda: {
        "a.nii": nifti_head((64, 64, 4)) + NOISE[: 64 * 64 * 8],
        "a_mask.nii.gz": nifti((512, 512, 800), UINT8),
    },
    "mask with a seven at the end": lambda: {
        "a.nii.gz": nifti((512, 512, 300)),
        "a_mask.nii.gz": gzip_of(
            nifti_head((512, 512, 300), UINT8, offset=352 + 2 * MB), 512 * 512 * 300 - 1, b"\7", 2 * MB
        ),
    },
    "mask of doubles": lambda: {
        "a.nii.gz": nifti((512, 512, 100)),
        "a_mask.nii.gz": gzip_of(
            nifti_head((512, 512, 100), FLOAT64, offset=352 + 2 * MB), 512 * 512 * 800 - 8, b"\7" * 8, 2 * MB
        ),
    },
    "phases": lambda: {
        f"p1_frame{n:02}.nii.gz": gzip_of(nifti_head((256, 256, 500)), 256 * 256 * 1000) for n in range(1, 25)
    },
    "npy that is huge": lambda: {"a.npy": npy((1 << 40, 1 << 20), "<f8")},
    "npy of nothing": lambda: {"a.npy": npy((1 << 30, 1 << 30), "|S0")},
    "npy that is negative": lambda: {"a.npy": npy((-5, 512, 512), "<f8", bytes(MB))},
    "npy of objects": lambda: {"a.npy": npy((512, 512), "|O", bytes(8 * 512 * 512))},
    "npy with a long header": lambda: {
        "a.npy": b"\x93NUMPY\x02\x00" + struct.pack("<I", 0x7FFFFFFF) + b"(" * 40 * MB
    },
    "npy with a deep header": lambda: {"a.npy": b"\x93NUMPY\x02\x00" + struct.pack("<I", 9000) + b"[" * 9000},
    "npy of many fields": lambda: {
        "a.npy": npy((8, 8), [(f"f{n}", "<f8") for n in range(400)], bytes(64 * 3200))
    },
    "npy of colours": lambda: {"a.npy": npy((4000, 4000, 3), "|u1", NOISE[:16_000_000] * 3)},
    "npy of many colours": lambda: {"a.npy": npy((100, 400, 400, 3), "|u1", NOISE[:16_000_000] * 3)},
    "npy of bytes": lambda: {"a.npy": npy((3, 4000, 4000), "|u1", NOISE[:16_000_000] * 3)},
    "npy of halves": lambda: {"a.npy": npy((2, 4000, 3000), "<f2", b"\xff" * 48_000_000)},
    "npy turned round": lambda: {"a.npy": npy((700, 256, 256), "<f4", b"\0" * 45_875_199 + b"\xff" * 1)},
    "npz of zeros": lambda: {"a.npz": npz({"image.npy": npy((400, 512, 512), "<i2", bytes(200 * MB))})},
    "npz that is complex": lambda: {
        "a.npz": npz({"image.npy": npy((50, 512, 512), "<c16", bytes(200 * MB))}, 4 * MB)
    },
    "npz with no number at the end": lambda: {
        "a.npz": npz({"image.npy": npy((400, 512, 512), "<f4", bytes(400 * MB - 4) + b"\xff" * 4)}, 4 * MB)
    },
    "npz with a mask of nonsense": lambda: {
        "a.npz": npz(
            {
                "image.npy": npy((200, 512, 512), "<i2", NOISE[:MB] + bytes(99 * MB)),
                "mask.npy": npy((200, 512, 512), "<i8", bytes(400 * MB - 8) + b"\7" * 8),
            },
            4 * MB,
        )
    },
    "npz of many": lambda: {"a.npz": _entries(900_000)},
    "zip of many": lambda: {"a.zip": _entries(900_000)},
    "zip of zips": lambda: {"a.zip": _zip_of_zips(3)},
    "zip of zeros": lambda: {
        "a.zip": zipped(
            {"a.png": bytes(400 * MB), "b.nii": bytes(300 * MB), "c.dcm": bytes(200 * MB)}, 6 * MB
        )
    },
    "csv of one line": lambda: {**ONE, "a.csv": b"image,patient" + b",x" * 24 * MB},
    "csv of one quoted cell": lambda: {**ONE, "a.csv": b'image,patient\n"' + b"x\n" * 7 * MB},
    "csv of columns": lambda: {
        **ONE,
        "a.csv": b"image,patient" + b",x" * 500_000 + (b"\n" + b"1" + b",1" * 500_001) * 14,
    },
    "csv of rows": lambda: {**ONE, "a.csv": _csv(COLUMNS, CELLS, 100_000)},
    "csv of other letters": lambda: {
        **ONE,
        "a.csv": ("image,patient\n" + "ÿ,\U0001f600\n" * 2_000_000).encode("utf-8")[: 16 * MB - 10],
    },
    "csv of blank lines": lambda: {**ONE, "a.csv": b"image,patient\n" + b"\n" * 15 * MB},
    "csv of faults": lambda: {**ONE, "a.csv": b"image,patient,split\n" + b"a,b\n" * 99_999},
    "many csvs": lambda: {**ONE, **{f"{n}.csv": _csv(COLUMNS, CELLS, 60_000) for n in range(10)}},
    "json that is deep": lambda: {**ONE, "dataset.json": b"[" * 2_000_000},
    "json of lists": lambda: {**ONE, "dataset.json": b"[" + b"[]," * 690_000 + b"[]]"},
    "json of labels": lambda: {
        **ONE,
        "dataset.json": json.dumps({"labels": {str(n): n for n in range(100_000)}}).encode(),
    },
    "json of digits": lambda: {**ONE, "dataset.json": b'{"labels": {"LV": ' + b"9" * 1_900_000 + b"}}"},
    "info": lambda: {**ONE, "Info.cfg": b"ED: " + b"1" * 65_000},
}


def write(name: str, folder: Path) -> None:
    """Put the files into the folder."""
    for file, content in FILES[name]().items():
        (folder / file).write_bytes(content)
