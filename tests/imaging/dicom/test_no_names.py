"""A marker in every text of a header, whatever its VR, comes out nowhere, damaged or not."""

import dataclasses
import logging
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.errors import BadInput
from core.imaging.deidentification.attributes import ATTRIBUTES
from core.imaging.problems import Answers
from tests.imaging.dicom.drawn import KEY, dicom, encoded, picture, read
from tests.imaging.dicom.enhanced import enhanced

MARKER = "MARKERX"
TEXTS = ("AE", "AS", "CS", "DA", "DS", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UR", "UT", "UN", "OB")
STANDARD = (
    "RetrieveAETitle",
    "PatientAge",
    "PatientSex",
    "BodyPartExamined",
    "PatientBirthDate",
    "PatientWeight",
    "PatientSize",
    "HeartRate",
    "NominalInterval",
    "MagneticFieldStrength",
    "InstitutionName",
    "SeriesDescription",
    "StudyDescription",
    "ImageComments",
    "PatientComments",
    "PatientName",
    "OperatorsName",
    "AccessionNumber",
    "StudyID",
    "InstitutionAddress",
    "StudyDate",
    "StudyTime",
    "AcquisitionTime",
    "ContentTime",
    "LongCodeValue",
    "RetrieveURL",
    "TextValue",
    "Manufacturer",
    "ManufacturerModelName",
    "ImageType",
    "ProtocolName",
    "SOPClassUID",
    "PatientIdentityRemoved",
    "ScanOptions",
)


def written(keyword_or_vr: str) -> object:
    return MARKER.encode() if keyword_or_vr in ("UN", "OB") else MARKER


def spoilt(data: Dataset) -> Dataset:
    """The file with the marker wherever a text may stand and the reader needs no other value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for keyword in STANDARD:
            _put(data, keyword)
        data.PatientID = f"{MARKER}-1"
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
            _put(data, keyword)
        block = data.private_block(0x0029, f"{MARKER} HEADER", create=True)
        for element, vr in enumerate(TEXTS):
            block.add_new(element, vr, "" if vr in ("DS", "IS") else written(vr))
        nested = Dataset()
        nested.PatientName, nested.ImageComments = MARKER, MARKER
        nested.RequestAttributesSequence = Sequence([Dataset()])
        nested.RequestAttributesSequence[0].ScheduledProcedureStepDescription = MARKER
        block.add_new(0x80, "SQ", Sequence([nested]))
        data.ReferencedImageSequence = Sequence([nested])
        for group in data.get("PerFrameFunctionalGroupsSequence", []):
            group.FrameContentSequence = Sequence([Dataset()])
            group.FrameContentSequence[0].FrameComments = MARKER
            group.FrameContentSequence[0].FrameLabel = MARKER
    return data


def _put(data: Dataset, keyword: str) -> None:
    """The marker as bytes, which no writer checks, under the attribute's own VR."""
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    tag = Tag(tag_for_keyword(keyword))
    value = (MARKER + " ").encode()
    data["PixelData"].VR = "OW"  # else the writer wants to know the bits
    data._dict[tag] = RawDataElement(tag, dictionary_VR(tag).split(" ")[0], len(value), value, 0, False, True)


def texts(value: object) -> Iterator[str]:
    """Every text in a value, whatever it is nested in, but the original identifiers: the way back."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name != "original_uids":
                yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, bytes | np.ndarray):
        yield bytes(value).decode("latin1")
    else:
        yield str(value)


def everything(file: bytes, caplog: pytest.LogCaptureFixture, answers: Answers) -> str:
    """All that reading a file gives, says, warns of and logs."""
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.DEBUG):
        try:
            found = read([file], answers, KEY)
        except BadInput as error:
            found = [str(error)]
    said = [str(warning.message) for warning in warned] + [record.getMessage() for record in caplog.records]
    return " ".join([*(text for item in found for text in texts(item)), *said])


ANSWERS = Answers(burned_in=True, spacing_mm=1.5)


@pytest.mark.parametrize(
    "build", [lambda: dicom(picture(1)), lambda: enhanced(picture(1, (1, 12, 10)), [(0, 0)])]
)
def test_a_marker_in_every_text_is_found_nowhere(build, caplog):
    content = encoded(spoilt(build()))
    assert content.count(MARKER.encode()) > 50
    told = everything(content, caplog, ANSWERS)
    assert "sop_instance_uid" not in told
    assert "P-" in told
    assert MARKER not in told


@pytest.mark.parametrize("keyword", sorted(ATTRIBUTES))
def test_a_marker_in_any_one_field_is_found_nowhere_and_ends_nothing(keyword, caplog):
    data = dicom(picture(1), NumberOfFrames=1)
    _put(data, keyword)
    assert MARKER not in everything(encoded(data), caplog, ANSWERS)


@pytest.mark.parametrize("keyword", sorted(ATTRIBUTES))
def test_several_values_where_one_belongs_end_nothing(keyword, caplog):
    data = dicom(picture(1))
    _put(data, keyword)
    content = encoded(data).replace(b"MARKERX ", b"1\\2\\3\\4 ")
    assert everything(content, caplog, ANSWERS)


@pytest.mark.parametrize(
    ("keyword", "tag"),
    [
        ("Rows", "(0028,0010)"),
        ("PixelSpacing", "(0028,0030)"),
        ("ImagePositionPatient", "(0020,0032)"),
        ("ImageOrientationPatient", "(0020,0037)"),
        ("TriggerTime", "(0018,1060)"),
        ("InstanceNumber", "(0020,0013)"),
        ("RescaleSlope", "(0028,1053)"),
        ("BitsStored", "(0028,0101)"),
    ],
)
def test_a_damaged_field_refuses_its_file_by_its_tag(keyword, tag):
    data = dicom(picture(1))
    _put(data, keyword)
    with pytest.raises(BadInput) as refused:
        read([encoded(data)])
    assert tag in str(refused.value)
    assert MARKER not in str(refused.value)
