"""What may come in of a DICOM header, and how what names a person is changed on the way.

Septum keeps no DICOM data set: what is not in the table below is skipped before it is parsed. The actions
follow the Basic Application Level Confidentiality Profile of PS3.15 Annex E with the options Retain Patient
Characteristics, Retain Longitudinal Temporal Information with Modified Dates, Clean Descriptors and, of
Retain Device Identity, the manufacturer alone.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """What becomes of an attribute; none of them lets free text through."""

    PSEUDONYM = "replaced by a keyed pseudonym"
    UID = "replaced by a keyed UID"
    SHIFT = "a date, moved by so many days for each patient"
    TERMS = "only words of the vocabulary below stay"
    CODE = "kept where it is one of a few known values, else dropped"
    NUMBER = "kept where it is a number"
    ORDER = "read to sort or to decode, never kept"


# Attributes by keyword; those of functional groups are read out of the sequences at the end.
ATTRIBUTES: Mapping[str, Action] = MappingProxyType(
    {
        "PatientID": Action.PSEUDONYM,
        "PatientName": Action.PSEUDONYM,  # only where there is no PatientID
        "StudyInstanceUID": Action.UID,
        "SeriesInstanceUID": Action.UID,
        "SOPInstanceUID": Action.UID,
        "FrameOfReferenceUID": Action.UID,
        "StudyDate": Action.SHIFT,
        "SeriesDescription": Action.TERMS,
        "PatientSex": Action.CODE,
        "Manufacturer": Action.CODE,
        "ImageType": Action.CODE,
        "FrameType": Action.CODE,
        "ComplexImageComponent": Action.CODE,
        "ConversionType": Action.CODE,
        "BurnedInAnnotation": Action.CODE,
        "PatientIdentityRemoved": Action.CODE,
        "SOPClassUID": Action.CODE,
        "PhotometricInterpretation": Action.CODE,
        "PatientAge": Action.NUMBER,
        "PatientBirthDate": Action.ORDER,  # gives an age where there is none
        "PatientSize": Action.NUMBER,
        "PatientWeight": Action.NUMBER,
        "MagneticFieldStrength": Action.NUMBER,
        "HeartRate": Action.NUMBER,
        "NominalInterval": Action.NUMBER,
        "RRIntervalTimeNominal": Action.NUMBER,
        "TriggerTime": Action.NUMBER,
        "NominalCardiacTriggerDelayTime": Action.NUMBER,
        "FrameTime": Action.NUMBER,
        "ImagePositionPatient": Action.NUMBER,
        "ImageOrientationPatient": Action.NUMBER,
        "PixelSpacing": Action.NUMBER,
        "ImagerPixelSpacing": Action.NUMBER,
        "NominalScannedPixelSpacing": Action.NUMBER,
        "SliceThickness": Action.NUMBER,
        "SpacingBetweenSlices": Action.NUMBER,
        "RescaleSlope": Action.NUMBER,
        "RescaleIntercept": Action.NUMBER,
        "Rows": Action.NUMBER,
        "Columns": Action.NUMBER,
        "NumberOfFrames": Action.NUMBER,
        "SamplesPerPixel": Action.NUMBER,
        "BitsAllocated": Action.NUMBER,
        "BitsStored": Action.NUMBER,
        "PixelRepresentation": Action.NUMBER,
        "SpecificCharacterSet": Action.ORDER,
        "InstanceNumber": Action.ORDER,
        "TemporalPositionIdentifier": Action.ORDER,
        "TemporalPositionIndex": Action.ORDER,
        "TemporalPositionTimeOffset": Action.ORDER,
        "AcquisitionTime": Action.ORDER,
        "ContentTime": Action.ORDER,
        "FrameAcquisitionDateTime": Action.ORDER,
        "ExtendedOffsetTable": Action.ORDER,
        "ExtendedOffsetTableLengths": Action.ORDER,
        "SharedFunctionalGroupsSequence": Action.ORDER,
        "PerFrameFunctionalGroupsSequence": Action.ORDER,
        "PlanePositionSequence": Action.ORDER,
        "PlaneOrientationSequence": Action.ORDER,
        "PixelMeasuresSequence": Action.ORDER,
        "PixelValueTransformationSequence": Action.ORDER,
        "CardiacSynchronizationSequence": Action.ORDER,
        "FrameContentSequence": Action.ORDER,
        "MRImageFrameTypeSequence": Action.ORDER,
        "TemporalPositionSequence": Action.ORDER,
    }
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to be misread
CODE_LENGTH = 10  # 50 bits: two of 100,000 patients meet once in 200,000 stores
SHORTEST_KEY = 16  # bytes; a shorter key could be searched for, and with it the names
MOST_SHIFTED_DAYS = 3650
OLDEST_TOLD_YEARS = 90.0  # HIPAA 164.514(b)(2)(i)(C): all above 89 are one group
SEXES = {"M", "F", "O"}
MAKERS = {
    "siemens": "Siemens",
    "ge medical": "GE",
    "ge healthcare": "GE",
    "gems": "GE",
    "general electric": "GE",
    "philips": "Philips",
    "canon": "Canon",
    "toshiba": "Toshiba",
    "united imaging": "United Imaging",
    "uih": "United Imaging",
    "hitachi": "Hitachi",
    "fujifilm": "Fujifilm",
    "esaote": "Esaote",
    "neusoft": "Neusoft",
    "paramed": "Paramed",
    "bruker": "Bruker",
    "mr solutions": "MR Solutions",
}
# Views, sequences and phases as scanners name them. Words that are surnames, too, stand only in company.
TERMS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
    (?:short|long|horizontal\ long|vertical\ long)[ _-]*axis | s?sax | lax | sa | la | hla | vla
    | [234][ _-]*(?:ch|cv|chamber)s? | [lr]vot | lv | rv | aorta | aortic | valve
    | cine | ssfp | bssfp | trufi | truefisp | fiesta | b-?ffe | b-?tfe | tfi | tfe | ffe | fisp | flash | gre
    | spgr | fgre | haste | tse | fse | epi
    | retro | rt | realtime | bh | breath[ _-]*hold | free[ _-]*breathing | ecg | gated | trigger(?:ed)?
    | stack | basal | mid | apical | apex | ed | es | end[ _-]*(?:diastole|systole)
    | localizer | localiser | loc | scout | survey | axial | coronal | sagittal | transversal | tra | cor
    | sag | perfusion | stress | rest | tagging | phase[ _-]*contrast | pc | velocity | flow | venc
    | magnitude | mag
    | t[12]\*? | map | maps | mapping | molli | shmolli | sasha | native | (?:pre|post)[ _-]*contrast
    | lge | psir | late[ _-]*(?:gadolinium|enhancement) | (?:black|dark|bright)[ _-]*blood | stir
    | grappa | sense | asset | compressed[ _-]*sensing | moco | cardiac | heart | cmr | mri?
    | [23]d
    )(?![A-Za-z0-9])""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Deidentifier:
    """The same names always become the same pseudonyms, and only who has the key can tell which."""

    key: bytes = field(repr=False)  # of the store; stays there

    def __post_init__(self) -> None:
        if len(self.key) < SHORTEST_KEY:
            raise ValueError(f"key must have at least {SHORTEST_KEY} bytes, got {len(self.key)}")

    def patient(self, patient_id: str) -> str:
        """A pseudonym such as P-7K3QF-9XW2M.

        >>> Deidentifier(b"0123456789abcdef").patient("anna")
        'P-62VKN-C43GM'
        """
        code = readable_code(patient_id, self.key)
        return f"P-{code[:5]}-{code[5:]}"

    def uid(self, uid: str) -> str:
        """A UID below 2.25, as PS3.5 B.2 makes them of UUIDs; an empty one stays empty."""
        if not uid:
            return ""
        return f"2.25.{uuid.UUID(bytes=_digest('uid', uid, self.key)[:16], version=5).int}"

    def date(self, patient_id: str, date_text: str) -> str:
        """The date (YYYYMMDD) so many days of the patient earlier; empty for what is no date."""
        found = calendar_date(date_text)
        shift = 1 + int.from_bytes(_digest("date", patient_id, self.key)[:8]) % MOST_SHIFTED_DAYS
        if found is None or found.toordinal() <= shift:
            return ""
        return f"{found - timedelta(days=shift):%Y%m%d}"


def readable_code(text: str, key: bytes = b"") -> str:
    """Ten letters and digits that follow from the text and the key."""
    number = int.from_bytes(_digest("code", text, key)[:8])
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def clean_description(text: str) -> str:
    """The words of a series' description that name views, sequences and phases, in their order.

    >>> clean_description("SAX cine SMITH_2ch 1970")
    'SAX cine 2ch'
    """
    words = [found.group() for found in TERMS.finditer(text.replace("_", " "))]
    return " ".join(word for word in words if not (len(word) == 2 and word.istitle()))  # Ed, Mr, La: a name's


def maker(text: str) -> str:
    """The maker of a scanner under one name, empty for unknown ones.

    >>> maker("GE MEDICAL SYSTEMS"), maker("Siemens Healthineers"), maker("Dr. Smith")
    ('GE', 'Siemens', '')
    """
    return next((name for word, name in MAKERS.items() if word in text.lower()), "")


def calendar_date(text: str) -> date | None:
    """A day written YYYYMMDD; None for what is none.

    >>> calendar_date("20120229"), calendar_date("20120000"), calendar_date("")
    (datetime.date(2012, 2, 29), None, None)
    """
    if not re.fullmatch("[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _digest(purpose: str, text: str, key: bytes) -> bytes:
    """Keyed SHA-256; no purpose gives away what another one made of the same text."""
    return hmac.digest(key, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256)
