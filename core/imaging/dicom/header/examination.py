"""Whose examination a DICOM file belongs to, and on which machine: what all files of a series share."""

from dataclasses import dataclass

import pydicom

from core.imaging.deidentification.pseudonyms import calendar_date
from core.imaging.deidentification.terms import SEXES, maker
from core.imaging.dicom.header.fields import if_readable, number, text, words

DAYS_A_YEAR = 365.25
AGE_UNITS = {"Y": 1.0, "M": 1 / 12, "W": 7 / DAYS_A_YEAR, "D": 1 / DAYS_A_YEAR}  # PS3.5's AS
MAX_YEARS = 130.0
HEIGHTS_M = (0.2, 2.6)  # outside, somebody wrote centimetres or nothing
WEIGHTS_KG = (0.3, 500.0)
FIELDS_T = (0.01, 20.0)


@dataclass(frozen=True, slots=True)
class Examination:
    """As the source has it, names included: it lives while an import runs, and is never stored or shown."""

    patient_id: str
    patient_name: str
    study_uid: str
    series_uid: str
    description: str
    study_date: str
    declared_deidentified: bool  # (0012,0062) says YES
    sex: str
    age_years: float | None
    height_m: float | None
    weight_kg: float | None
    vendor: str
    field_strength_t: float | None

    def __repr__(self) -> str:
        """Without names: what is printed is stored somewhere."""
        return "Examination(...)"


def read_examination(dataset: pydicom.Dataset, file: str) -> Examination:
    """Return what a header says of the examination; damaged facts about the person count as not given.

    Raises:
        BadInput: when what tells patients, studies and series apart is damaged.
    """
    study_date = if_readable(text, dataset, "StudyDate") or ""
    sex = (if_readable(text, dataset, "PatientSex") or "").upper()
    return Examination(
        patient_id=text(dataset, "PatientID", file),
        patient_name=text(dataset, "PatientName", file),
        study_uid=text(dataset, "StudyInstanceUID", file),
        series_uid=text(dataset, "SeriesInstanceUID", file),
        description=text(dataset, "SeriesDescription", file),
        study_date=study_date if calendar_date(study_date) else "",
        declared_deidentified=words(dataset, "PatientIdentityRemoved", file) == ("YES",),
        sex=sex if sex in SEXES else "",
        age_years=_age(dataset, study_date),
        height_m=_within(dataset, "PatientSize", HEIGHTS_M),
        weight_kg=_within(dataset, "PatientWeight", WEIGHTS_KG),
        vendor=maker(if_readable(text, dataset, "Manufacturer") or ""),
        field_strength_t=_within(dataset, "MagneticFieldStrength", FIELDS_T),
    )


def _age(dataset: pydicom.Dataset, study_date: str) -> float | None:
    """Years at the time of the study, as the header says or by the day of birth."""
    written = if_readable(text, dataset, "PatientAge") or ""
    unit = AGE_UNITS.get(written[-1:].upper())
    if unit is not None and written[:-1].isascii() and written[:-1].isdigit():
        years = int(written[:-1]) * unit
        return years if years <= MAX_YEARS else None
    born = calendar_date(if_readable(text, dataset, "PatientBirthDate") or "")
    seen = calendar_date(study_date)
    if born is None or seen is None or not 0 <= (seen - born).days <= MAX_YEARS * DAYS_A_YEAR:
        return None
    return round((seen - born).days / DAYS_A_YEAR, 1)


def _within(dataset: pydicom.Dataset, keyword: str, limits: tuple[float, float]) -> float | None:
    value = if_readable(number, dataset, keyword)
    return value if value is not None and limits[0] <= value <= limits[1] else None
