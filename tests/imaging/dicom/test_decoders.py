"""Which pixels need the GPL decoder, and what is said where it is not installed."""

import json
import os
import site
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from core.imaging.dicom.decoders import decoder_for
from tests.conftest import ROOT
from tests.imaging.dicom.drawn import dicom, picture, write
from tests.imaging.dicom.lossless_jpeg import lossless_jpeg
from tests.imaging.originals import jpeg

GREY = np.add.outer(np.arange(64), np.arange(48)).astype(np.uint8)
READ = """
import json, pathlib, sys
from core.imaging.reading import find_series
told = {}
for folder in sys.argv[1:]:
    told[folder] = [getattr(item, "message", "read") for item in find_series([pathlib.Path(folder)])]
print(json.dumps(told))
"""


def packed(data: Dataset, syntax: str, stream: bytes | None = None) -> Dataset:
    if stream is None:
        data.compress(syntax)
        return data
    data.file_meta.TransferSyntaxUID = syntax
    data.PixelData = encapsulate([stream])
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    return data


def of_bits(bits: int) -> Dataset:
    """An image of bytes, of which it says that they hold so many bits."""
    stored = dicom(GREY, BitsAllocated=16, BitsStored=bits, HighBit=bits - 1)
    if bits == 8:
        stored.BitsAllocated = 8
    return stored


FILES = {
    "RLE": lambda: packed(dicom(picture(3)), RLELossless),
    "JPEG 2000": lambda: packed(dicom(picture(3, (64, 48))), JPEG2000Lossless),
    "JPEG-LS": lambda: packed(dicom(picture(3, (64, 48))), JPEGLSLossless),
    "JPEG": lambda: packed(of_bits(8), JPEGBaseline8Bit, jpeg(GREY)),
    "extended JPEG of 8 bits": lambda: packed(of_bits(8), JPEGExtended12Bit, jpeg(GREY)),
    "extended JPEG of 12 bits": lambda: packed(of_bits(12), JPEGExtended12Bit, jpeg(GREY)),
    "lossless JPEG": lambda: packed(dicom(picture(3)), JPEGLossless, lossless_jpeg(picture(3))),
    "lossless JPEG, first order": lambda: packed(
        dicom(picture(3)), JPEGLosslessSV1, lossless_jpeg(picture(3))
    ),
}
WANTING = {
    "extended JPEG of 12 bits": "12-bit JPEG (transfer syntax 1.2.840.10008.1.2.4.51)",
    "lossless JPEG": "lossless JPEG (transfer syntax 1.2.840.10008.1.2.4.57)",
    "lossless JPEG, first order": "lossless JPEG (transfer syntax 1.2.840.10008.1.2.4.70)",
}


@pytest.fixture(scope="module")
def found_without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a Python that has all but the GPL decoder says of each file."""
    packages, folder = tmp_path_factory.mktemp("packages"), tmp_path_factory.mktemp("files")
    for installed in Path(site.getsitepackages()[0]).iterdir():
        if not installed.name.startswith(("libjpeg", "pylibjpeg_libjpeg")):
            (packages / installed.name).symlink_to(installed)
    for name, make in FILES.items():
        write(folder / name, "a.dcm", make())
    told = subprocess.run(
        [sys.executable, "-S", "-c", READ, *(folder / name for name in FILES)],
        env={**os.environ, "PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return {Path(path).name: " ".join(messages) for path, messages in json.loads(told.stdout).items()}


@pytest.mark.parametrize("name", WANTING)
def test_what_only_the_gpl_decoder_decodes_says_so_and_how_to_add_it(name, found_without):
    assert found_without[name] == (
        f"a.dcm is compressed as {WANTING[name]}, whose decoder is an extra that is not installed; "
        'add it with "make jpeg" in Septum\'s folder and start Septum again, or export the images plain'
    )


@pytest.mark.parametrize("name", sorted(set(FILES) - set(WANTING)))
def test_everything_else_is_read_without_the_gpl_decoder(name, found_without):
    assert found_without[name] == "read"


def test_jpeg_ls_is_left_to_libjpeg_where_that_is_installed():
    assert decoder_for(JPEGLSLossless) == "pylibjpeg"
    assert decoder_for(JPEG2000Lossless) == ""
