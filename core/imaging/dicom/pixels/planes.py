"""The pixels of DICOM images, one frame in memory at a time, after what they unpack to was checked."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from pydicom.encaps import generate_frames
from pydicom.pixels import get_decoder
from pydicom.uid import UID, RLELossless

from core.errors import BadInput
from core.imaging.decode_errors import decoding
from core.imaging.dicom.decoders import decoder_for
from core.imaging.dicom.pixels.codestream import picture_shape
from core.imaging.dicom.pixels.fragments import require_few_fragments
from core.imaging.dicom.pixels.isolated_decoding import decoder
from core.imaging.limits import require_budget
from core.imaging.readers.jpeg_scans import require_few_scans
from core.limits import Limits

if TYPE_CHECKING:
    from core.imaging.dicom.header.file_header import FileHeader

UNDECODED = "has pixels that cannot be decoded"
PLAIN = "export it plain"
RLE_GROWTH = 64  # two bytes become at most 128, PS3.5 G.3.1
MAX_RLE_BYTES = 1 << 30  # bytes that one frame may unpack to


def stored_planes(header: "FileHeader", indices: Sequence[int], limits: Limits) -> Iterator[np.ndarray]:
    """Yield the frames of these indices in order, each (rows, columns) of the numbers that are stored.

    Raises:
        BadInput: when they are damaged, or would unpack to more than the header says.
        OSError: when the file cannot be read.
    """
    file, compressed = header.source.file, UID(header.syntax).is_encapsulated
    with header.source.open() as stream:
        stream.seek(header.pixels_at)
        check = _require_sizes if compressed else _require_whole
        check(header, stream, limits)
        stream.seek(header.pixels_at)
        planes = _decoded_apart(header, stream, indices) if compressed else _read(header, stream, indices)
        for _ in indices:
            with decoding(file, UNDECODED, PLAIN):
                plane = next(planes, None)
            if plane is None or plane.shape != (header.rows, header.columns):
                raise BadInput(f"{file} {UNDECODED} (frames are missing or of another size); {PLAIN}")
            yield plane


def _require_whole(header: "FileHeader", stream: BinaryIO, limits: Limits) -> None:
    """Refuse plain pixels that end before their last frame."""
    left = stream.seek(0, os.SEEK_END) - header.pixels_at
    if min(left, header.pixel_bytes or 0) < unpacked_bytes(header):
        raise BadInput(
            f"{header.source.file} is truncated: {max(left, 0)} of {unpacked_bytes(header)} bytes of pixels; "
            "export it again"
        )


def _require_sizes(header: "FileHeader", stream: BinaryIO, limits: Limits) -> None:
    """Refuse compressed pixels any of whose streams does not say the size that the header says."""
    file = header.source.file
    require_budget(unpacked_bytes(header), stream.seek(0, os.SEEK_END), file, limits)
    stream.seek(header.pixels_at)
    with decoding(file, UNDECODED, PLAIN):
        require_few_fragments(stream, header.n_frames)
        stream.seek(header.pixels_at)
        for encoded in _streams(header, stream):
            _require_size(header, encoded)


def unpacked_bytes(header: "FileHeader") -> int:
    """Return the bytes that all frames of a file unpack to."""
    return header.n_frames * header.rows * header.columns * header.bits_allocated // 8


def _require_size(header: "FileHeader", encoded: bytes) -> None:
    """Refuse a stream that a decoder would make more room for than the header says."""
    file = header.source.file
    if header.syntax == RLELossless:
        if RLE_GROWTH * len(encoded) > MAX_RLE_BYTES:
            raise BadInput(f"{file} holds {len(encoded)} bytes of RLE for one picture, too many; {PLAIN}")
        return
    require_few_scans(encoded, file)
    shape = picture_shape(encoded)
    if shape is None:
        raise BadInput(f"{file} holds compressed pixels of unknown size; {PLAIN}")
    if shape != (header.rows, header.columns, 1):
        rows, columns, channels = shape
        raise BadInput(
            f"{file} says {header.rows}x{header.columns} pixels, but its compressed picture "
            f"{rows}x{columns} with {channels} channels; {PLAIN}"
        )


def _streams(header: "FileHeader", stream: BinaryIO) -> Iterator[bytes]:
    """The encoded frames of a file that stands at its pixels, as many as its header says."""
    streams = generate_frames(stream, number_of_frames=header.n_frames, extended_offsets=header.offsets)
    return islice(streams, header.n_frames)


def _read(header: "FileHeader", stream: BinaryIO, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Plain frames out of a stream that stands at the pixels; only checked values go into pydicom."""
    decoded = get_decoder(UID(header.syntax)).iter_array(
        stream,
        indices=None if len(indices) == header.n_frames else indices,
        raw=True,
        number_of_frames=header.n_frames,
        **_layout(header),  # type: ignore[arg-type]
    )
    for plane, _ in decoded:
        yield plane


def _decoded_apart(header: "FileHeader", stream: BinaryIO, indices: Sequence[int]) -> Iterator[np.ndarray]:
    """Compressed frames out of a stream that stands at the pixels."""
    wanted = set(indices)
    how = {**_layout(header), "syntax": header.syntax, "decoding_plugin": decoder_for(header.syntax)}
    for index, encoded in enumerate(_streams(header, stream)):
        if index in wanted:
            yield decoder().decode(encoded, how)


def _layout(header: "FileHeader") -> dict[str, str | int]:
    """Return how the numbers of a frame are stored, as pydicom's decoders want to know it."""
    return {
        "rows": header.rows,
        "columns": header.columns,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",
        "bits_allocated": header.bits_allocated,
        "bits_stored": header.bits_stored,
        "pixel_representation": int(header.signed),
        "pixel_keyword": "PixelData",
        "pixel_vr": header.pixel_vr,
    }
