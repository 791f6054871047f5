"""dataset.json names structures by number in two ways, and divides what it lists."""

import json
from pathlib import PurePosixPath

import pytest

from core.imaging.files.sources import Source
from core.imaging.layouts.dataset_json import structure
from core.imaging.layouts.tables import Table, read_tables
from core.labels import Label
from core.records.slices import Split

GIVEN = PurePosixPath("given")
OURS = {0: Label.BACKGROUND, 1: Label.LEFT_VENTRICLE, 2: Label.RIGHT_VENTRICLE, 3: Label.MYOCARDIUM}


def declared(content: object, name: str = "dataset.json") -> Table:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_tables([Source(GIVEN / name, lambda: data)])


@pytest.mark.parametrize(
    "labels",
    [
        {"background": 0, "LV": 1, "RV": 2, "MYO": 3},
        {"0": "background", "1": "LV", "2": "RV", "3": "MYO"},
        {"background": "0", "lv blood pool": "1", "Right_Ventricle": "2", "LV-Myocardium": "3"},
        {"background": [0], "LVC": [1], "RVC": [2], "LVM": [3], "heart": [1, 2, 3]},
        {"LV": 1, "RV": 2, "myocardium": 3},
        ["background", "LV", "RV", "MYO"],
    ],
)
def test_structures_are_known_by_name_in_every_form(labels):
    assert declared({"labels": labels}).numbering_for(GIVEN / "labelsTr" / "a.nii.gz") == OURS


def test_structures_of_no_use_here_have_no_label_and_undeclared_numbers_are_missing():
    numbering = declared({"labels": {"background": 0, "LV": 1, "RVM": 2, "scar": 4}}).numbering_for(
        GIVEN / "a.png"
    )
    assert numbering == {0: Label.BACKGROUND, 1: Label.LEFT_VENTRICLE, 2: None, 4: None}


def test_numbers_that_only_regions_name_have_no_label():
    table = declared({"labels": {"background": 0, "heart": [1, 2, 3], "LV": [3]}})
    assert table.numbering_for(GIVEN / "a.png") == {
        0: Label.BACKGROUND, 1: None, 2: None, 3: Label.LEFT_VENTRICLE
    }  # fmt: skip


def test_a_number_with_two_names_has_no_label():
    table = declared({"labels": {"LV": 1, "RV": [1], "myocardium": 2}})
    assert table.numbering_for(GIVEN / "a.png") == {0: Label.BACKGROUND, 1: None, 2: Label.MYOCARDIUM}


def test_a_structure_with_two_numbers_is_told_and_has_neither():
    table = declared({"labels": {"LV": 1, "LV cavity": 2, "RV": 3}})
    assert table.numbering_for(GIVEN / "a.png") == {
        0: Label.BACKGROUND, 1: None, 2: None, 3: Label.RIGHT_VENTRICLE
    }  # fmt: skip
    assert "gives left ventricle several numbers" in table.notes[0]


@pytest.mark.parametrize(
    "name", ["left atrium", "aorta", "LA", "scar", "edema", "RV myocardium", "papillary muscle", ""]
)
def test_other_structures_are_none_of_ours(name):
    assert structure(name) is None


def test_it_speaks_for_its_folder_and_below_and_the_nearest_counts():
    files = {"dataset.json": {"LV": 1}, "b/dataset.json": {"RV": 1}}
    table = read_tables(
        Source(GIVEN / name, lambda labels=labels: json.dumps({"labels": labels}).encode())
        for name, labels in files.items()
    )
    assert table.numbering_for(GIVEN / "labelsTr" / "a.png")[1] == Label.LEFT_VENTRICLE
    assert table.numbering_for(GIVEN / "b" / "labelsTr" / "a.png")[1] == Label.RIGHT_VENTRICLE
    assert table.numbering_for(PurePosixPath("elsewhere/a.png")) is None


def test_lists_say_splits():
    content = {
        "training": [{"image": "./imagesTr/a.nii.gz", "label": "./labelsTr/b.nii.gz"}],
        "validation": [{"image": "imagesTr/c.nii.gz", "label": "labelsTr/c.nii.gz"}],
        "test": ["./imagesTs/d.nii.gz"],
    }
    table = declared(content)
    splits = [
        table.image(GIVEN / name).split
        for name in ("imagesTr/a.nii.gz", "imagesTr/c.nii.gz", "imagesTs/d.nii.gz")
    ]
    assert splits == [Split.TRAIN, Split.VALIDATION, Split.TEST]


def test_training_alone_is_no_split():
    table = declared({"training": [{"image": "a.nii.gz", "label": "b.nii.gz"}]})
    assert table.image(GIVEN / "a.nii.gz").split is None


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"labels": {"a": "b"}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b'{"labels": {"a": ' + b"9" * 5000 + b"}}",
        b" " * (3 << 20),
    ],
    ids=["cut", "no numbers", "nested", "no text", "endless number", "too large"],
)
def test_one_that_cannot_be_read_is_told_in_one_sentence(content):
    table = declared(content)
    (note,) = table.notes
    assert note.startswith("dataset.json cannot be read (")
    assert table.numbering_for(GIVEN / "a.png") == {0: Label.BACKGROUND}  # no mask below it is taken
    assert "\n" not in note


@pytest.mark.parametrize(
    "content",
    [
        [],
        3,
        {"labels": []},
        {"labels": {}},
        {"training": {"image": 3}},
        {"training": [{"image": 3}, 7, None]},
    ],
)
def test_json_of_another_kind_is_left_alone(content):
    table = declared(content)
    assert table.notes == ()
    assert table.numbering_for(GIVEN / "a.png") is None
