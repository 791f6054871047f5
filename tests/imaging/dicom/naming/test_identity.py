"""Who the patient is, by header, study or folder, and under which names what is kept."""

import pytest

from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.problems import Answers, FileProblem
from core.records.results import Topic
from core.records.slices import Series
from tests.imaging.dicom.drawn import KEY, cine, dicom, one_series, picture, read, source


def patients(*files: object, **arguments: object) -> list[str]:
    return [item.patient for item in read(files, **arguments) if isinstance(item, Series)]


@pytest.mark.parametrize("patient_id", ["", "ANONYMOUS", "unknown", "00000", "Anonymous Patient", "^"])
@pytest.mark.parametrize("deidentifier", [None, KEY], ids=["as it is", "de-identified"])
def test_without_a_patient_id_the_study_names_the_patient(patient_id, deidentifier):
    first = dicom(picture(1), number=1, PatientID=patient_id)
    again = dicom(picture(2), number=2, PatientID=patient_id, SeriesInstanceUID="1.2.4")
    other = dicom(
        picture(3), number=3, PatientID=patient_id, SeriesInstanceUID="1.2.5", StudyInstanceUID="1.3"
    )
    found = patients(first, again, other, deidentifier=deidentifier)
    assert len(found) == 3
    assert found[0] == found[1] != found[2]
    assert all(name.startswith("study-") for name in found)


def test_a_study_that_names_the_patient_is_told():
    assert any("study names the patient" in note for note in one_series(read(cine(PatientID=""))).notes)


def test_a_name_stands_in_for_a_missing_patient_id_and_becomes_a_pseudonym():
    data = dicom(picture(1), PatientID="", PatientName="Anna^A")
    assert patients(data) == ["Anna^A"]
    assert patients(data, deidentifier=KEY) == [KEY.patient("Anna^A")]


def test_without_patient_and_study_the_folder_names_the_patient():
    tags = {"PatientID": "", "StudyInstanceUID": ""}
    files = [
        source(dicom(picture(n), number=n, **tags), f"given/{name}/a.dcm") for n, name in enumerate("xy")
    ]
    assert patients(*files) == ["x", "y"]
    assert patients(*files, deidentifier=KEY) == [KEY.patient("x"), KEY.patient("y")]


def test_a_pattern_names_the_patient_where_the_header_does_not():
    file = source(dicom(picture(1), PatientID="", StudyInstanceUID=""), "given/berta/scan/a.dcm")
    assert patients(file, answers=Answers(patient_pattern="{patient}/scan/*")) == ["berta"]


def test_a_file_that_nothing_names_is_a_question():
    (found,) = read([source(dicom(picture(1), PatientID="", StudyInstanceUID=""), "a.dcm")])
    assert isinstance(found, FileProblem)
    assert found.asks == Topic.PATIENT


def test_the_same_patient_id_always_gives_the_same_pseudonym_of_a_store():
    (first,), (second,) = (patients(dicom(picture(n), number=n), deidentifier=KEY) for n in (1, 2))
    (elsewhere,) = patients(dicom(picture(1)), deidentifier=Deidentifier(bytes(32)))
    assert first == second != elsewhere
    assert "anna" not in first


def test_what_was_de_identified_before_keeps_its_names():
    series = one_series(
        read(cine(PatientIdentityRemoved="YES", SeriesDescription="SAX run 4"), deidentifier=KEY)
    )
    assert (series.patient, series.name) == ("anna", "SAX run 4")
    assert series.original_uids == ()
    assert series.provenance.study_uid == "1.2"
    assert not series.provenance.deidentified


def test_identifiers_are_mapped_and_the_originals_stand_beside():
    series = one_series(read(cine(FrameOfReferenceUID="1.9"), deidentifier=KEY))
    pairs = dict(series.original_uids)
    assert set(pairs.values()) == {"1.2", "1.2.3", "1.9", *(f"1.2.3.{n}" for n in range(1, 7))}
    assert all(kept == KEY.uid(original) for kept, original in pairs.items())
    assert series.provenance.study_uid == KEY.uid("1.2")
    assert series.slices[0].provenance.sop_instance_uid == KEY.uid("1.2.3.1")


def test_a_name_longer_than_it_may_be_is_cut_without_meeting_another():
    long = "a" * 80
    found = patients(
        dicom(picture(1), PatientID=long + "1"), dicom(picture(2), PatientID=long + "2", number=2)
    )
    assert len(set(found)) == 2
    assert all(len(name) <= 64 for name in found)


def test_control_characters_in_names_are_cleaned_away():
    (found,) = read([dicom(picture(1), PatientID="an\tna\x1b[31m", SeriesDescription="SAX\x07")])
    assert (found.patient, found.name) == ("an na\ufffd[31m", "SAX\ufffd")


def test_what_the_source_says_is_kept():
    tags = {
        "PatientSex": "F",
        "PatientAge": "061Y",
        "PatientSize": 1.7,
        "PatientWeight": 65.5,
        "StudyDate": "20200304",
        "Manufacturer": "SIEMENS",
        "MagneticFieldStrength": 1.5,
        "NominalInterval": 800,
        "FrameOfReferenceUID": "1.9",
    }
    series = one_series(read(cine(**tags)))
    kept = series.provenance
    assert (kept.sex, kept.age_years, kept.height_m, kept.weight_kg) == ("F", 61, 1.7, 65.5)
    assert (kept.vendor, kept.field_strength_t) == ("Siemens", 1.5)
    assert (kept.nominal_interval_ms, kept.heart_rate_bpm) == (800, 75)
    assert (kept.study_uid, kept.series_uids, kept.frame_of_reference_uid) == ("1.2", ("1.2.3",), "1.9")
    assert kept.study_date == "20200304"
    first = series.slices[0].provenance
    assert (first.sop_instance_uid, first.frame_number) == ("1.2.3.1", None)
    assert first.image_position_mm == (5, 6, 7)
    assert first.image_orientation == (1, 0, 0, 0, 0.8, -0.6)


def test_persons_are_blurred_where_they_are_de_identified():
    tags = {"PatientAge": "095Y", "StudyDate": "20200304", "PatientSex": "female", "Manufacturer": "Anna's"}
    kept = one_series(read(cine(**tags), deidentifier=KEY)).provenance
    assert (kept.age_years, kept.sex, kept.vendor) == (90, "", "")
    assert kept.study_date == KEY.date("anna", "20200304")
    assert one_series(read(cine(**tags))).provenance.age_years == 95


@pytest.mark.parametrize(
    ("tags", "years"),
    [
        ({"PatientAge": "018M"}, 1.5),
        ({"PatientBirthDate": "19600301", "StudyDate": "20200301"}, 60.0),
        ({"PatientBirthDate": "00000000", "StudyDate": "20120000"}, None),
        ({"PatientBirthDate": "19600301"}, None),
        ({"PatientAge": "999Y"}, None),
    ],
)
def test_ages_come_from_the_header_or_the_day_of_birth(tags, years):
    assert one_series(read(cine(**tags))).provenance.age_years == years
