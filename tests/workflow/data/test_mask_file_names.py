"""Names of mask files fit every file system and never meet."""

import os

import pytest

from core.workflow.data.mask_file_names import TakenNames, mask_stem, safe_folder, safe_name

LONGEST = 255  # bytes that a file system takes
AROUND = len(f".partial-{2**22}-_mask.nii.gz") + len("_99999")  # what is put around a stem


@pytest.mark.parametrize(
    "text", ["a" * 500, "ü" * 300, "心" * 120, "a" + "😀" * 100, "." + "a" * 400, "CON." + "a" * 400]
)
def test_a_long_name_is_cut_by_bytes_and_never_within_a_letter(text, tmp_path):
    name = safe_name(text)
    assert len(os.fsencode(name)) + AROUND <= LONGEST
    assert "\ufffd" not in name
    (tmp_path / name).write_bytes(b"")


def test_long_names_that_begin_alike_stay_apart():
    stems = {mask_stem("png", f"{'ü' * 200}{number}.png", "p", "s") for number in range(50)}
    assert len(stems) == 50


def test_short_names_stay_as_they_are():
    assert safe_name("patient001_frame01") == "patient001_frame01"
    assert safe_name("Übung é 心 1") == "Übung é 心 1"


@pytest.mark.parametrize("text", ["CON", "nul", "com1", "aux.nii", "con .a"])
def test_names_that_windows_keeps_for_itself_are_changed(text):
    assert safe_name(text).startswith("_")


@pytest.mark.parametrize(
    "text", ["a.", "a ", "a. .", "..", ".", "", " ", "\n", "\u202e", "\udce9", "a/b", "a\\b", "a:b"]
)
def test_nothing_in_a_name_leads_elsewhere_or_is_dropped(text):
    name = safe_name(text)
    assert name
    assert name == name.strip(". ")
    assert name.isprintable()
    assert not set(name) & set('/\\:"<>|?*')
    name.encode()


def test_folders_are_made_safe_part_by_part():
    assert str(safe_folder("a/../CON/" + "x" * 300)).startswith("a/__/_CON/x")
    assert all(len(part) <= LONGEST for part in safe_folder("x" * 300 + "/b").parts)


def test_a_name_is_taken_in_any_case_and_either_way_of_writing_it():
    names = TakenNames()
    names.take("Ü1", "anna")
    assert names.owner("ü1") == names.owner("U\u03081") == "anna"
    assert names.free("ü1") == "ü1_2"
