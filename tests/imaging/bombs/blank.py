"""Many zeros in few bytes, and noise."""

import gzip
import zlib
from functools import cache

import numpy as np

NOISE = np.random.default_rng(0).bytes(16 << 20)
PIECE = 16 << 20


@cache
def blank(n_bytes: int) -> bytes:
    """So many zeros, deflated."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(min(PIECE, n_bytes - at))) for at in range(0, n_bytes, PIECE)]
    return b"".join((*pieces, packer.flush()))


@cache
def _gzipped(n_bytes: int) -> bytes:
    return gzip.compress(bytes(n_bytes), 9, mtime=0)


def gzip_of(head: bytes, n_zeros: int, tail: bytes = b"", noise: int = 0) -> bytes:
    """A gzip of several members: a head, noise, zeros, a tail."""
    parts = [gzip.compress(head, 1, mtime=0), gzip.compress(NOISE[:noise], 0, mtime=0)]
    parts += [_gzipped(PIECE)] * (n_zeros // PIECE) + [gzip.compress(bytes(n_zeros % PIECE), mtime=0)]
    return b"".join((*parts, gzip.compress(tail, mtime=0)))
