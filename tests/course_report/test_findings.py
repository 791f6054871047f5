"""What is said of the report's findings, out of outcomes made up so that one knows the answer."""

from dataclasses import replace

import pytest

from core.course_report.arms import arm_of, difference
from core.course_report.findings import REPORTED_SHARES, Verdict, choice, findings, label_shares
from core.course_report.plan import baseline, experiments, final
from core.course_report.record import RunRecord, SliceScore, load_record, save_record
from core.course_report.tables import experiment_table
from core.labels import Label
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.workflow.training.curves import kept_values
from docs.report_figures import drawn, groups_of

BASE = baseline(epochs=2, widths=(2, 2), bottleneck=2)
LOSS, AUGMENTATION, ARCHITECTURE, *_ = experiments(BASE)
NAN = float("nan")


def scored(dice: float, patient: int) -> SliceScore:
    """A slice of 800 pixels whose heart labels all have about this Dice."""
    right = round(100 * dice)
    wrong = 100 - right
    rows = [[500 - 3 * wrong, wrong, wrong, wrong]]
    for label in (1, 2, 3):
        row = [wrong, 0, 0, 0]
        row[label] = right
        rows.append(row)
    distances = ((NAN, 2.0, 2.0, 2.0), (NAN, 1.0, 1.0, 1.0))
    return SliceScore(f"slice {patient}", f"p{patient}", tuple(map(tuple, rows)), distances)


def record(config: TrainConfig, dice: float, spread: float = 0.1) -> RunRecord:
    """A training whose slices of five patients score about the Dice, harder and easier ones."""
    scores = tuple(scored(dice + spread * (patient - 2) / 2, patient) for patient in range(5))
    epochs = tuple(
        Epoch(number, 1.0, 1.0 - dice, (dice,) * 3, 1e-3, 5.0, number == 2, (dice / (2 - dice),) * 3)
        for number in (1, 2)
    )
    validation, test = ((), scores) if config.final else (scores, ())
    return RunRecord("made up", config, epochs, 2, 99, "a machine", 100, "sha", validation, test)


def arms(experiment, dice: dict[str, tuple[float, ...]], default: float) -> list[RunRecord]:
    """Records of an experiment: each arm's Dice by seed."""
    return [
        record(replace(setting.config, seed=seed), value)
        for setting in experiment.settings
        for seed, value in enumerate(dice.get(setting.label, (default, default)))
    ]


def test_a_choice_that_is_ahead_of_all_others_in_every_seed_agrees():
    found = choice(LOSS, arms(LOSS, {"Dice-Focal": (0.8, 0.78)}, 0.6))
    assert found.verdict == Verdict.AGREE
    assert found.ours.startswith("Dice-Focal 0.79")
    assert "difference +0.19" in found.ours


def test_a_choice_that_another_beats_in_every_seed_does_not():
    found = choice(LOSS, arms(LOSS, {"Dice-Focal": (0.7, 0.7), "focal": (0.8, 0.82)}, 0.6))
    assert found.verdict == Verdict.NOT
    assert found.why == "focal is ahead in every seed, interval below 0"


def test_of_the_architectures_the_report_found_another_ahead_than_it_chose():
    found = choice(ARCHITECTURE, arms(ARCHITECTURE, {"UNet3+": (0.8, 0.82)}, 0.7))
    assert found.verdict == Verdict.AGREE
    assert found.ours.startswith("UNet3+ 0.81")
    found = choice(ARCHITECTURE, arms(ARCHITECTURE, {"U-Net": (0.8, 0.82)}, 0.7))
    assert found.verdict == Verdict.NOT


def test_seeds_that_differ_show_nothing_and_say_so():
    found = choice(AUGMENTATION, arms(AUGMENTATION, {"with": (0.8, 0.7), "without": (0.7, 0.8)}, 0))
    assert (found.verdict, found.why) == (Verdict.NOT_SHOWN, "the seeds differ on which is ahead")
    assert "seed by seed +0.100, -0.100" in found.ours


def test_one_seed_alone_shows_nothing_however_large_the_difference():
    found = choice(AUGMENTATION, arms(AUGMENTATION, {"with": (0.9,), "without": (0.3,)}, 0))
    assert (found.verdict, found.why) == (Verdict.NOT_SHOWN, "one seed alone shows nothing")


def test_what_has_not_been_trained_waits_and_the_test_needs_masks():
    table = findings(BASE, [], REPORTED_SHARES)
    assert [one.verdict for one in table] == [Verdict.AGREE, *[Verdict.WAITING] * 5, Verdict.NOT_SHOWN]
    assert "no masks" in table[-1].why


def test_the_test_score_is_held_against_the_reports():
    near, far = ([record(final(BASE), dice)] for dice in (0.84, 0.6))
    assert findings(BASE, near, REPORTED_SHARES)[-1].verdict == Verdict.AGREE
    assert findings(BASE, far, REPORTED_SHARES)[-1].verdict == Verdict.NOT


def test_other_label_shares_do_not_agree():
    other = REPORTED_SHARES | {Label.MYOCARDIUM: 9.0}
    assert label_shares(other).verdict == Verdict.NOT


def test_differences_are_paired_over_the_seeds_that_both_have():
    records = arms(AUGMENTATION, {"with": (0.8, 0.7, 0.5), "without": (0.7, 0.6)}, 0)
    without, augmented = (arm_of(one.label, records, one.config) for one in AUGMENTATION.settings)
    found = difference(augmented, without)
    assert found is not None
    assert found.by_seed == pytest.approx((0.1, 0.1))
    assert found.interval.mean == pytest.approx(0.1)
    assert difference(augmented, replace(without, records=())) is None


def test_the_table_has_a_line_an_arm_with_every_score():
    lines = experiment_table(AUGMENTATION, arms(AUGMENTATION, {"with": (0.8, 0.7)}, 0.6)).splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("| with | 2 | 0.750 [")
    assert "| 0.800, 0.700 | - |" in lines[3]
    assert "with minus it [95 %]" in lines[0]
    assert "| 0.600, 0.600 | **+0.150 [" in lines[2]
    assert lines[3].endswith("| 2.0 | 2.0 | 0.2 |")


def test_a_record_comes_back_as_it_was(tmp_path):
    kept = record(replace(BASE, seed=2), 0.7)
    save_record(tmp_path / "one.json", kept)
    assert repr(load_record(tmp_path / "one.json")) == repr(kept)


def test_the_figures_are_the_apps_charts_and_name_the_best():
    records = arms(LOSS, {"Dice-Focal": (0.8, 0.78)}, 0.6)
    (dice_focal,) = [group for group in groups_of(LOSS, records) if group.label == "Dice-Focal"]
    assert kept_values(dice_focal, "mean Dice") == pytest.approx([0.8, 0.78])
    figures = dict(drawn(records))
    assert {"loss-kept", "loss-dice", "loss-loss", "augmentation-kept", "baseline-labels-iou"} <= set(figures)
    title = figures["loss-kept"].figure.layout.title.text.replace("<br>", " ")
    assert title == "Dice-Focal: highest mean Dice, 0.790; every run of it beats every other"
