"""From labelled files, or the store, to a checkpoint; stopped and taken up again without a trace."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import BadCheckpoint, BadInput, RunRefused
from core.network import checkpoint
from core.network.predict import Predictor
from core.network.prepare import prepared
from core.recipes.losses import LossName
from core.recipes.model import INPUT_PLANES, Task
from core.recipes.training import AugmentationName, TrainConfig
from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.series.series import add_series
from core.workflow.training import job as training_job
from core.workflow.training.job import TrainingJob, prepare, train
from tests.workflow.small import save_model

TINY = TrainConfig(widths=(4, 8), bottleneck=8, epochs=3, patience=0, batch_size=4)
CORRECTING = replace(TINY, task=Task.CORRECTION)


def disc(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A bright disc in a ring, and its mask, 24x24."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:24, :24]
    distance = np.hypot(rows - random.uniform(9, 14), columns - random.uniform(9, 14))
    mask = np.where(distance < 3, 3, np.where(distance < 6, 2, 0)).astype(np.uint8)
    pixels = np.array([40, 0, 80, 200])[mask] + random.normal(0, 8, mask.shape)
    return pixels.clip(0, 255).astype(np.uint8), mask


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Six training and two validation slices in the course's layout."""
    for split, numbers in (("train", range(6)), ("val", range(6, 8))):
        for kind in ("image", "mask"):
            (tmp_path / "course" / split / kind).mkdir(parents=True)
        for number in numbers:
            pixels, mask = disc(number)
            Image.fromarray(pixels).save(tmp_path / "course" / split / "image" / f"cmr{number}.png")
            Image.fromarray(mask).save(tmp_path / "course" / split / "mask" / f"cmr{number}_mask.png")
    return tmp_path / "course"


def job(course: Path, output: Path, config: TrainConfig = TINY, **options: object) -> TrainingJob:
    return TrainingJob(
        config, output, output.stem, (course,), events=output.parent / "events", device="cpu", **options
    )


def finish(asked: TrainingJob) -> str:
    prepared = prepare(asked)
    for _ in train(prepared):
        pass
    return training_job.finish(prepared)


def test_a_checkpoint_tells_its_recipe_its_data_and_its_scores(course, tmp_path):
    output = tmp_path / "out" / "tiny.safetensors"
    told = finish(job(course, output))
    config = checkpoint.read_config(output)
    assert "Trained 3 epochs" in told
    assert config.name == "tiny"
    assert config.training["loss"] == "dice-focal"
    assert (config.tta_flips, config.label_set) == (1, "short-axis-heart")
    assert (config.data["n_training_slices"], config.data["n_validation_slices"]) == (6, 2)
    assert set(config.scores["validation_dice"]) == {"RV", "Myo", "LV"}
    assert list((tmp_path / "out" / "events").glob("events.out.tfevents.*"))
    assert [file.name for file in output.parent.glob("*.safetensors*")] == ["tiny.safetensors"]


def test_stopped_after_an_epoch_it_goes_on_and_ends_with_the_same_weights(course, tmp_path):
    whole = tmp_path / "whole.safetensors"
    finish(job(course, whole))
    broken = tmp_path / "broken.safetensors"
    next(train(prepare(job(course, broken))))
    told: list[str] = []
    again = prepare(job(course, broken), told.append)
    assert any("Goes on after epoch 1" in line for line in told)
    list(train(again))
    training_job.finish(again)
    ours, theirs = (checkpoint.load(path)[0].state_dict() for path in (broken, whole))
    assert all((ours[name] == theirs[name]).all() for name in theirs)
    assert checkpoint.read_config(broken).scores == checkpoint.read_config(whole).scores


def test_the_best_weights_of_a_stopped_training_can_be_taken(course, tmp_path):
    output = tmp_path / "stopped.safetensors"
    stopped = prepare(job(course, output))
    next(train(stopped))
    choices = [
        "--preset",
        "report",
        "--widths",
        "4-8",
        "--bottleneck",
        "8",
        "--epochs",
        "3",
        "--patience",
        "0",
    ]
    command = ["train", "--data", str(course), *choices, "--batch-size", "4", "--device", "cpu"]
    result = CliRunner().invoke(app, [*command, "--output", str(output), "--take-best"])
    assert result.exit_code == 0, result.output
    told = " ".join(result.output.split())
    assert "epoch 1 of 1" in told
    assert "3 passes over so few slices teach a new network little; --epochs 750 brings more" in told
    kept, config = checkpoint.load(output)
    assert config.scores["epoch"] == 1
    theirs = stopped.state.best_network().state_dict()
    assert all((value == theirs[name]).all() for name, value in kept.state_dict().items())


