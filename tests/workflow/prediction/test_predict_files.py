"""Files in, mask files out: named after their source, on its grid, and a bad one stops nothing."""

import io
import zipfile

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from core.errors import BadCheckpoint, RunRefused, StoreUnavailable
from core.network.predict import Predictor
from core.settings import settings
from core.store.database import open_store
from core.workflow.models.registry import active_model, register
from core.workflow.prediction.predict_files import predict_files
from tests.workflow.small import HEART, PIXELS, png, save_model, write, write_volume

pytestmark = pytest.mark.usefixtures("model")


def predict(*arguments, **options) -> dict[str, str]:
    """Outcome by file."""
    return {result.file: result.outcome for result in predict_files(*arguments, **options)}


def files_in(folder) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_png_gives_a_png_of_the_same_size_with_the_models_labels(tmp_path, model):
    path = write(tmp_path / "Herz 1 ü.png", png())
    assert predict(path, tmp_path / "out") == {"Herz 1 ü.png": "predicted"}
    picture = Image.open(tmp_path / "out" / "Herz 1 ü_mask.png")
    expected = Predictor(model, "cpu", remove_islands=True).predict([PIXELS], [(1.8, 1.8)])[0].mask
    assert picture.mode == "L"
    assert np.array_equal(np.asarray(picture), expected)


def test_a_volume_gives_a_volume_with_the_same_grid_in_space(tmp_path, model):
    path = write_volume(tmp_path / "patient001_frame01.nii.gz")
    assert predict(path, tmp_path / "out", "unet-cine") == {path.name: "predicted"}
    source = nib.load(path)
    written = nib.load(tmp_path / "out" / "patient001_frame01_mask.nii.gz")
    assert written.shape == source.shape
    assert np.array_equal(written.affine, source.affine)
    assert np.array_equal(written.header["pixdim"], source.header["pixdim"])
    slices = [np.asarray(source.dataobj)[:, :, k].T for k in range(3)]
    expected = Predictor(model, "cpu", remove_islands=True).predict(slices, [(1.25, 1.5)] * 3)
    for k, prediction in enumerate(expected):
        assert np.array_equal(np.asarray(written.dataobj)[:, :, k].T, prediction.mask)


def test_slices_predicted_side_by_side_come_out_as_they_do_alone(tmp_path):
    random = np.random.default_rng(0)
    for number in range(7):
        shape = (40, 30) if number % 2 else (24, 20)
        write(tmp_path / "in" / f"{number}.png", png(random.integers(0, 255, shape).astype(np.uint8)))
    predict(tmp_path / "in", tmp_path / "together", batch=4)
    for number in range(7):
        predict(tmp_path / "in" / f"{number}.png", tmp_path / "alone", batch=1)
    for name in files_in(tmp_path / "alone"):
        together, alone = (np.asarray(Image.open(tmp_path / f / name)) for f in ("together", "alone"))
        assert (together != alone).mean() < 0.01  # a batch may round a tie the other way
    assert len(files_in(tmp_path / "together")) == 7


