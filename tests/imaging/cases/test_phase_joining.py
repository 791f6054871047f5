"""One heart, one series: files of a patient's phases come together where they lie on one grid."""

from pathlib import Path

import numpy as np
import pytest

from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.records.slices import Series
from tests.imaging.small import HEART, write_nifti

RANDOM = np.random.default_rng(3)
BEAT = RANDOM.integers(0, 900, (20, 24, 3, 12)).astype(np.int16)  # (columns, rows, positions, phases)
MASKS = np.repeat(HEART.T[..., None], 3, axis=2)


def found(folder: Path, **options: bool) -> list[Series]:
    series = list(find_series([folder], **options))
    assert all(isinstance(item, Series) for item in series), series
    return series


def mask_places(series: Series) -> set[tuple[int, int]]:
    return {(item.position, item.phase) for item in series.slices if item.mask is not None}


def write_acdc(folder: Path, frames: tuple[int, ...] = (1, 12), *, images: bool = True) -> Path:
    """A patient of ACDC: frames counted from 1, each with its mask."""
    for frame in frames:
        name = f"patient001/patient001_frame{frame:02}"
        if images:
            write_nifti(folder / f"{name}.nii.gz", BEAT[..., frame - 1])
        write_nifti(folder / f"{name}_gt.nii.gz", MASKS)
    return folder


def test_two_frames_of_one_grid_are_one_series_with_named_phases(tmp_path):
    (series,) = found(write_acdc(tmp_path))
    assert (series.patient, series.name) == ("patient001", "frame01+frame12")
    assert series.phase_names == ((0, "frame01"), (1, "frame12"))
    assert mask_places(series) == {(position, phase) for position in range(3) for phase in range(2)}
    assert np.array_equal(next(s for s in series.slices if s.phase == 1).pixels, BEAT[:, :, 0, 11].T)
    assert series.geometry.shape == (20, 24, 3, 2)


def test_each_phase_remembers_the_file_that_it_came_in(tmp_path):
    (series,) = found(write_acdc(tmp_path))
    assert [(file.name, file.phases) for file in series.files] == [
        ("patient001_frame01.nii.gz", (0,)),
        ("patient001_frame12.nii.gz", (1,)),
    ]
    assert [file.geometry.shape for file in series.files] == [(20, 24, 3)] * 2


def test_info_cfg_names_the_frames_ed_and_es(tmp_path):
    write_acdc(tmp_path)
    (tmp_path / "patient001" / "Info.cfg").write_text(
        "ED: 1\nES: 12\nGroup: DCM\nHeight: 180.0\nWeight: 80\n"
    )
    (series,) = found(tmp_path)
    assert series.phase_names == ((0, "ED"), (1, "ES"))
    assert (series.group, series.provenance.height_m, series.provenance.weight_kg) == ("DCM", 1.8, 80.0)


@pytest.mark.parametrize(
    ("ed", "es"),
    [
        ("A0S9V9/A0S9V9_sa_ED", "A0S9V9/A0S9V9_sa_ES"),
        ("1000211/sa_ED", "1000211/sa_ES"),
        ("001/001_SA_ED", "001/001_SA_ES"),
        ("patient7/image_ED", "patient7/image_ES"),
    ],
    ids=["M&Ms", "UK Biobank", "M&Ms-2", "one folder a patient"],
)
def test_ed_comes_before_es_in_every_layout(tmp_path, ed, es):
    write_nifti(tmp_path / f"{es}.nii.gz", BEAT[..., 5])
    write_nifti(tmp_path / f"{ed}.nii.gz", BEAT[..., 0])
    (series,) = found(tmp_path)
    assert series.phase_names == ((0, "ED"), (1, "ES"))
    assert np.array_equal(series.slices[0].pixels, BEAT[:, :, 0, 0].T)


