"""Both files of a pair come onto one grid, whatever their formats."""

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.workflow.folder_evaluation.evaluate import evaluate_folders

MASK = np.zeros((24, 20), np.uint8)
MASK[4:12, 4:10] = 2
MASK[6:10, 6:8] = 3


@pytest.mark.parametrize("reference", ["a.png", "a.nii.gz"])
@pytest.mark.parametrize("prediction", ["a_mask.png", "a_mask.nii.gz"])
def test_a_picture_and_a_volume_of_one_slice_are_scored_against_each_other(tmp_path, prediction, reference):
    for folder, name in (("predictions", prediction), ("references", reference)):
        path = tmp_path / folder / name
        path.parent.mkdir()
        if path.suffix == ".png":
            Image.fromarray(MASK).save(path)
        else:
            nib.save(nib.Nifti1Image(MASK.T[:, :, None].copy(), np.eye(4)), path)
    found = evaluate_folders(tmp_path / "predictions", tmp_path / "references", tmp_path / "scores.csv")
    assert not found.problems
    (file,) = found.files
    assert [score.scores["dice"] for score in file.whole if score.counts.tp] == [1.0, 1.0, 1.0]
