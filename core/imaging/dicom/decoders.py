"""Which decoder takes the pixels of which transfer syntax, and what to install where there is none."""

from pydicom.pixels import get_decoder
from pydicom.uid import (
    UID,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

from core.errors import BadInput

LIBJPEG = "pylibjpeg"  # as pydicom calls it; the GPL decoder of requirements-jpeg.txt works through it
# CharLS, which pydicom would take, was seen to spend seconds on a thousand damaged pixels.
LIBJPEG_FIRST = (JPEGLSLossless, JPEGLSNearLossless)
LIBJPEG_ONLY = {
    JPEGExtended12Bit: "12-bit JPEG",
    JPEGLossless: "lossless JPEG",
    JPEGLosslessSV1: "lossless JPEG",
}
PILLOW_BITS = 8  # of extended JPEG, which may have 12


def require_decoder(syntax: UID, bits_stored: int, file: str) -> None:
    """Refuse pixels in a transfer syntax that nothing here decodes.

    Raises:
        BadInput: with the transfer syntax and what to install, where that would help.
    """
    if _decodes(syntax, bits_stored):
        return
    if syntax not in LIBJPEG_ONLY:
        raise BadInput(f"{file} has pixels in a transfer syntax that is not known here; export it plain")
    raise BadInput(
        f"{file} is compressed as {LIBJPEG_ONLY[syntax]} (transfer syntax {syntax}), whose decoder is an "
        'extra that is not installed; add it with "make jpeg" in Septum\'s folder and start Septum again, '
        "or export the images plain"
    )


def decoder_for(syntax: str) -> str:
    """Return the plugin of pydicom that is to decode this transfer syntax; empty for whichever there is."""
    preferred = syntax in LIBJPEG_FIRST and LIBJPEG in get_decoder(UID(syntax)).available_plugins
    return LIBJPEG if preferred else ""


def _decodes(syntax: UID, bits_stored: int) -> bool:
    """Return whether a decoder is installed for pixels of so many bits in this transfer syntax."""
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError:
        return False
    if syntax == JPEGExtended12Bit and bits_stored > PILLOW_BITS:
        return LIBJPEG in decoder.available_plugins
    return bool(decoder.is_available)
