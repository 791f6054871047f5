"""Whose heart a file shows: no heart under two names, and no name for two hearts."""

import pytest

from core.records.results import Topic
from tests.imaging.small import HEART, write_png
from tests.odd_files.builders import (
    all_found,
    cine,
    drawn_right,
    patients_of,
    plane,
    reference,
    series_of,
    volume,
    write_nifti,
)


def test_label_ed_in_a_patients_folder_is_the_mask_of_image_ed(lab):
    for heart, patient in enumerate(("patient001", "patient002")):
        write_nifti(lab / patient / "image_ED.nii.gz", volume(heart))
        write_nifti(lab / patient / "label_ED.nii.gz", reference())
    found = series_of(lab)
    assert patients_of(found) == ["patient001", "patient002"]
    for series in found:
        assert drawn_right(series) == {0}
        assert series.phase_names == ((0, "ED"),)


def test_a_patients_folder_without_a_number_names_the_patient_of_its_image_and_label(lab):
    for heart, patient in enumerate(("anna", "bert")):
        for phase, name in enumerate(("ED", "ES")):
            write_nifti(lab / patient / f"image_{name}.nii.gz", volume(heart, phase))
            write_nifti(lab / patient / f"label_{name}.nii.gz", reference())
    found = series_of(lab)
    assert patients_of(found) == ["anna", "bert"]
    for series in found:
        assert drawn_right(series) == {0, 1}


def test_the_same_file_names_in_folders_of_two_patients_are_two_patients(lab):
    for heart, patient in enumerate(("1000211", "1000212")):
        for phase, name in enumerate(("ED", "ES")):
            write_nifti(lab / patient / f"sa_{name}.nii.gz", volume(heart, phase))
    found = series_of(lab)
    assert patients_of(found) == ["1000211", "1000212"]
    for series in found:
        assert series.phase_names == ((0, "ED"), (1, "ES"))
        assert series.folder == series.patient


def test_ed_and_es_of_a_patient_in_two_files_are_one_series_of_one_patient(lab):
    for heart in range(6):
        for phase, name in enumerate(("ED", "ES")):
            stem = f"{heart:03}_SA_{name}"
            write_nifti(lab / f"{heart:03}" / f"{stem}.nii.gz", volume(heart, phase))
            write_nifti(lab / f"{heart:03}" / f"{stem}_gt.nii.gz", reference())
    found = series_of(lab)
    assert patients_of(found) == [f"{heart:03}" for heart in range(6)]
    for series in found:
        assert drawn_right(series) == {0, 1}
        assert series.phase_names == ((0, "ED"), (1, "ES"))


def test_long_axis_files_of_a_patient_are_the_patients_and_no_slices_of_the_short_axis(lab):
    for view, n_positions in (("SA", 3), ("LA", 1)):
        for phase, name in enumerate(("ED", "ES")):
            stem = lab / "017" / f"017_{view}_{name}"
            write_nifti(stem.with_name(f"{stem.name}.nii.gz"), volume(1 + n_positions, phase, n_positions))
            write_nifti(stem.with_name(f"{stem.name}_gt.nii.gz"), reference(n_positions))
    found = series_of(lab)
    assert patients_of(found) == ["017", "017"]
    assert sorted(len({item.position for item in series.slices}) for series in found) == [1, 3]
    for series in found:
        assert drawn_right(series) == {0, 1}


def test_a_biobank_folder_with_cine_ed_es_and_label_sa_files_is_one_series_drawn_at_both(lab):
    folder, beat = lab / "1000211", cine(7, n_phases=6)
    write_nifti(folder / "sa.nii.gz", beat)
    for name, phase in (("ED", 0), ("ES", 4)):
        write_nifti(folder / f"sa_{name}.nii.gz", beat[..., phase])
        write_nifti(folder / f"label_sa_{name}.nii.gz", reference())
    (series,) = series_of(lab)
    assert series.patient == "1000211"
    assert len(series.slices) == 3 * 6
    assert drawn_right(series) == {0, 4}
    assert series.phase_names == ((0, "ED"), (4, "ES"))


def test_a_4d_beside_its_frames_is_one_series_with_the_frames_as_named_phases(lab):
    folder, beat = lab / "patient005", cine(5, n_phases=6)
    write_nifti(folder / "patient005_4d.nii.gz", beat)
    for number in (1, 4):
        write_nifti(folder / f"patient005_frame{number:02}.nii.gz", beat[..., number - 1])
        write_nifti(folder / f"patient005_frame{number:02}_gt.nii.gz", reference())
    (folder / "Info.cfg").write_text("ED: 1\nES: 4\nGroup: DCM\n")
    (series,) = series_of(lab)
    assert (series.patient, series.group) == ("patient005", "DCM")
    assert drawn_right(series) == {0, 3}
    assert series.phase_names == ((0, "ED"), (3, "ES"))


