"""One small good file of every kind that comes in, with what has to lie beside it."""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import nibabel as nib
import numpy as np
import tifffile
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedMRImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    MRImageStorage,
    RLELossless,
)

from tests.imaging.dicom.lossless_jpeg import lossless_jpeg

HEART = np.zeros((40, 36), np.uint8)  # JPEG 2000 needs 32 pixels a side
HEART[8:30, 12:30] = 2
HEART[14:24, 16:26] = 3
HEART[10:26, 4:12] = 1
BACKGROUND = np.random.default_rng(0).integers(0, 40, HEART.shape)
PICTURE = (HEART.astype(np.uint16) * 300 + BACKGROUND).astype(np.uint16)
GREY = (PICTURE // 4).astype(np.uint8)
VOLUME = np.stack([PICTURE.T] * 3, axis=-1).astype(np.int16)
LABELS = np.stack([HEART.T] * 3, axis=-1)


@dataclass(frozen=True)
class Original:
    """A folder of good files of which one is to be changed."""

    changed: str  # its name
    content: bytes  # what is changed
    pack: Callable[[bytes], bytes] = bytes  # makes the file of it
    beside: Mapping[str, bytes] = field(default_factory=dict)  # other files by name
    fields: bool = False  # whether values of DICOM elements are changed instead of bytes

    def files(self, content: bytes) -> dict[str, bytes]:
        """All files by name, with this content in the changed one."""
        return {**self.beside, self.changed: self.pack(content)}


def originals() -> dict[str, Original]:
    """Every kind of file, by its name for people."""
    return {**_pictures(), **_volumes(), **_arrays(), **_dicoms(), **_tables()}


def _pictures() -> dict[str, Original]:
    image = _png(GREY)
    return {
        "PNG": Original("cmr1.png", image),
        "PNG, sums put right": Original("cmr1.png", image, with_right_sums),
        "PNG of 16 bits, sums put right": Original("cmr1.png", _png(PICTURE), with_right_sums),
        "PNG as a mask, sums put right": Original(
            "cmr1_mask.png", _png(HEART, indexed=True), with_right_sums, {"cmr1.png": image}
        ),
        "JPEG": Original("cmr1.jpg", jpeg(GREY)),
        "TIFF": Original("cmr1.tif", _tiff(PICTURE, metadata=None)),
        "TIFF, deflated": Original("cmr1.tif", _tiff(PICTURE, compression="zlib")),
        "TIFF of ImageJ": Original("cmr1.tif", _imagej()),
        "TIFF, packed by LZW": Original("cmr1.tif", _packed_tiff()),
    }


def _volumes() -> dict[str, Original]:
    image, labels = _nifti(VOLUME), _nifti(LABELS)
    return {
        "NIfTI": Original("p1.nii", image),
        "NIfTI of floats": Original("p1.nii", _nifti(VOLUME.astype(np.float32))),
        "NIfTI of phases": Original("p1.nii", _nifti(np.stack([VOLUME] * 2, axis=-1))),
        "NIfTI-2": Original("p1.nii", _nifti(VOLUME, nib.Nifti2Image)),
        "NIfTI, gzipped": Original("p1.nii.gz", _gzip(image)),
        "NIfTI, changed and gzipped": Original("p1.nii.gz", image, _gzip),
        "NIfTI as a mask": Original("p1_gt.nii", labels, beside={"p1.nii": image}),
    }


def _arrays() -> dict[str, Original]:
    image, labels = _npy(np.stack([PICTURE] * 3)), _npy(np.stack([HEART] * 3))
    whole = _zip(
        {"a/cmr1.png": _png(GREY), "a/cmr1_mask.png": _png(HEART), "b/p1.nii.gz": _gzip(_nifti(VOLUME))}
    )
    return {
        "npy": Original("p1.npy", image),
        "npz": Original("p1.npz", _zip({"image.npy": image, "mask.npy": labels})),
        "npz, changed and packed": Original(
            "p1.npz", image, lambda content: _zip({"image.npy": content, "mask.npy": labels})
        ),
        "zip": Original("all.zip", whole),
    }


def _dicoms() -> dict[str, Original]:
    baseline = _dicom(GREY)
    baseline.PixelData = encapsulate([jpeg(GREY)])
    lossless = _dicom(PICTURE)
    lossless.PixelData = encapsulate([lossless_jpeg(PICTURE)])
    files = {
        "explicit": _dicom_bytes(_dicom(PICTURE), ExplicitVRLittleEndian),
        "implicit": _dicom_bytes(_dicom(PICTURE), ImplicitVRLittleEndian),
        "big-endian": _dicom_bytes(_dicom(PICTURE.byteswap()), ExplicitVRBigEndian),
        "deflated": _dicom_bytes(_dicom(PICTURE), DeflatedExplicitVRLittleEndian),
        "RLE": _compressed(_dicom(PICTURE), RLELossless),
        "JPEG baseline": _dicom_bytes(baseline, JPEGBaseline8Bit),
        "JPEG lossless": _dicom_bytes(lossless, JPEGLosslessSV1),
        "JPEG-LS": _compressed(_dicom(PICTURE), JPEGLSLossless),
        "JPEG 2000": _compressed(_dicom(PICTURE), JPEG2000Lossless),
        "enhanced": _dicom_bytes(_enhanced(), ExplicitVRLittleEndian),
        "enhanced, RLE": _compressed(_enhanced(), RLELossless),
        "enhanced, JPEG 2000": _compressed(_enhanced(), JPEG2000Lossless),
    }
    files["without a preamble"] = files["implicit"][132:]
    beside = {"2.dcm": _dicom_bytes(_dicom(PICTURE, position=1), ExplicitVRLittleEndian)}
    return {
        **{f"DICOM, {name}": Original("1.dcm", content) for name, content in files.items()},
        "DICOM in a series": Original("1.dcm", files["explicit"], beside=beside),
        "DICOM in a series, fields": Original("1.dcm", files["explicit"], beside=beside, fields=True),
        "DICOM, enhanced, fields": Original("1.dcm", files["enhanced"], fields=True),
        "DICOM, JPEG 2000, fields": Original("1.dcm", files["JPEG 2000"], fields=True),
    }


def _tables() -> dict[str, Original]:
    images = {"cmr1.png": _png(GREY), "cmr2.png": _png(GREY[::-1])}
    rows = b"image;patient;split;spacing_mm\r\ncmr1;anna;train;1,4\r\ncmr2;bert;test;1,5\r\n"
    declared = {
        "labels": {"background": 0, "LV": 1, "RV": 2, "MYO": 3},
        "training": [{"image": "./imagesTr/p1.nii", "label": "./labelsTr/p1.nii"}],
    }
    volumes = {"imagesTr/p1_0000.nii": _nifti(VOLUME), "labelsTr/p1.nii": _nifti(LABELS)}
    info = b"ED: 1\r\nES: 12\r\nGroup: DCM\r\nHeight: 184.0\r\nNbFrame: 30\r\nWeight: 95.0\r\n"
    frame = {"patient001/patient001_frame01.nii": _nifti(VOLUME)}
    return {
        "csv": Original("slices.csv", rows, beside=images),
        "csv, UTF-16": Original("slices.csv", rows.decode().encode("utf-16"), beside=images),
        "dataset.json": Original("dataset.json", json.dumps(declared).encode(), beside=volumes),
        "Info.cfg": Original("patient001/Info.cfg", info, beside=frame),
    }


def with_right_sums(content: bytes) -> bytes:
    """A PNG with the checksum of every chunk put right, so that changes get as far as the decoder."""
    parts, place = [content[:8]], 8
    while place + 12 <= len(content):
        length = struct.unpack(">I", content[place : place + 4])[0]
        if place + 12 + length > len(content):
            break
        body = content[place + 4 : place + 8 + length]
        parts += [content[place : place + 4], body, struct.pack(">I", zlib.crc32(body))]
        place += 12 + length
    return b"".join(parts) + content[place:]


def _png(pixels: np.ndarray, *, indexed: bool = False) -> bytes:
    image = Image.fromarray(pixels)
    if indexed:
        image = image.convert("P")
        image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def jpeg(pixels: np.ndarray) -> bytes:
    """The pixels (height, width) uint8 as baseline JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _tiff(pixels: np.ndarray, **written: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **written)  # type: ignore[arg-type]
    return buffer.getvalue()


def _imagej() -> bytes:
    return _tiff(np.stack([PICTURE] * 3), imagej=True, metadata={"axes": "ZYX"})


def _packed_tiff() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, "TIFF", compression="tiff_lzw")
    return buffer.getvalue()


def _nifti(volume: np.ndarray, kind: type[nib.Nifti1Image] = nib.Nifti1Image) -> bytes:
    image = kind(volume, np.diag([1.5, 1.25, 8.0, 1.0]))
    image.header.set_xyzt_units("mm", "sec")
    buffer = io.BytesIO()
    image.to_stream(buffer)
    return buffer.getvalue()


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _dicom(pixels: np.ndarray, *, position: int = 0) -> Dataset:
    """One magnitude image of a short-axis cine; positions lie 8 mm apart."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = UID(f"1.2.3.{position + 1}")
    data.SeriesInstanceUID, data.StudyInstanceUID, data.FrameOfReferenceUID = "1.2.3", "1.2", "1.2.9"
    data.PatientID, data.PatientSex, data.PatientAge, data.StudyDate = "anna", "F", "063Y", "20240229"
    data.SeriesDescription, data.Modality, data.Manufacturer = "SAX cine", "MR", "SIEMENS"
    data.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    data.InstanceNumber = position + 1
    data.ImageOrientationPatient = [1, 0, 0, 0, 0.8, -0.6]
    data.ImagePositionPatient = [5.0, 6.0 + 4.8 * position, 7.0 + 6.4 * position]
    data.PixelSpacing, data.SliceThickness, data.TriggerTime = [1.25, 1.5], 8, 40.0
    data.RescaleSlope, data.RescaleIntercept = 2, 1
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, 0
    data.PixelData = pixels.tobytes()
    return data


def _enhanced() -> Dataset:
    """Two positions of two phases in one file, each frame with its place, time and rescale."""
    data = _dicom(PICTURE)
    for keyword in ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "TriggerTime"):
        delattr(data, keyword)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    data.NumberOfFrames = 4
    data.PixelData = PICTURE.tobytes() * 4
    data.SharedFunctionalGroupsSequence = _group(
        PixelMeasuresSequence=_group(PixelSpacing=[1.25, 1.5], SliceThickness=8),
        PlaneOrientationSequence=_group(ImageOrientationPatient=[1, 0, 0, 0, 0.8, -0.6]),
    )
    frames = [
        _group(
            PlanePositionSequence=_group(
                ImagePositionPatient=[5.0, 6.0 + 4.8 * position, 7.0 + 6.4 * position]
            ),
            FrameContentSequence=_group(InStackPositionNumber=position + 1, TemporalPositionIndex=phase + 1),
            CardiacSynchronizationSequence=_group(NominalCardiacTriggerDelayTime=40.0 * phase),
            PixelValueTransformationSequence=_group(
                RescaleSlope=1 + position, RescaleIntercept=0, RescaleType="US"
            ),
        )[0]
        for position in range(2)
        for phase in range(2)
    ]
    data.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return data


def _group(**values: object) -> Sequence:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return Sequence([item])


def _compressed(data: Dataset, syntax: str) -> bytes:
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.compress(UID(syntax), generate_instance_uid=False)
    return _dicom_bytes(data, syntax)


def _dicom_bytes(data: Dataset, syntax: str) -> bytes:
    data.file_meta.TransferSyntaxUID = UID(syntax)
    buffer = io.BytesIO()
    data.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
