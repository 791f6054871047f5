"""`predict` with good and bad input: masks, one sentence a problem, and the exit code."""

import os
import pickle
import subprocess

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from core.network.predict import Predictor
from core.recipes.checkpoint_header import CONFIG_KEY, read_config
from tests.workflow.small import PIXELS, png, write, write_volume

pytestmark = pytest.mark.usefixtures("model")


class Harm:
    """Something that would run code when it is unpickled."""

    def __reduce__(self) -> tuple:
        return os.system, ("touch pwned",)


def test_a_folder_is_predicted_and_every_file_told(tmp_path, septum):
    write(tmp_path / "in" / "one.png", png())
    write_volume(tmp_path / "in" / "two.nii.gz")
    code, text = septum("predict", tmp_path / "in", "--output", tmp_path / "out", "--batch", 2)
    assert code == 0, text
    assert "one.png: 1 slice -> " in text
    assert "two.nii.gz: 3 slices -> " in text
    assert np.asarray(Image.open(tmp_path / "out" / "one_mask.png")).shape == PIXELS.shape


def test_bad_files_are_told_and_skipped_and_the_code_is_1(tmp_path, septum):
    write(tmp_path / "in" / "good.png", png())
    write(tmp_path / "in" / "cut.nii", b"\x5c\x01\x00\x00 and no more")
    write(tmp_path / "in" / "large.png", png(np.zeros((300, 300), np.uint8)))
    code, text = septum("predict", tmp_path / "in", "--output", tmp_path / "out")
    assert code == 1
    assert "cut.nii" in text
    assert "large.png carries no pixel size" in text
    assert "(--spacing MM)" in text
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["good_mask.png"]


BAD = ("truncated", "pickle", "zip of torch.save", "other architecture", "missing")


@pytest.mark.parametrize("kind", BAD)
def test_a_checkpoint_that_is_none_is_refused_in_a_sentence(tmp_path, septum, model, kind):
    file = tmp_path / "bad.safetensors"
    if kind == "truncated":
        file.write_bytes(model.read_bytes()[:-100])
    elif kind == "pickle":
        file.write_bytes(pickle.dumps(Harm()))
    elif kind == "zip of torch.save":
        torch.save(Harm(), file)
    elif kind == "other architecture":
        text = read_config(model).to_json().replace('"unet"', '"unet3plus"')
        save_file(load_file(model), file, {CONFIG_KEY: text})
    code, text = septum("predict", write(tmp_path / "one.png", png()), "--output", tmp_path, "--model", file)
    assert code == 1
    assert "bad.safetensors" in text
    assert len(text.strip().splitlines()) == 1
    assert not (tmp_path / "pwned").exists()
    assert not os.path.exists("pwned")


@pytest.mark.parametrize("name", ["empty folder", "gone.png"])
def test_nothing_to_predict_is_told(tmp_path, septum, name):
    (tmp_path / "empty folder").mkdir()
    code, text = septum("predict", tmp_path / name, "--output", tmp_path / "out")
    assert code == 1
    assert name in text.replace("\n", " ")


def test_a_full_or_read_only_output_is_told_and_leaves_nothing_half_written(tmp_path, septum, small_disk):
    path = write(tmp_path / "one.png", png())
    (small_disk / "ballast").write_bytes(bytes(1 << 20))
    code, text = septum("predict", path, "--output", small_disk)
    assert (code, "cannot be written" in text) == (1, True)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    code, text = septum("predict", path, "--output", small_disk / "new")
    assert (code, "cannot be written" in text) == (1, True)
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]


def test_every_option_of_the_command_line_reaches_the_prediction(tmp_path, septum, model):
    path = write(tmp_path / "in" / "large.png", png(np.tile(PIXELS, (6, 8))))
    plain, other = tmp_path / "plain", tmp_path / "other"
    assert septum("predict", path, "--output", plain, "--spacing", 1.25, "--device", "cpu")[0] == 0
    options = ("--keep-islands", "--looks", 4, "--batch", 1, "--model", model)
    assert septum("predict", path, "--output", other, "--spacing", 1.25, *options)[0] == 0
    pixels, spacing = [np.tile(PIXELS, (6, 8))], [(1.25, 1.25)]
    expected = Predictor(model, "cpu", remove_islands=True).predict(pixels, spacing)[0].mask
    averaged = Predictor(model, "cpu", tta_flips=4).predict(pixels, spacing)[0].mask
    assert np.array_equal(np.asarray(Image.open(plain / "large_mask.png")), expected)
    assert np.array_equal(np.asarray(Image.open(other / "large_mask.png")), averaged)
    assert not np.array_equal(expected, averaged)