def test_frames_on_different_grids_stay_two_series_and_say_why(tmp_path):
    write_acdc(tmp_path, frames=(1,))
    write_nifti(tmp_path / "patient001" / "patient001_frame12.nii.gz", BEAT[:16, :, :, 11])
    series = found(tmp_path)
    assert [one.name for one in series] == ["frame01", "frame12"]
    assert any("no phases of one series" in note for one in series for note in one.notes)


def test_frames_that_a_cine_holds_become_names_and_masks_of_its_phases(tmp_path):
    write_acdc(tmp_path)
    write_nifti(tmp_path / "patient001" / "patient001_4d.nii.gz", BEAT, (1.5, 1.25, 8.0, 1.0))
    (series,) = found(tmp_path)
    assert len({item.phase for item in series.slices}) == 12
    assert series.phase_names == ((0, "frame01"), (11, "frame12"))
    assert mask_places(series) == {(position, phase) for position in range(3) for phase in (0, 11)}


def test_masks_of_frames_alone_go_to_the_cines_phases(tmp_path):
    write_acdc(tmp_path, images=False)
    write_nifti(tmp_path / "patient001" / "patient001_4d.nii.gz", BEAT, (1.5, 1.25, 8.0, 1.0))
    (series,) = found(tmp_path)
    assert mask_places(series) == {(position, phase) for position in range(3) for phase in (0, 11)}


def test_ed_of_uk_biobank_is_found_in_the_cine_by_its_pictures(tmp_path):
    write_nifti(tmp_path / "1000211" / "sa.nii.gz", BEAT, (1.5, 1.25, 8.0, 1.0))
    write_nifti(tmp_path / "1000211" / "sa_ES.nii.gz", BEAT[..., 4])
    write_nifti(tmp_path / "1000211" / "label_sa_ES.nii.gz", MASKS)
    (series,) = found(tmp_path)
    assert series.phase_names == ((4, "ES"),)
    assert mask_places(series) == {(position, 4) for position in range(3)}


def test_a_mask_of_ed_beside_a_cine_is_refused_where_nothing_says_which_phase_it_is(tmp_path):
    write_nifti(tmp_path / "1000211" / "sa.nii.gz", BEAT, (1.5, 1.25, 8.0, 1.0))
    write_nifti(tmp_path / "1000211" / "label_sa_ED.nii.gz", MASKS)
    (problem,) = find_series([tmp_path])
    assert isinstance(problem, FileProblem)
    assert "nothing says which" in problem.message


def test_a_frame_that_the_cine_does_not_hold_is_kept_apart_with_a_note(tmp_path):
    write_nifti(tmp_path / "patient001" / "patient001_4d.nii.gz", BEAT, (1.5, 1.25, 8.0, 1.0))
    write_nifti(tmp_path / "patient001" / "patient001_frame01.nii.gz", BEAT[..., 0] + 1)
    series = found(tmp_path)
    assert [one.name for one in series] == ["4d", "frame01"]
    assert "kept apart" in series[1].notes[-1]


def test_long_axis_files_of_the_patient_stay_apart_from_the_short_axis(tmp_path):
    for view in ("SA", "LA"):
        for phase, number in (("ED", 0), ("ES", 5)):
            write_nifti(tmp_path / "001" / f"001_{view}_{phase}.nii.gz", BEAT[..., number])
    assert sorted(one.name for one in found(tmp_path)) == ["LA", "SA"]


def test_maps_on_one_grid_are_no_phases(tmp_path):
    for name in ("t1", "t2"):
        write_nifti(tmp_path / f"anna_{name}.nii.gz", BEAT[..., int(name[1])])
    assert len(found(tmp_path)) == 2


def test_files_that_are_predicted_one_by_one_are_not_joined(tmp_path):
    series = found(write_acdc(tmp_path), with_masks=False, per_file=True)
    assert [one.slices[0].source for one in series] == [
        "patient001_frame01.nii.gz",
        "patient001_frame12.nii.gz",
    ]
