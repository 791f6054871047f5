"""Hearts of a folder are measured exactly from their masks, whichever format they came in."""

import csv
import shutil

import nibabel as nib
import numpy as np
import pytest

from core.errors import BadInput, NotFound
from core.imaging.problems import Answers
from core.labels import LabelOrder
from core.workflow.hearts.folder import measure_folder
from core.workflow.hearts.patient import MeasuredPatient
from core.workflow.hearts.table import COLUMNS, table_row, write_table
from tests.workflow.hearts.phantom_files import (
    ED,
    ES,
    FORMATS,
    planes,
    save_nifti,
    true_figures,
    write_cine,
    write_dicom,
    write_pair,
)

pytestmark = pytest.mark.usefixtures("home")


def row_of(one: MeasuredPatient) -> dict[str, object]:
    """The row of a patient."""
    return table_row(one.patient, one.function, one.ed_number, one.es_number, one.notes)


@pytest.mark.parametrize("kind", FORMATS)
def test_true_masks_give_exact_figures_in_whichever_format(tmp_path, kind):
    FORMATS[kind](tmp_path / "in")
    (found,) = measure_folder(tmp_path / "in")
    row = row_of(found)
    assert row["patient"] == "p1"
    assert {key: row[key] for key in true_figures()} == pytest.approx(true_figures(), abs=0.1)
    assert row["ed_phase"] == 1
    assert row["es_phase"] == (2 if kind == "ED and ES by name" else ES + 1)


def test_several_patients_are_rows_in_the_order_in_which_people_count(tmp_path):
    for seed, name in enumerate(("p10", "p2", "p1")):
        write_pair(tmp_path / "in", name, seed)
    rows = [row_of(one) for one in measure_folder(tmp_path / "in")]
    assert [row["patient"] for row in rows] == ["p1", "p2", "p10"]
    assert rows[0]["lv_ef_percent"] == pytest.approx(true_figures(2)["lv_ef_percent"], abs=0.1)
    written = write_table(rows, tmp_path / "new folder" / "measures.csv")
    with written.open() as opened:
        read = list(csv.DictReader(opened))
    assert tuple(read[0]) == COLUMNS
    assert (
        *("patient", "lv_edv_ml", "lv_esv_ml", "lv_sv_ml", "lv_ef_percent", "lv_mass_g"),
        *("rv_edv_ml", "rv_esv_ml", "rv_sv_ml", "rv_ef_percent", "ed_phase", "es_phase", "notes"),
    ) == COLUMNS
    assert float(read[1]["rv_edv_ml"]) == pytest.approx(true_figures(1)["rv_edv_ml"], abs=0.1)


def test_a_patient_who_cannot_be_measured_keeps_a_row_with_the_reason(tmp_path):
    write_pair(tmp_path / "in", "p1", masks=True)
    (tmp_path / "in" / "p2").mkdir()
    (tmp_path / "in" / "p2" / "p2_frame01.nii.gz").write_bytes(b"no image")
    save_nifti(tmp_path / "in" / "p3" / "p3_frame01_gt.nii.gz", planes(0, masks=True)[ED])
    save_nifti(tmp_path / "in" / "p4" / "p4_frame01_gt.nii.gz", planes(0, masks=True)[ED][:2])
    good, broken, single, thin = (row_of(one) for one in measure_folder(tmp_path / "in"))
    assert good["lv_ef_percent"] is not None
    assert [broken["patient"], single["patient"], thin["patient"]] == ["p2", "p3", "p4"]
    for row, words in (
        (broken, "p2_frame01.nii.gz"),
        (single, "nobody says that the only phase is ED"),
        (thin, "at least 3 slices, and there is 2"),
    ):
        assert row["lv_edv_ml"] is None
        assert words in str(row["notes"])


def test_a_phase_that_is_called_ed_alone_has_its_volume_and_says_what_is_missing(tmp_path):
    save_nifti(tmp_path / "in" / "p1_ED_gt.nii.gz", planes(0, masks=True)[ED])
    (row,) = (row_of(one) for one in measure_folder(tmp_path / "in"))
    assert row["lv_edv_ml"] == pytest.approx(true_figures()["lv_edv_ml"], abs=0.1)
    assert row["lv_ef_percent"] is None
    assert "nobody says that the only phase is ES" in str(row["notes"])