def test_nothing_can_be_taken_before_the_first_epoch(course, tmp_path):
    output = tmp_path / "new.safetensors"
    command = ["train", "--data", str(course), "--output", str(output), "--device", "cpu", "--take-best"]
    assert isinstance(CliRunner().invoke(app, command).exception, RunRefused)
    assert not output.exists()


def test_going_on_with_another_recipe_is_refused(course, tmp_path):
    output = tmp_path / "x.safetensors"
    next(train(prepare(job(course, output))))
    other = job(course, output, replace(TINY, loss=LossName.DICE))
    with pytest.raises(RunRefused, match="other loss"):
        prepare(other)


def test_final_training_learns_from_validation_slices_too(course, tmp_path):
    output = tmp_path / "final.safetensors"
    told = finish(job(course, output, replace(TINY, final=True)))
    config = checkpoint.read_config(output)
    assert "kept the last weights" in told
    assert (config.data["n_training_slices"], config.data["n_validation_slices"]) == (8, 0)


def test_it_can_start_from_another_checkpoint_and_names_it(course, tmp_path):
    parent = tmp_path / "parent.safetensors"
    finish(job(course, parent))
    child = tmp_path / "child.safetensors"
    finish(job(course, child, start_from=parent))
    assert checkpoint.read_config(child).parent == "parent"
    assert checkpoint.read_config(child).spacing_mm == 1.8


def test_a_checkpoint_learns_on_at_another_pixel_size_where_one_is_asked_for(course, tmp_path):
    parent = tmp_path / "parent.safetensors"
    finish(job(course, parent))
    output = tmp_path / "finer.safetensors"
    command = ["train", "--data", str(course), "--from", str(parent), "--preset", "report", "--epochs", "1"]
    command += ["--output", str(output), "--events", str(tmp_path / "events"), "--device", "cpu"]
    refused = CliRunner().invoke(app, [*command, "--spacing", "nan"])
    assert "spacing_mm must be a number" in str(refused.exception)
    assert CliRunner().invoke(app, [*command, "--spacing", "0.9"]).exit_code == 0
    config = checkpoint.read_config(output)
    assert (config.spacing_mm, config.training["spacing_mm"], config.parent) == (0.9, 0.9, "parent")
    assert config.training["widths"] == [4, 8]  # what was trained, not what the preset would take
    predicted = prepared(np.zeros((24, 24)), (1.8, 1.8), Predictor(output, "cpu").config)
    assert predicted.shape == (48, 48)


def test_without_a_validation_split_a_fifth_of_the_patients_validate(course, tmp_path):
    lines: list[str] = []
    training = prepare(job(course / "train", tmp_path / "x.safetensors"), lines.append)
    assert any("a fifth" in line for line in lines)
    assert not set(training.training.patients) & set(training.validation.patients)


def test_an_existing_checkpoint_is_never_overwritten(course, tmp_path):
    output = tmp_path / "x.safetensors"
    output.write_bytes(b"precious")
    with pytest.raises(BadCheckpoint, match="never overwritten"):
        prepare(job(course, output))
    assert output.read_bytes() == b"precious"


def test_a_folder_without_masks_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="2 patients"):
        prepare(job(tmp_path / "empty", tmp_path / "x.safetensors"))


def test_the_store_gives_its_approved_slices_by_split(home, tmp_path):
    for number in range(6):
        pixels, mask = disc(number)
        split = [Split.TRAIN, Split.VALIDATION, Split.TEST][number % 3]
        geometry = Geometry("png", (24, 24), (1.8, 1.8))
        add_series(
            open_store(),
            Series(f"p{number}", "one", geometry, (Slice(0, 0, pixels, mask=mask),), split=split),
        )
    output = tmp_path / "stored.safetensors"
    training = prepare(TrainingJob(TINY, output, "stored", events=tmp_path / "events", device="cpu"))
    list(train(training))
    assert set(training.training.patients) == {"p0", "p3"}
    assert set(training.validation.patients) == {"p1", "p4"}


def test_any_choice_of_the_recipe_can_be_set_on_the_command_line(course, tmp_path):
    output = tmp_path / "set.safetensors"
    command = ["train", "--data", str(course), "--preset", "report", "--epochs", "1", "--device", "cpu"]
    command += ["--set", "widths=4-8", "--set", "bottleneck=8", "--set", "weight_decay=1e-5"]
    command += ["--set", "augmentation=recommended", "--set", "cosine=true"]
    result = CliRunner().invoke(
        app, [*command, "--output", str(output), "--events", str(tmp_path / "events")]
    )
    assert result.exit_code == 0, result.output
    config = checkpoint.read_config(output)
    assert (config.widths, config.training["weight_decay"], config.training["cosine"]) == ((4, 8), 1e-5, True)
    assert (config.training["augmentation"], config.tta_flips) == ("recommended", 2)


