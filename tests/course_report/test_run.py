"""The report's trainings in small: each once, stopped and taken up again, told in one page."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.course_report.plan import baseline, experiments, name_of, planned_runs
from core.course_report.record import load_record
from core.course_report.run import ReportRuns
from core.errors import BadInput, RunRefused
from core.recipes.training import REPORT
from docs.report_figures import base_of, load_records
from tests.cli.conftest import septum
from tests.workflow.conftest import home
from tests.workflow.training.test_job import course, disc

__all__ = ["course", "home", "septum"]

SMALL = ("--epochs", 1, "--widths", "2,2", "--bottleneck", 2, "--seeds", 1, "--device", "cpu")
PER_SEED = 16  # 7 losses, 1 more for augmentation, 2 networks, 2 rates, 3 decays, and the final one


def runs_of(course: Path, output: Path, epochs: int = 2) -> ReportRuns:
    return ReportRuns(course, output, baseline(epochs, (2, 2), 2), 1, "cpu")


def add_test_slices(course: Path) -> None:
    """Two slices in the course's test folder, with masks."""
    for kind in ("image", "mask"):
        (course / "test" / kind).mkdir(parents=True)
    for number in (8, 9):
        pixels, mask = disc(number)
        Image.fromarray(pixels).save(course / "test" / "image" / f"cmr{number}.png")
        Image.fromarray(mask).save(course / "test" / "mask" / f"cmr{number}_mask.png")


def test_what_two_experiments_share_is_trained_once_and_one_seed_ends_before_the_next_begins():
    base = baseline(epochs=3)
    arms = sum(len(one.settings) for one in experiments(base))
    runs = planned_runs(base, seeds=3)
    assert arms == 7 + 2 + 3 + 3 + 4
    assert len(runs) == len({run.name for run in runs}) == 3 * PER_SEED
    assert [run.config.seed for run in runs] == [0] * PER_SEED + [1] * PER_SEED + [2] * PER_SEED
    assert runs[0].name == "baseline-seed0"
    assert runs[PER_SEED - 1].config.final


def test_single_experiments_can_be_chosen_and_an_unknown_one_is_told():
    base = baseline(epochs=3)
    assert [run.name for run in planned_runs(base, 2, ["augmentation"])] == [
        "baseline-seed0", "augmentation-off-seed0", "baseline-seed1", "augmentation-off-seed1",
    ]  # fmt: skip
    assert [run.name for run in planned_runs(base, 1, ["final"])] == ["final-seed0"]
    with pytest.raises(RunRefused, match="no experiment dropout; there are loss, augmentation"):
        planned_runs(base, 1, ["dropout"])


def test_smaller_widths_make_every_network_smaller():
    (_, _, networks, _, _) = experiments(baseline(1, (8, 16, 32), 64))
    assert [setting.config.widths for setting in networks.settings] == [
        (8, 16, 32), (16, 32, 64, 128), (8, 16, 32),
    ]  # fmt: skip
    assert base_of([networks.settings[1].config, networks.settings[0].config]).bottleneck == 64
    assert name_of(replace(REPORT, learning_rate=1e-2, seed=4), REPORT) == "learning-rate-0.01"


@pytest.mark.usefixtures("home")
def test_the_command_trains_all_tells_the_time_and_goes_on_where_it_was(course, tmp_path, septum):
    output = tmp_path / "out"
    code, text = septum("report", "--data", course, "--output", output, *SMALL)
    assert code == 0, text
    assert f"{PER_SEED} of {PER_SEED}, final-seed0" in text
    assert "min left" in text
    records = load_records(output / "runs")
    assert len(records) == PER_SEED
    (final,) = [record for record in records if record.config.final]
    assert (final.n_training, final.validation, final.test) == (8, (), ())
    assert all(len(record.validation) == 2 for record in records if record is not final)
    told = (output / "report.md").read_text()
    assert f"{PER_SEED} of {PER_SEED} trainings are done" in told
    assert "one seed alone shows nothing" in told
    assert "no masks of the test slices" in told
    before = {path: path.stat().st_mtime_ns for path in (output / "runs").iterdir()}
    add_test_slices(course)  # the masks came later: scored, without training anew
    code, text = septum("report", "--data", course, "--output", output, *SMALL)
    assert (code, "scored on 2 test slices" in text, " epochs in " in text) == (0, True, False)
    changed = [path.name for path, when in before.items() if path.stat().st_mtime_ns != when]
    assert changed == ["final-seed0.json"]
    code, text = septum("report", "--data", course, "--output", output, *SMALL[2:], "--epochs", 2)
    assert (code, "trained with other choices" in text) == (1, True)


def test_stopped_inside_a_run_it_goes_on_after_the_last_epoch(course, tmp_path):
    runs = runs_of(course, tmp_path / "out")
    for line in runs.run():
        if "baseline-seed0" in line and "s an epoch" in line:
            break  # as Ctrl+C does, after the first epoch of the first run
    assert list(runs.records_folder.iterdir()) == []
    lines = runs_of(course, tmp_path / "out").run()
    told = [next(lines) for _ in range(3)]
    lines.close()
    assert "baseline-seed0: goes on after epoch 1" in told[1]
    broken = load_record(runs.records_folder / "baseline-seed0.json")
    whole = runs_of(course, tmp_path / "whole")
    for line in whole.run():
        if "baseline-seed0: 2 of 2 epochs" in line:
            break
    unbroken = load_record(whole.records_folder / "baseline-seed0.json")
    assert [epoch.validation_loss for epoch in broken.epochs] == [
        epoch.validation_loss for epoch in unbroken.epochs
    ]
    assert broken.validation == unbroken.validation or repr(broken.validation) == repr(unbroken.validation)
    page = runs_of(course, tmp_path / "out").write().read_text()
    assert f"1 of {PER_SEED} trainings are done" in page
    assert "**not trained yet**" in page


def test_data_without_validation_slices_and_damaged_outcomes_are_told(course, tmp_path):
    with pytest.raises(BadInput, match="no labelled training and validation slices"):
        list(runs_of(course / "train", tmp_path / "out").run())
    folder = tmp_path / "out" / "runs"
    folder.mkdir(parents=True)
    (folder / "baseline-seed0.json").write_text("{")
    with pytest.raises(BadInput, match="delete it to train that run anew"):
        runs_of(course, tmp_path / "out").records()
    (folder / "baseline-seed0.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(BadInput, match="another format"):
        runs_of(course, tmp_path / "out").records()


def test_an_outcome_of_other_choices_is_not_taken_for_this_one(course, tmp_path):
    runs = runs_of(course, tmp_path / "out")
    for line in runs.run():
        if "2 of 2 epochs" in line:
            break
    with pytest.raises(RunRefused, match="choose another --output"):
        runs_of(course, tmp_path / "out", epochs=3).records()
