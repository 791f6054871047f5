"""An image file of any format but DICOM."""

from core.errors import BadInput
from core.imaging.files.sources import HEAD_BYTES, Source
from core.imaging.readers.reader import ImageFile
from core.imaging.readers.registry import listed_images, reader_for
from core.limits import Limits


def read_image_file(source: Source, limits: Limits) -> ImageFile:
    """Return planes and geometry of an image file, and masks that lie in it.

    Raises:
        BadInput: when no format knows it, or it cannot be read.
    """
    reader = reader_for(source.start(HEAD_BYTES), source.file)
    if reader is None:  # before all of it is read, however large it is
        raise BadInput(
            f"{source.file} is no image that Septum knows, whatever its name says; expected "
            f"{listed_images()} or a zip of these"
        )
    return reader.read_image(source.read(), source.file, limits)
