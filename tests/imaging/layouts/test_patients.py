"""Whose heart a file shows: by its layout, its name, its folder, or a person's word; else it is asked."""

from pathlib import PurePosixPath

import pytest

from core.errors import BadInput
from core.imaging.files.sources import Source
from core.imaging.layouts.facts import ImageFacts
from core.imaging.layouts.patients import identify
from core.imaging.layouts.tables import Table, read_tables

NO_TABLE = Table()


def whose(*names: str, pattern: str = "", table: Table = NO_TABLE) -> list[str]:
    """The patient of each file below a folder that was given; "?" where it has to be asked."""
    sources = [Source(PurePosixPath("given", name), bytes) for name in names]
    pictures = [name.endswith((".png", ".tif", ".jpg")) for name in names]
    found = identify(sources, pictures, table, pattern)
    return ["?" if one.unclear else one.patient for one in found]


@pytest.mark.parametrize(
    ("name", "patient", "view", "phase"),
    [
        ("patient001/patient001_frame01.nii.gz", "patient001", "", "frame01"),
        ("patient001/patient001_4d.nii.gz", "patient001", "4d", ""),
        ("patient001_frame01_slice_0.png", "patient001", "", "frame01"),
        ("A0S9V9/A0S9V9_sa.nii.gz", "A0S9V9", "sa", ""),
        ("A0S9V9/A0S9V9_sa_ED.nii.gz", "A0S9V9", "sa", "ED"),
        ("001/001_SA_ES.nii.gz", "001", "SA", "ES"),
        ("001/001_SA_CINE.nii.gz", "001", "SA", ""),
        ("1000211/sa_ED.nii.gz", "1000211", "sa", "ED"),
        ("1000211/la_4ch.nii.gz", "1000211", "la_4ch", ""),
        ("sub-07/ses-1/anat/sub-07_ses-1_cine.nii.gz", "sub-07", "cine", ""),
        ("sub-07_cine.nii.gz", "sub-07", "cine", ""),
        ("train/image/cmr7.png", "cmr7", "", ""),
        ("train/image/cmr8.png", "cmr7", "", ""),
        ("imagesTr/case_0007_0000.nii.gz", "case_0007", "", ""),
        ("imagesTr/patient003_frame12_0000.nii.gz", "patient003", "", "frame12"),
        ("imagesTs/heart7_ED_0000.nii.gz", "heart7", "", "ED"),
        ("imagesTr/case_0007_0001.nii.gz", "case_0007", "", ""),
        ("patient001/image_ED.nii.gz", "patient001", "", "ED"),
        ("anna_slice_3.png", "anna", "", ""),
        ("anna_phase_2.png", "anna", "", "phase_2"),
        ("anna_sax_ES.nii.gz", "anna", "sax", "ES"),
    ],
)
def test_a_known_layout_or_the_tails_of_a_name_tell_patient_view_and_phase(name, patient, view, phase):
    (found,) = identify([Source(PurePosixPath("given", name), bytes)], [name.endswith(".png")], NO_TABLE, "")
    assert not found.unclear
    assert (found.patient, found.view, found.phase) == (patient, view, phase)


def test_folders_name_the_patients_where_names_repeat():
    assert whose("anna/rest.nii.gz", "bert/rest.nii.gz") == ["anna", "bert"]


def test_once_a_name_repeats_its_folder_names_all_of_its_files():
    names = ("anna/rest.nii.gz", "anna/stress.nii.gz", "bert/rest.nii.gz")
    assert whose(*names) == ["anna", "anna", "bert"]


def test_a_folder_that_only_says_what_lies_in_it_names_nobody():
    assert whose("anna/images/sa.nii.gz", "bert/images/sa.nii.gz") == ["anna", "bert"]
    assert whose("train/one.png", "test/one.png") == ["?", "?"]


def test_a_name_that_begins_with_its_folders_is_that_folders():
    assert whose("anna/anna_rest.nii.gz", "anna/anna_stress.nii.gz") == ["anna", "anna"]


def test_names_that_number_patients_at_two_sites_are_asked_about():
    names = ("siteA/001.nii.gz", "siteA/002.nii.gz", "siteB/001.nii.gz", "siteB/002.nii.gz")
    assert whose(*names) == ["?"] * 4


@pytest.mark.parametrize("names", [("anna_1.png", "anna_2.png"), ("1.png", "2.png"), ("IM1.png", "IM2.png")])
def test_pictures_whose_numbers_may_count_slices_or_patients_are_asked_about(names):
    assert whose(*names) == ["?", "?"]


def test_numbers_after_a_word_for_patients_count_patients():
    assert whose("patient_1.png", "patient_2.png", "p3.png", "p4.png") == [
        "patient_1",
        "patient_2",
        "p3",
        "p4",
    ]


def test_volumes_are_hearts_so_that_their_numbers_count_patients():
    assert whose("001.nii.gz", "002.nii.gz") == ["001", "002"]


@pytest.mark.parametrize("name", ["sa_ED.nii.gz", "cine.nii.gz", "image.png"])
def test_a_name_that_anybodys_file_may_have_is_asked_about_where_no_folder_helps(name):
    (found,) = identify([Source(PurePosixPath("upload", name), bytes)], [name.endswith("png")], NO_TABLE, "")
    assert found.unclear


def test_a_pattern_goes_before_everything():
    names = ("siteA/001.nii.gz", "siteB/001.nii.gz")
    assert whose(*names, pattern="{patient}/*") == ["siteA", "siteB"]
    assert whose("anna_1.png", "anna_2.png", pattern="{patient}_*") == ["anna", "anna"]
    assert whose("anna_1.png", "anna_2.png", pattern="{patient}") == ["anna_1", "anna_2"]
    assert whose("1.png", "2.png", pattern="=anna") == ["anna", "anna"]
    assert whose("a/b/1.png", pattern="given/{patient}/**") == ["a"]


def test_what_does_not_fit_the_pattern_is_asked_about():
    assert whose("anna_1.png", "heart.png", pattern="{patient}_*") == ["anna", "?"]


@pytest.mark.parametrize("pattern", ["*", "{patient}/{patient}", "=", "patient"])
def test_a_pattern_that_names_no_patient_is_refused(pattern):
    with pytest.raises(BadInput, match="patient"):
        whose("a.png", pattern=pattern)


def test_a_table_goes_before_layouts():
    table = read_tables(
        [Source(PurePosixPath("given/slices.csv"), lambda: b"image,patient\ncmr1,p1\ncmr10,p1\n")]
    )
    assert table.image(PurePosixPath("given/train/image/cmr1.png")) == ImageFacts(patient="p1")
    assert whose("train/image/cmr1.png", "train/image/cmr10.png", table=table) == ["p1", "p1"]


def test_names_that_a_converter_made_are_the_folders_or_asked_about():
    name = "anna_cine_SAX_20240131101500_5.nii.gz"
    assert whose(f"anna/{name}", f"anna/{name.replace('_5.', '_6.')}") == ["anna", "anna"]
    assert whose(name) == ["?"]


def test_a_word_without_a_number_in_two_folders_is_not_one_heart():
    assert whose("anna/muscle_ED.nii.gz", "bert/muscle_ES.nii.gz") == ["?", "?"]
    assert whose("ED_set/p7_ED.nii.gz", "ES_set/p7_ES.nii.gz") == ["p7", "p7"]
