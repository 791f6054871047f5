"""Tables say what they say in any spreadsheet's dialect; what cannot be used is told and the rest counts."""

from pathlib import PurePosixPath

import pytest

from core.imaging.files.sources import Source
from core.imaging.layouts.facts import ImageFacts, PatientFacts
from core.imaging.layouts.tables import Table, is_sidecar, read_tables
from core.records.slices import Split


def tables(**files: str | bytes) -> Table:
    """The table of files below one folder, __ for slashes and _dot_ for dots in their names."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in files.items()}
    return read_tables(source(name, content) for name, content in named.items())


def source(name: str, content: str | bytes) -> Source:
    data = content if isinstance(content, bytes) else content.encode()
    return Source(PurePosixPath("given", name), lambda: data)


def image(table: Table, name: str) -> ImageFacts:
    return table.image(PurePosixPath("given", name))


def patient(table: Table, name: str, beside: str = "a.nii.gz") -> PatientFacts:
    return table.patient(name, PurePosixPath("given", beside))


GERMAN = "image;patient;spacing_mm\ncmr1;p1;1,4\ncmr2;p1;1,4\n"


@pytest.mark.parametrize(
    "content",
    [
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("utf-16"),
        GERMAN.encode("utf-16-le"),
        GERMAN.replace("\n", "\r\n").encode(),
        b"sep=;\n" + GERMAN.encode(),
        b"\n;;\n" + GERMAN.encode(),
        GERMAN.replace(";", "\t").encode(),
        GERMAN.replace(",", ".").replace(";", ",").encode(),
        GERMAN.replace(";", " ; ").encode(),
        b'"Image","Patient","Spacing_mm"\n"cmr1","p1","1,4"\n"cmr2","p1","1,4"\n',
        b"Filename,Subject ID,Pixel spacing (mm)\nCMR1.PNG,p1,1.4\nset/cmr2.png,P1,1.4\n",
        b"name,id,spacing\ncmr1.png,p1,1.4\ncmr2.png,p1,1.4 mm\n",
    ],
)
def test_every_dialect_says_the_same(content):
    table = tables(slices_dot_csv=content)
    assert table.notes == ()
    assert image(table, "set/cmr1.png") == image(table, "cmr2.nii.gz") == ImageFacts("p1", None, 1.4)


def test_other_letters_than_utf_8s_are_read():
    assert (
        image(tables(a_dot_csv="image;patient\nherz;Müller\n".encode("latin-1")), "herz.png").patient
        == "Müller"
    )


def test_splits_phases_and_groups_are_understood_in_any_case():
    table = tables(
        a_dot_csv="IMAGE,PATIENT,Set,Phase,Diagnosis\ncmr1,p1,TRAIN,end-diastole,DCM\ncmr2,p2,val,es,NOR\n"
    )
    assert image(table, "cmr1.png") == ImageFacts("p1", Split.TRAIN, None, "ED")
    assert image(table, "cmr2.png") == ImageFacts("p2", Split.VALIDATION, None, "ES")
    assert [patient(table, name).group for name in ("P1", "p2")] == ["DCM", "NOR"]


def test_folders_in_the_table_tell_files_of_one_name_apart():
    table = tables(a_dot_csv="file,patient\na/sa.nii.gz,p1\nb\\sa.nii.gz,p2\n/disk/study/c/sa.nii.gz,p3\n")
    assert [image(table, f"{folder}/sa.nii.gz").patient for folder in "abcd"] == ["p1", "p2", "p3", ""]
    assert image(table, "more/a/sa.nii.gz").patient == "p1"


def test_the_nearest_table_counts():
    table = tables(a__t_dot_csv="image,patient\ncmr1,p1\n", b__t_dot_csv="image,patient\ncmr1,p2\n")
    assert [image(table, f"{place}/cmr1.png").patient for place in ("a/x", "b")] == ["p1", "p2"]
    assert image(table, "c/cmr1.png").patient == ""  # both speak of it, and differently
    assert table.notes == ()


def test_nnunets_channel_is_no_part_of_a_name():
    assert image(tables(a_dot_csv="image,patient\ncase7,p1\n"), "imagesTr/case7_0000.nii.gz").patient == "p1"


def test_rows_that_cannot_be_used_are_told_and_the_rest_counts():
    table = tables(
        a_dot_csv="image,patient,spacing_mm,split\ncmr1,p1,1.4,train\ncmr2,p2,wide,train\n,,,\ncmr3,p3\n"
        "cmr4,p4,1,4,test\n,,1.4,\ncmr5,p5,1.4,fold 3\n"
    )
    (note,) = table.notes
    assert note.startswith(
        "a.csv: 5 row(s) cannot be used, or not in full; the first is line 3 (the pixel size 'wide'"
    )
    assert image(table, "cmr1.png") == ImageFacts("p1", Split.TRAIN, 1.4)
    assert image(table, "cmr2.png") == ImageFacts("p2", Split.TRAIN)
    assert image(table, "cmr4.png") == ImageFacts()
    assert image(table, "cmr5.png") == ImageFacts("p5", None, 1.4)


def test_a_table_about_other_things_is_left_alone():
    table = tables(
        a_dot_csv="epoch;loss\n1;0,3\n", b_dot_csv="", c_dot_txt="Dear all,\nthe images, patients and I\n"
    )
    assert (table.notes, dict(table.images), dict(table.patients)) == ((), {}, {})


def test_two_rows_that_contradict_each_other_are_told_and_neither_counts():
    table = tables(a_dot_csv="image,patient,spacing_mm\ncmr1,p1,1.4\ncmr1,p2,1.4\n")
    assert image(table, "cmr1.png") == ImageFacts("", None, 1.4)
    assert table.notes == ("a.csv says of cmr1 that its patient is p1 and p2; neither is used",)


def test_names_with_control_characters_are_told_without_them():
    table = tables(a_dot_csv=b"image,patient\ncm\x00r1,p1\ncm\x00r1,p\x7f2\n")
    assert table.notes == ("a.csv says of cm\ufffdr1 that its patient is p1 and p\ufffd2; neither is used",)


def test_a_patient_in_two_splits_is_told_and_in_none():
    table = tables(a_dot_csv="image,patient,split\ncmr1,p1,train\ncmr2,P1,test\ncmr3,p2,test\n")
    assert [image(table, f"cmr{number}.png").split for number in (1, 2, 3)] == [None, None, Split.TEST]
    assert "put 1 patient(s) into several splits, the first is p1" in table.notes[0]


def test_acdcs_info_speaks_of_its_folder():
    info = "ED: 1\nES: 12\nGroup: DCM\nHeight: 184.0\nNbFrame: 30\nWeight: 95.0\n"
    table = tables(patient001__Info_dot_cfg=info)
    assert patient(table, "patient001") == PatientFacts(
        group="DCM", ed_phase=0, es_phase=11, height_m=1.84, weight_kg=95.0
    )


def test_the_table_of_mms_counts_phases_from_0():
    table = tables(
        a_dot_csv=",External code,VendorName,Vendor,Centre,ED,ES,Age,Pathology,Sex,Height,Weight\n"
        "0,A0S9V9,Siemens,A,1,0,9,45,HCM,F,170.0,70\n"
    )
    assert patient(table, "A0S9V9") == PatientFacts(None, "HCM", 0, 9, "F", 45.0, 1.7, 70.0, "Siemens")


def test_the_table_of_mms_2_and_numbers_that_excel_took_the_zeros_from():
    table = tables(a_dot_csv="SUBJECT_CODE,DISEASE,VENDOR,SCANNER,FIELD\n1,NOR,SIEMENS,Symphony,1.5\n")
    assert patient(table, "001") == PatientFacts(group="NOR", vendor="SIEMENS", field_strength_t=1.5)


def test_frames_count_from_1_and_bare_ed_and_es_are_asked_about():
    table = tables(a_dot_csv="patient,ed_frame,es_frame\np1,01,12\np2,0,12\n")
    assert (patient(table, "p1").ed_phase, patient(table, "p1").es_phase) == (0, 11)
    assert "the phase '0' is no whole number from 1" in table.notes[0]
    table = tables(a_dot_csv="patient,ED,ES,group\np1,1,12,DCM\n")
    assert patient(table, "p1") == PatientFacts(group="DCM")
    assert "do not say whether they count from 0 or 1" in table.notes[0]


def test_bids_participants_are_known_with_and_without_sub():
    table = tables(participants_dot_tsv="participant_id\tage\tsex\nsub-01\t054Y\tmale\n")
    assert patient(table, "01") == patient(table, "sub-01") == PatientFacts(sex="M", age_years=54.0)


@pytest.mark.parametrize(
    "content",
    [
        b"image,patient\n" + b"x" * 200_000 + b",p1\n",  # longer than csv takes
        b"image,patient\n" + b"x" * 2_000_000 + b",p1\n",
        b"image,patient\n" + b"cmr1,p1\n" * 300_000,
        b"image,patient\n" + b"cmr1,p1\n" * 3_000_000,
        b'image,patient\ncmr1,"p1\n' + b"x\n" * 100_000,
    ],
    ids=["long cell", "long line", "many rows", "too large", "quote left open"],
)
def test_a_table_that_is_no_table_is_told_in_one_sentence(content):
    (note,) = tables(a_dot_csv=content).notes
    assert note.startswith("a.csv cannot be read in full (")
    assert "\n" not in note


@pytest.mark.parametrize(
    "content", [b"\x00" * 50, b"image,pa\x00tient\ncm\x00r1,p1\n", b"\xff\xfe\x00", bytes(range(256)) * 9]
)
def test_bytes_that_are_no_text_harm_nobody(content):
    assert all("\n" not in note for note in tables(a_dot_csv=content, dataset_dot_json=content).notes)


def test_what_lies_beside_images_is_known_by_its_name():
    assert is_sidecar(source("slices.CSV", ""))
    assert is_sidecar(Source(PurePosixPath("a.xlsx"), bytes, companion=True))
    assert not is_sidecar(source("cmr1.png", ""))


@pytest.mark.parametrize("size", ["nan", "inf", "-inf", "-3", "0", "1e9", "1e999", "0.01", "20.1", "1.4x1.4"])
def test_a_pixel_size_that_no_heart_has_is_told_and_not_used(size):
    table = tables(slices_dot_csv=f"image,patient,spacing_mm\ncmr1,anna,{size}\n")
    assert image(table, "cmr1.png") == ImageFacts(patient="anna")
    assert any(f"the pixel size '{size}' is no number of millimetres" in note for note in table.notes)
