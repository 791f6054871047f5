"""What a decoder says of damaged bytes, as one plain sentence: decoders raise nearly anything."""

import lzma
import re
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError
from PIL import Image
from pydicom.errors import BytesLengthException, InvalidDicomError
from tifffile import TiffFileError

from core.errors import BadInput
from core.text import marked_line

ADDRESS = re.compile(r"\s*<[\w.]+ object at 0x[0-9a-f]+>")  # of an object, which tells nobody anything
REASON_LENGTH = 120  # of a decoder's own words: enough to search for, short enough for one line

# All seen from changing single bytes of good files; a decoder's slip over bad bytes is no bug of ours.
DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    Image.DecompressionBombError,
    ImageFileError,
    HeaderDataError,
    WrapStructError,
    BytesLengthException,
    InvalidDicomError,
    TiffFileError,
)


@contextmanager
def decoding(file: str, finding: str, remedy: str) -> Iterator[None]:
    """Turn what a decoder raises inside into BadInput; BadInput itself passes.

    Keep the block to the decoder's call, so that no mistake of ours passes for damage.
    """
    try:
        yield
    except BadInput:
        raise
    except DAMAGE as error:
        raise BadInput(f"{file} {finding} ({reason(error)}); {remedy}") from error


def reason(error: BaseException) -> str:
    """Return the decoder's words on one short line, or the error's name where it has none.

    >>> reason(ValueError("expected 864 bytes,\\n got 8"))
    'expected 864 bytes, got 8'
    >>> reason(MemoryError())
    'MemoryError'
    """
    words = marked_line(ADDRESS.sub("", str(error))) or type(error).__name__
    return words if len(words) <= REASON_LENGTH else f"{words[: REASON_LENGTH - 1]}…"
