"""What a decoder says of damaged bytes, as one plain sentence: decoders raise nearly anything."""

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
from pydicom.errors import InvalidDicomError
from tifffile import TiffFileError

from core.errors import BadInput

REASON_LENGTH = 120  # of a decoder's own words: enough to search for, short enough for one line

# All seen from changing single bytes of good files; a decoder's slip over bad bytes is no bug of ours.
DAMAGE = (
    ArithmeticError,
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
    tokenize.TokenError,
    zipfile.BadZipFile,
    Image.DecompressionBombError,
    ImageFileError,
    HeaderDataError,
    WrapStructError,
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
    """The decoder's words on one short line, or the error's name where it has none.

    >>> reason(ValueError("expected 864 bytes,\\n got 8"))
    'expected 864 bytes, got 8'
    >>> reason(MemoryError())
    'MemoryError'
    """
    words = one_line(str(error)) or type(error).__name__
    return words if len(words) <= REASON_LENGTH else f"{words[: REASON_LENGTH - 1]}…"


def one_line(text: str) -> str:
    """The text without line breaks, control characters and what cannot be written as UTF-8.

    >>> one_line("a\\n b\\x00c\\udcff")
    'a b�c�'
    """
    spaced = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", spaced)