def test_masks_beside_images_are_no_input_whatever_is_in_them(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one_gt.png", png(HEART * 0 + 7))
    write(tmp_path / "in" / "mask" / "two.png", png(HEART))
    assert predict(tmp_path / "in", tmp_path / "out") == {"one.png": "predicted"}
    assert files_in(tmp_path / "out") == ["one_mask.png"]


def test_bad_files_are_told_and_the_rest_is_predicted(tmp_path):
    write(tmp_path / "in" / "good.png", png())
    write(tmp_path / "in" / "cut.png", png()[:50])
    write(tmp_path / "in" / "text.nii", b"hello")
    write(tmp_path / "in" / "large.png", png(np.zeros((200, 200), np.uint8)))
    assert predict(tmp_path / "in", tmp_path / "out") == {
        "good.png": "predicted",
        "cut.png": "refused",
        "text.nii": "refused",
        "large.png": "question",
    }
    assert files_in(tmp_path / "out") == ["good_mask.png"]
    assert predict(tmp_path / "in" / "large.png", tmp_path / "out", spacing_mm=1.5) == {
        "large.png": "predicted"
    }


def test_a_slice_too_large_at_the_models_pixel_size_harms_no_other(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    affine = np.diag([20.0, 20.0, 8.0, 1])
    nib.save(nib.Nifti1Image(np.ones((500, 480, 2), np.int16), affine), tmp_path / "in" / "vast.nii")
    results = {result.file: result for result in predict_files(tmp_path / "in", tmp_path / "out")}
    assert results["one.png"].outcome == "predicted"
    assert results["vast.nii"].outcome == "refused"
    assert "vast.nii cannot be predicted: at 20 x 20 mm" in results["vast.nii"].message


def test_names_that_occur_in_several_folders_keep_their_folder(tmp_path):
    write(tmp_path / "in" / "a" / "x" / "one.png", png())
    write(tmp_path / "in" / "b" / "ONE.png", png())
    write(tmp_path / "in" / "b" / "two.png", png())
    predict(tmp_path / "in", tmp_path / "out")
    assert files_in(tmp_path / "out") == ["a/x/one_mask.png", "b/ONE_mask.png", "two_mask.png"]


def test_two_inputs_of_one_mask_name_are_told_and_nothing_is_overwritten(tmp_path):
    write(tmp_path / "in" / "one.png", png())
    write(tmp_path / "in" / "one.bmp", png(PIXELS.T.copy()))
    results = list(predict_files(tmp_path / "in", tmp_path / "out"))
    assert sorted(result.outcome for result in results) == ["predicted", "refused"]
    refused = next(result.message for result in results if result.outcome == "refused")
    assert "would overwrite one_mask.png of" in refused
    assert files_in(tmp_path / "out") == ["one_mask.png"]


def test_a_zip_is_predicted_and_its_names_lead_nowhere_else(tmp_path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a/one.png", png())
        packed.writestr("b:c/one.png", png(PIXELS.T.copy()))
        packed.writestr("../two.png", png())
    path = write(tmp_path / "in" / "hearts.zip", archive.getvalue())
    assert predict(path, tmp_path / "out") == {
        "a/one.png": "predicted",
        "b:c/one.png": "predicted",
        "hearts.zip/../two.png": "refused",
    }
    assert files_in(tmp_path / "out") == ["a/one_mask.png", "b_c/one_mask.png"]
    assert files_in(tmp_path / "in") == ["hearts.zip"]


def test_progress_ends_at_the_number_of_files(tmp_path):
    for number in range(70):
        write(tmp_path / "in" / f"{number}.png", png(np.roll(PIXELS, number, axis=1)))
    told: list[tuple[int, int]] = []
    predict(tmp_path / "in", tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 70), (64, 70), (70, 70)]


def test_an_empty_folder_and_a_missing_file_are_told(tmp_path):
    (tmp_path / "empty").mkdir()
    for path, words in ((tmp_path / "empty", "holds no image"), (tmp_path / "gone.png", "is not there")):
        (result,) = predict_files(path, tmp_path / "out")
        assert result.outcome == "refused"
        assert path.name in result.message
        assert words in result.message


def test_an_output_that_cannot_be_written_is_told_before_any_work(tmp_path):
    taken = write(tmp_path / "file", b"")
    with pytest.raises(StoreUnavailable, match="file cannot be written"):
        predict(write(tmp_path / "one.png", png()), taken)


@pytest.mark.sqlite  # whose store is not there before it is opened
def test_a_model_is_found_by_path_by_shipped_name_and_by_its_name_in_the_store(tmp_path, home):
    path = write(tmp_path / "one.png", png())
    elsewhere = save_model(tmp_path / "mine.safetensors", "my heart model", seed=3)
    predict(path, tmp_path / "by path", str(elsewhere))
    with pytest.raises(BadCheckpoint, match="there are: unet-cine; or give"):
        predict(path, tmp_path / "none", "my heart model")
    assert not home.exists()  # looking for a name made no store

    active_model()
    register(open_store(), elsewhere)
    predict(path, tmp_path / "by name", "my heart model")
    masks = [np.asarray(Image.open(tmp_path / f / "one_mask.png")) for f in ("by path", "by name")]
    assert np.array_equal(*masks)


def test_what_is_no_usable_model_or_device_is_told(tmp_path, model):
    path = write(tmp_path / "one.png", png())
    with pytest.raises(BadCheckpoint, match="truncated"):
        predict(path, tmp_path, str(write(tmp_path / "cut.safetensors", model.read_bytes()[:-20])))
    with pytest.raises(BadCheckpoint, match="no checkpoint"):
        predict(path, tmp_path, str(tmp_path / "gone.safetensors"))
    with pytest.raises(RunRefused):
        predict(path, tmp_path, device="abacus")
    assert settings().checkpoints == model.parent
