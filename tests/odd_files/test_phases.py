"""Cines drawn at a few phases: references at those alone, and each mask goes back where it came from."""

import nibabel as nib
import numpy as np
import pytest

from tests.odd_files.builders import (
    all_found,
    cine,
    drawn_right,
    noted,
    reference,
    series_of,
    volume,
    write_nifti,
)


def drawn_at(n_phases, *phases):
    """A 4-D mask that holds labels at these phases alone."""
    masks = np.zeros((*reference().shape, n_phases), np.uint8)
    for phase in phases:
        masks[..., phase] = reference()
    return masks


def test_of_a_cines_mask_only_the_drawn_phases_become_references_and_it_is_said(lab, septum):
    write_nifti(lab / "A0S9V9" / "A0S9V9_sa.nii.gz", cine())
    write_nifti(lab / "A0S9V9" / "A0S9V9_sa_gt.nii.gz", drawn_at(5, 0, 3))
    (series,) = series_of(lab)
    assert series.patient == "A0S9V9"
    assert drawn_right(series) == {0, 3}
    code, text = septum("import", lab)
    assert code == 0, text
    assert "6 reference masks" in text
    assert "phase 1, 4 of 5" in text


def test_a_drawn_phase_may_have_slices_without_a_heart(lab):
    masks = drawn_at(5, 0, 3)
    masks[..., 2, 3] = 0  # apex at end-systole
    write_nifti(lab / "anna_cine.nii.gz", cine())
    write_nifti(lab / "anna_cine_gt.nii.gz", masks)
    (series,) = series_of(lab)
    at_es = {item.position: item.mask for item in series.slices if item.phase == 3}
    assert all(mask is not None for mask in at_es.values())
    assert not at_es[2].any()


def test_a_cines_mask_without_any_label_is_refused(lab):
    write_nifti(lab / "anna_cine.nii.gz", cine())
    write_nifti(lab / "anna_cine_gt.nii.gz", drawn_at(5))
    found, problems = all_found(lab)
    assert not found
    assert "no label" in problems[0].message


def test_masks_of_frames_beside_a_4d_without_the_frames_lie_at_their_phases(lab):
    folder = lab / "patient009"
    write_nifti(folder / "patient009_4d.nii.gz", cine(9))
    for number in (2, 5):
        write_nifti(folder / f"patient009_frame{number:02}_gt.nii.gz", reference())
    (series,) = series_of(lab)
    assert (series.patient, len(series.slices)) == ("patient009", 15)
    assert drawn_right(series) == {1, 4}


def test_a_mask_of_a_frame_that_the_cine_does_not_have_is_refused(lab):
    write_nifti(lab / "patient009_4d.nii.gz", cine(9))
    write_nifti(lab / "patient009_frame08_gt.nii.gz", reference())
    found, problems = all_found(lab)
    assert not any(item.mask is not None for series in found for item in series.slices)
    assert "patient009_frame08_gt.nii.gz" in problems[0].message


def test_masks_of_ed_and_es_find_their_phases_by_the_studys_table(lab):
    write_nifti(lab / "B1C2D3" / "B1C2D3_sa.nii.gz", cine(4))
    for name in ("ED", "ES"):
        write_nifti(lab / "B1C2D3" / f"B1C2D3_sa_{name}_gt.nii.gz", reference())
    (lab / "information.csv").write_text("External code;Vendor;ED;ES\nB1C2D3;B;0;2\n")
    (series,) = series_of(lab)
    assert drawn_right(series) == {0, 2}
    assert series.phase_names == ((0, "ED"), (2, "ES"))


def test_a_mask_with_other_phases_than_its_cine_is_refused(lab):
    write_nifti(lab / "anna_cine.nii.gz", cine())
    write_nifti(lab / "anna_cine_gt.nii.gz", drawn_at(4, 0, 3))
    found, problems = all_found(lab)
    assert not found
    assert "4 phase" in problems[0].message
    assert "5" in problems[0].message


def test_ed_and_es_on_different_grids_stay_apart_and_it_is_said(lab):
    write_nifti(lab / "001_SA_ED.nii.gz", volume(1, 0))
    write_nifti(lab / "001_SA_ES.nii.gz", volume(1, 1)[..., :2])
    found = series_of(lab)
    assert [series.patient for series in found] == ["001", "001"]
    assert any("no phases of one series" in noted(series) for series in found)


@pytest.mark.parametrize("names", [("ED", "ES"), ("frame01", "frame12")])
def test_each_mask_goes_back_into_the_file_that_its_phase_came_from(lab, tmp_path, septum, names):
    affine = np.diag([1.5, 1.25, 8.0, 1.0])
    affine[:3, 3] = 11, -22, 33
    for phase, name in enumerate(names):
        masks = reference() * np.uint8(phase == 1) + reference()[:, ::-1] * np.uint8(phase == 0)
        for stem, values in ((f"patient002_{name}", volume(2, phase)), (f"patient002_{name}_gt", masks)):
            nib.save(nib.Nifti1Image(values, affine), lab / f"{stem}.nii.gz")
    assert septum("import", lab)[0] == 0
    code, text = septum("export", "--output", tmp_path / "out")
    assert code == 0, text
    for name in names:
        (written,) = [nib.load(file) for file in (tmp_path / "out").iterdir() if name in file.name]
        given = nib.load(lab / f"patient002_{name}_gt.nii.gz")
        assert np.array_equal(np.asarray(written.dataobj), np.asarray(given.dataobj))
        assert np.allclose(written.affine, affine)