@pytest.mark.parametrize("architecture", ["deeplabv3", "unet3plus"])
def test_every_architecture_trains_from_the_command_line(course, tmp_path, architecture):
    output = tmp_path / f"{architecture}.safetensors"
    widths = ["--widths", "4-8", "--bottleneck", "8", "--deep-supervision"]
    result = CliRunner().invoke(
        app,
        [
            "train",
            "--data",
            str(course),
            "--preset",
            "report",
            "--architecture",
            architecture,
            "--epochs",
            "1",
        ]
        + (widths if architecture == "unet3plus" else [])
        + ["--output", str(output), "--events", str(tmp_path / "events"), "--device", "cpu"],
    )
    assert result.exit_code == 0, result.output
    assert checkpoint.read_config(output).architecture == architecture


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--preset", "best"], "report or recommended"),
        (["--widths", "a-b"], "whole numbers"),
        (["--learning-rate", "-1"], "learning_rate must be above 0"),
        (["--architecture", "resnet"], "architecture must be one of"),
        (["--set", "weight_decay"], "expected name=value"),
        (["--set", "dropout=0.5"], "with a name among architecture"),
        (["--set", "weight_decay=much"], "weight_decay must be a number, got 'much'"),
        (["--set", "beta=1.5"], "beta and average must lie in [0, 1)"),
        (["--store"], "either --data FOLDER or --store"),
    ],
)
def test_wrong_choices_are_told_before_anything_starts(course, tmp_path, options, told):
    output = tmp_path / "x.safetensors"
    result = CliRunner().invoke(app, ["train", "--data", str(course), "--output", str(output), *options])
    assert result.exit_code == 1
    assert told in str(result.exception)
    assert not output.exists()


@pytest.mark.parametrize("name", list(AugmentationName))
def test_every_augmentation_trains_with_a_crop_larger_than_the_slices(course, tmp_path, name):
    config = replace(TINY, augmentation=name, crop=32, epochs=1)
    finish(job(course, tmp_path / f"{name}.safetensors", config))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--architecture", "deeplabv3", "--widths", "8-16"], "needs four widths"),
        (["--deep-supervision"], "belongs to UNet3+"),
        (["--crop", "90"], "choose a multiple of 16"),
        (["--learning-rate", "nan"], "learning_rate must be a number"),
        (["--widths", "99999-8"], "widths and bottleneck must be whole numbers"),
    ],
)
def test_combinations_that_cannot_work_are_refused_on_the_command_line_as_on_the_page(
    course, tmp_path, options, told
):
    output = tmp_path / "new.safetensors"
    command = ["train", "--data", str(course), "--output", str(output), "--device", "cpu", *options]
    error = CliRunner().invoke(app, command).exception
    assert isinstance(error, RunRefused)
    assert told in str(error)


def test_patience_on_the_command_line_waits_for_validations(course, tmp_path):
    """The recommended recipe validates every fifth epoch."""
    output = tmp_path / "new.safetensors"
    choices = ["--widths", "4-8", "--bottleneck", "8", "--batch-size", "4", "--crop", "16", "--device", "cpu"]
    told = CliRunner().invoke(
        app,
        [
            "train",
            "--data",
            str(course),
            "--output",
            str(output),
            *choices,
            "--patience",
            "1",
            "--epochs",
            "7",
        ],
    )
    assert told.exit_code == 0, told.output
    assert "5 epochs after the best" in told.output.replace("\n", " ")
    assert checkpoint.read_config(output).scores["epoch"] in (5, 7)


def test_a_network_that_corrects_is_trained_by_the_command_line_and_goes_on_after_a_stop(course, tmp_path):
    start = save_model(tmp_path / "model.safetensors", "model", seed=0)
    output = tmp_path / "correction.safetensors"
    words = ["train", "--data", course, "--from", start, "--mistakes-of", start, "--epochs", 1, "--crop", 16]
    words += ["--set", "validate_every=1", "--output", output, "--device", "cpu", "--half"]
    words = [str(word) for word in (*words, "--events", tmp_path / "events")]
    refused = CliRunner().invoke(app, words)
    assert isinstance(refused.exception, RunRefused)
    assert "add --set task=correction" in str(refused.exception)
    done = CliRunner().invoke(app, [*words, "--set", "task=correction"])
    assert done.exit_code == 0, done.output
    _, config = checkpoint.load(output)
    assert (config.task, config.planes) == (Task.CORRECTION, INPUT_PLANES[Task.CORRECTION])
    assert (config.parent, config.training["task"]) == ("model", "correction")

    asked = job(course, tmp_path / "other.safetensors", CORRECTING, start_from=start, mistakes_of=(start,))
    next(train(prepare(asked)))
    assert prepare(asked).state.stopping.epoch == 1
    with pytest.raises(RunRefused, match="models whose mistakes are learnt from"):
        prepare(replace(asked, mistakes_of=(start, start)))