def test_ed_and_es_of_different_grids_are_measured_each_on_its_own(tmp_path):
    save_nifti(tmp_path / "in" / "p1_ED_gt.nii.gz", planes(0, masks=True)[ED])
    save_nifti(tmp_path / "in" / "p1_ES_gt.nii.gz", planes(0, masks=True)[ES][:, :, 2:-2])
    image = nib.load(tmp_path / "in" / "p1_ES_gt.nii.gz")
    moved = image.affine.copy()
    moved[0, 3] = 77.0
    nib.save(nib.Nifti1Image(np.asarray(image.dataobj), moved), tmp_path / "in" / "p1_ES_gt.nii.gz")
    (row,) = (row_of(one) for one in measure_folder(tmp_path / "in"))
    assert row["lv_ef_percent"] == pytest.approx(true_figures()["lv_ef_percent"], abs=0.1)
    assert "grid of its own" in str(row["notes"])


def test_masks_in_another_order_of_labels_are_asked_about_and_read_as_told(tmp_path):
    swapped = np.array([0, 3, 2, 1], np.uint8)[planes(0, masks=True)]
    save_nifti(tmp_path / "in" / "p1_sa_mask.nii.gz", swapped)
    (asked,) = measure_folder(tmp_path / "in")
    assert asked.function is None
    assert "the other way round" in " ".join(asked.notes)
    (found,) = measure_folder(tmp_path / "in", answers=Answers(label_order=LabelOrder.UK_BIOBANK))
    assert row_of(found)["lv_ef_percent"] == pytest.approx(true_figures()["lv_ef_percent"], abs=0.1)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("kind", ["pair", "cine", "DICOM"])
def test_images_are_predicted_first_and_the_row_says_by_what(tmp_path, kind):
    folder = tmp_path / "in"
    if kind == "DICOM":
        write_dicom(folder, masks=False)
    else:
        (write_pair if kind == "pair" else write_cine)(folder, masks=False)
    (found,) = measure_folder(folder)
    assert "masks predicted by unet-cine" in found.notes
    assert found.function is not None


@pytest.mark.usefixtures("model")
def test_masks_beside_images_are_measured_unless_a_person_asks_for_predictions(tmp_path):
    write_pair(tmp_path / "in")
    (as_drawn,) = measure_folder(tmp_path / "in")
    assert "masks that lie beside the images" in as_drawn.notes
    (predicted,) = measure_folder(tmp_path / "in", predict_all=True)
    assert "masks predicted by unet-cine" in predicted.notes


def test_nothing_to_measure_is_told(tmp_path):
    with pytest.raises(NotFound, match="not there"):
        measure_folder(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no image and no mask"):
        measure_folder(tmp_path / "empty")


@pytest.mark.real
def test_real_hearts_are_measured_as_numpy_does_and_plausibly_from_images(real_data, tmp_path, monkeypatch):
    monkeypatch.delenv("SEPTUM_CHECKPOINTS")
    from core.settings import settings

    settings.cache_clear()
    with (real_data / "acdc-volumes" / "patients.csv").open() as opened:
        published = {row["patient"]: row for row in csv.DictReader(opened)}
    for name in ("patient001", "patient061"):
        shutil.copytree(real_data / "acdc-volumes" / name, tmp_path / "in" / name)
    drawn = [row_of(one) for one in measure_folder(tmp_path / "in")]
    (predicted,) = measure_folder(tmp_path / "in" / "patient001", predict_all=True)
    for true in drawn:
        row = published[true["patient"]]
        for key, column in (
            ("lv_edv_ml", "lv_edv_ml"),
            ("lv_esv_ml", "lv_esv_ml"),
            ("lv_ef_percent", "lv_ef_pct"),
            ("rv_ef_percent", "rv_ef_pct"),
            ("lv_mass_g", "myo_mass_ed_g"),
        ):
            assert true[key] == pytest.approx(float(row[column]), abs=0.1)
        assert (true["ed_phase"], true["es_phase"]) == (int(row["ed_frame"]), int(row["es_frame"]))
    assert row_of(predicted)["lv_ef_percent"] == pytest.approx(drawn[0]["lv_ef_percent"], abs=5)
    assert row_of(predicted)["lv_edv_ml"] == pytest.approx(drawn[0]["lv_edv_ml"], rel=0.1)
