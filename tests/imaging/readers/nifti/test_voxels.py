"""Voxels that are read piece by piece are those that nibabel reads, whatever type, order and packing."""

import gzip
import io

import nibabel as nib
import numpy as np
import pytest

from core.errors import BadInput
from core.imaging import limits as size_limits
from core.imaging.readers.nifti import voxels
from core.imaging.readers.nifti.gzip_bytes import pieces_of
from core.imaging.readers.nifti.volume import read_volume
from core.limits import Limits

SHAPE = (70, 61, 50)  # some megabytes, and no whole number of pieces
TYPES = ("u1", "i2", ">i2", "u4", "<f4", ">f4", "f8")


def written(kind: str, slope: float | None = None, *, extended: bool = False) -> tuple[bytes, np.ndarray]:
    """A NIfTI file and its values as nibabel reads them."""
    random = np.random.default_rng(0)
    values = random.normal(0, 50, SHAPE) if "f" in kind else random.integers(0, 200, SHAPE)
    header = nib.Nifti1Header(endianness=">" if kind.startswith(">") else "<")
    header.set_data_dtype(np.dtype(kind))
    image = nib.Nifti1Image(values.astype(kind), np.diag([1.5, 1.5, 8, 1]), header)
    if extended:
        image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"a" * 1000))
    content = bytearray(image.to_bytes())
    if slope is not None:
        order = ">" if kind.startswith(">") else "<"
        content[112:120] = np.array([slope, -7], f"{order}f4").tobytes()
    return bytes(content), nib.Nifti1Image.from_bytes(bytes(content)).get_fdata()


@pytest.mark.parametrize("slope", [None, 2.5])
@pytest.mark.parametrize("kind", TYPES)
def test_values_are_those_that_nibabel_reads(kind, slope):
    content, expected = written(kind, slope)
    for data in (content, gzip.compress(content, 1)):
        values = read_volume(data, "a.nii", Limits()).values
        assert values.dtype == (np.float32 if slope or "f" in kind else np.dtype(kind).newbyteorder("="))
        assert np.allclose(values, expected, rtol=1e-6, atol=1e-4)


def test_extensions_are_passed_over():
    content, expected = written("i2", extended=True)
    assert len(content) > 352 + 2 * np.prod(SHAPE)
    assert np.array_equal(read_volume(content, "a.nii", Limits()).values, expected)


def test_many_voxels_are_looked_at_before_room_is_made_for_them(monkeypatch):
    content, _ = written("<f4")
    spoilt = content[:-4] + np.array([np.nan], "<f4").tobytes()
    monkeypatch.setattr(voxels, "COUNTED_BYTES", 1000)
    monkeypatch.setattr(np, "empty", lambda *_: pytest.fail("room was made"))
    with pytest.raises(BadInput, match="no numbers"):
        _ = read_volume(gzip.compress(spoilt, 1), "a.nii.gz", Limits()).values
    with pytest.raises(BadInput, match="truncated"):
        _ = read_volume(gzip.compress(content[:-4], 1), "a.nii.gz", Limits()).values
    assert size_limits.COUNTED_BYTES > 1000


@pytest.mark.parametrize("cuts", [(), (5,), (100, 101, 2_000_000)])
@pytest.mark.parametrize(
    ("begin", "n_bytes"), [(0, 3_000_000), (352, 2 << 20), (1_500_001, 1_499_999), (2_999_990, 0)]
)
def test_pieces_are_the_bytes_that_were_asked_for_also_out_of_several_gzips(cuts, begin, n_bytes):
    plain = np.random.default_rng(0).integers(0, 4, 3_000_000, np.uint8).tobytes()
    edges = (0, *cuts, len(plain))
    members = [gzip.compress(plain[a:b], 1) for a, b in zip(edges, edges[1:], strict=False)]
    for data in (plain, b"".join(members)):
        pieces = list(pieces_of(data, "a.nii.gz", begin, n_bytes))
        assert b"".join(pieces) == plain[begin : begin + n_bytes]
        assert all(len(piece) == 1 << 20 for piece in pieces[:-1])


def test_a_gzip_whose_sum_is_wrong_is_refused():
    content, _ = written("i2")
    packed = bytearray(gzip.compress(content, 1))
    packed[-8] ^= 1
    with pytest.raises(BadInput, match="damaged"):
        _ = read_volume(bytes(packed), "a.nii.gz", Limits()).values


def test_what_nibabel_writes_into_a_stream_is_read_back():
    volume = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    buffer = io.BytesIO()
    nib.Nifti1Image(volume, np.eye(4)).to_stream(buffer)
    assert np.array_equal(read_volume(buffer.getvalue(), "a.nii", Limits()).values, volume)
