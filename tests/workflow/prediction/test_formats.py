"""Whatever format a heart comes in, its masks go back onto the grid that it came from."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.network.predict import Predictor
from core.workflow.prediction.predict_files import predict_files
from tests.imaging.dicom.drawn import NORMAL, dicom, picture
from tests.imaging.dicom.drawn import write as write_dicom
from tests.workflow.small import PIXELS

pytestmark = pytest.mark.usefixtures("model")


def predict(source: Path, output: Path, **options: object) -> list[str]:
    """Names of the files written; every result has to be a prediction."""
    results = list(predict_files(source, output, **options))
    assert {result.outcome for result in results} == {"predicted"}, results
    return sorted(file.name for file in output.iterdir())


@pytest.mark.parametrize("name", ["heart.nii", "heart.nii.gz"])
@pytest.mark.parametrize("shape", [(20, 24), (20, 24, 3), (20, 24, 3, 2)], ids=["2-D", "3-D", "4-D"])
def test_a_nifti_gives_a_nifti_of_the_same_shape_affine_and_header_geometry(tmp_path, shape, name):
    random = np.random.default_rng(0)
    affine = np.array([[0, -1.25, 0, 10], [1.5, 0, 0, -20], [0, 0, 8, 5], [0, 0, 0, 1.0]])
    source = nib.Nifti1Image(random.integers(0, 900, shape).astype(np.int16), affine)
    source.set_qform(affine, code=1)
    source.set_sform(affine, code=2)
    source.header.set_xyzt_units("mm", "msec")
    nib.save(source, tmp_path / name)
    assert predict(tmp_path / name, tmp_path / "out") == ["heart_mask.nii.gz"]
    source, written = nib.load(tmp_path / name), nib.load(tmp_path / "out" / "heart_mask.nii.gz")
    assert written.shape == shape
    assert np.array_equal(written.affine, source.affine)
    for field in ("pixdim", "qform_code", "sform_code", "srow_x", "quatern_b", "qoffset_x", "xyzt_units"):
        assert np.array_equal(written.header[field], source.header[field]), field
    assert set(np.unique(np.asarray(written.dataobj))) <= {0, 1, 2, 3}


def test_each_dicom_series_gives_one_nifti_where_the_patient_lay(tmp_path, model):
    for number in range(6):
        position, phase = divmod(number, 2)
        image = dicom(picture(number, (24, 20)), position=position, phase=phase, number=number)
        write_dicom(tmp_path / "in" / "cine", f"IM{5 - number}", image)
    other = dicom(picture(9, (30, 20)), number=20)
    other.SeriesInstanceUID, other.SeriesDescription = "1.2.9", "scout"
    write_dicom(tmp_path / "in", "IM20", other)
    names = predict(tmp_path / "in", tmp_path / "out")
    assert len(names) == 2
    volumes = {nib.load(tmp_path / "out" / name).shape: nib.load(tmp_path / "out" / name) for name in names}
    assert sorted(volumes) == [(20, 24, 3, 2), (20, 30, 1)]
    cine = volumes[20, 24, 3, 2]
    predictor = Predictor(model, "cpu", remove_islands=True)
    expected = predictor.predict([picture(3, (24, 20))], [(1.25, 1.5)])[0].mask
    assert np.array_equal(np.asarray(cine.dataobj)[:, :, 1, 1].T, expected)
    # Column 2, row 3 of the second position, in patient coordinates; NIfTI counts to the right and front.
    lps = np.array([5.0, 6.0, 7.0]) + 8 * NORMAL + 2 * 1.5 * np.array([1, 0, 0])
    lps += 3 * 1.25 * np.array([0, 0.8, -0.6])
    assert cine.affine @ [2, 3, 1, 1] == pytest.approx([-lps[0], -lps[1], lps[2], 1], abs=1e-4)


PICTURES = [
    *((suffix, mode) for suffix in ("png", "tif") for mode in ("L", "RGB", "RGBA", "I;16")),
    ("jpg", "L"),
    ("jpg", "RGB"),
]


@pytest.mark.parametrize(("suffix", "mode"), PICTURES)
def test_a_picture_of_any_depth_gives_an_8_bit_png_of_its_size(tmp_path, suffix, mode):
    deep = PIXELS.astype(np.uint16) * 200
    image = Image.fromarray(deep) if mode == "I;16" else Image.fromarray(PIXELS).convert(mode)
    image.save(tmp_path / f"one.{suffix}")
    assert predict(tmp_path / f"one.{suffix}", tmp_path / "out") == ["one_mask.png"]
    mask = Image.open(tmp_path / "out" / "one_mask.png")
    assert (mask.mode, mask.size) == ("L", (20, 24))
    assert set(np.unique(np.asarray(mask))) <= {0, 1, 2, 3}


@pytest.mark.parametrize("shape", [(24, 20), (3, 24, 20)], ids=["one slice", "stack"])
def test_numpy_arrays_give_masks_of_their_shape(tmp_path, shape):
    np.save(tmp_path / "one.npy", np.random.default_rng(0).integers(0, 99, shape).astype(np.int16))
    (name,) = predict(tmp_path / "one.npy", tmp_path / "out")
    if name.endswith(".png"):
        assert np.asarray(Image.open(tmp_path / "out" / name)).shape == shape
    else:
        assert nib.load(tmp_path / "out" / name).shape == (20, 24, 3)