def test_two_sessions_of_a_bids_subject_are_one_patient_and_two_series(lab):
    for heart, subject in enumerate(("sub-01", "sub-10")):
        for session in ("ses-1", "ses-2"):
            stem = f"{subject}_{session}_cine"
            beat = cine(10 * heart + int(session[-1]), n_phases=2)
            write_nifti(lab / subject / session / "anat" / f"{stem}.nii.gz", beat)
    found = series_of(lab)
    assert patients_of(found) == ["sub-01", "sub-01", "sub-10", "sub-10"]
    assert len({(series.patient, series.name) for series in found}) == 4


def test_slices_of_a_patient_as_single_pictures_are_one_patients(lab):
    for patient in ("patient001", "patient002"):
        for frame in ("frame01", "frame12"):
            for position in range(3):
                stem = lab / f"{patient}_{frame}_slice_{position}"
                heart, phase = int(patient[-1]), int(frame[-2:])
                write_png(stem.with_suffix(".png"), (plane(heart, position, phase) // 4).astype("uint8"))
                write_png(stem.with_name(f"{stem.name}_gt.png"), HEART)
    found = series_of(lab)
    assert set(patients_of(found)) == {"patient001", "patient002"}
    assert len(found) == 12
    assert all(item.mask is not None for series in found for item in series.slices)


def test_the_same_picture_under_two_patients_is_told_at_the_import_with_both_names(lab, septum):
    for patient in ("patient001", "patient002"):
        write_nifti(lab / patient / "image_ED.nii.gz", volume(1))
    code, text = septum("import", lab)
    assert code == 0, text
    assert "patient001" in text
    assert "patient002" in text
    assert "one heart under two names" in text


def test_names_that_repeat_at_two_sites_are_asked_about_and_a_pattern_answers(lab, septum):
    for site, heart in (("lisbon", 0), ("turin", 10)):
        for number in range(3):
            write_nifti(lab / site / f"{number:03}.nii.gz", volume(heart + number))
    found, problems = all_found(lab)
    assert not found
    assert {problem.asks for problem in problems} == {Topic.PATIENT}
    code, text = septum("import", lab, "--patient-pattern", "{patient}/*")
    assert code == 0, text
    assert "3 slices of lisbon" in text
    assert "3 slices of turin" in text


def test_where_names_say_nothing_and_repeat_the_folder_names_the_patient(lab):
    for heart, patient in enumerate(("anna", "bert", "carla")):
        for number, name in enumerate(("rest", "stress")):
            write_nifti(lab / patient / f"{name}.nii.gz", volume(10 * heart + number))
    found = series_of(lab)
    assert patients_of(found) == ["anna", "anna", "bert", "bert", "carla", "carla"]
    assert all(series.folder == series.patient for series in found)


@pytest.mark.parametrize("name", ["rest", "perfusion"])
def test_a_patients_folder_each_day_with_the_same_names_never_makes_one_patient(lab, septum, name):
    for heart, patient in enumerate(("anna", "bert")):
        write_nifti(lab / patient / f"{name}.nii.gz", volume(heart))
    whose = [_patient_told(septum("import", lab / patient)[1]) for patient in ("anna", "bert")]
    assert None in whose or whose[0] != whose[1], whose


def test_another_heart_in_the_folder_of_the_day_before_is_not_the_same_patient_unasked(lab, septum):
    whose = []
    for heart in range(2):
        write_nifti(lab / "incoming" / "sa_ED.nii.gz", volume(heart))
        whose.append(_patient_told(septum("import", lab / "incoming")[1]))
    assert None in whose or whose[0] != whose[1], whose


def test_series_that_a_converter_named_by_protocol_time_and_number_are_not_two_patients_unasked(lab):
    for number in (5, 6):
        write_nifti(lab / f"anna_cine_SAX_20240131101500_{number}.nii.gz", volume(number))
    found, problems = all_found(lab)
    assert problems or len(set(patients_of(found))) == 1, patients_of(found)


@pytest.mark.parametrize("alone", ["sa_ED.nii.gz", "cine.nii.gz", "image.nii.gz"])
def test_a_name_that_anybodys_file_may_have_never_makes_one_patient_of_two_imports(lab, septum, alone):
    hearts = [write_nifti(lab / folder / alone, volume(at)) for at, folder in enumerate(("anna", "bert"))]
    told = [septum("import", heart)[1] for heart in hearts]
    whose = [_patient_told(text) for text in told]
    assert None in whose or whose[0] != whose[1], told


def _patient_told(text: str) -> str | None:
    """Whose slices an import says it took; None where it asked."""
    line = next((line for line in text.splitlines() if " slices of " in line), None)
    return None if line is None else line.split(" slices of ")[1].split(",")[0]


def test_the_layout_of_a_folder_counts_whatever_folder_was_given(lab):
    folder = lab / "study" / "1000211"
    for phase, name in enumerate(("ED", "ES")):
        write_nifti(folder / f"sa_{name}.nii.gz", volume(3, phase))
    for given in ([folder], [lab / "study"], [lab]):
        assert patients_of(series_of(*given)) == ["1000211"]
