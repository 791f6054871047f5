"""What is said of the report's findings, out of outcomes made up so that one knows the answer."""

from dataclasses import replace

import pytest

from core.course_report.arms import arm_of, difference
from core.course_report.finding import Verdict
from core.course_report.findings import REPORTED_SHARES, choice, findings, label_shares, others_ahead
from core.course_report.last_figures import by_label, losses, mean_dice
from core.course_report.plan import baseline, experiments, final
from core.course_report.record import RunRecord, SliceScore, load_record, save_record
from core.course_report.tables import experiment_table
from core.labels import Label
from core.recipes.training import TrainConfig
from core.records.runs import Epoch
from core.workflow.training.curves import kept_values
from docs.report_figures import drawn, groups_of, shares_chart

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


@pytest.mark.parametrize(
    ("dice", "verdict", "why"),
    [
        ({"UNet3+": (0.8, 0.82), "DeepLabV3-ResNet18": (0.78, 0.8)}, Verdict.AGREE, "each is ahead"),
        ({"UNet3+": (0.8, 0.82)}, Verdict.NOT_SHOWN, "shown of UNet3+"),
        ({"UNet3+": (0.8, 0.6)}, Verdict.NOT_SHOWN, "shown of neither"),
        (
            {"UNet3+": (0.8, 0.82), "DeepLabV3-ResNet18": (0.5, 0.52)},
            Verdict.NOT,
            "U-Net is shown to be ahead",
        ),
    ],
    ids=["both", "one", "seeds differ", "one behind"],
)
def test_the_reports_conclusion_is_of_both_other_architectures(dice, verdict, why):
    found = others_ahead(ARCHITECTURE, arms(ARCHITECTURE, dice, 0.7))
    assert found.verdict == verdict
    assert found.why.startswith(why)
    assert found.ours.startswith("DeepLabV3-ResNet18 less U-Net ")
    assert others_ahead(ARCHITECTURE, arms(ARCHITECTURE, dice, 0.7)[:4]).verdict == Verdict.WAITING


def test_how_the_baseline_went_is_told_and_nothing_claimed_of_it():
    trained = arm_of("baseline", [record(replace(BASE, seed=seed), 0.7 + seed / 10) for seed in (0, 1)], BASE)
    found = losses(trained)
    assert (found.verdict, found.where) == (Verdict.NO_CLAIM, "8 and 9")
    assert "validation loss 0.25 falling to 0.25 after 1 and 1 epochs and 0.25 after the last" in found.ours
    assert mean_dice(trained).ours.startswith("0.750 [")
    assert mean_dice(trained).ours.endswith("with the weights kept, of epoch 2 and 2")


def test_labels_that_are_alike_are_not_shown_to_differ():
    alike = arm_of("baseline", [record(replace(BASE, seed=seed), 0.7) for seed in (0, 1)], BASE)
    assert by_label(alike).verdict == Verdict.NOT_SHOWN
    worse = [
        replace(one, validation=tuple(replace(s, confusion=rv_halved(s.confusion)) for s in one.validation))
        for one in alike.records
    ]
    found = by_label(replace(alike, records=tuple(worse)))
    assert found.verdict == Verdict.AGREE
    assert "LV less RV +" in found.why or "Myo less RV +" in found.why


def rv_halved(confusion):
    """Half of what was rightly found of the RV is missed."""
    rows = [list(row) for row in confusion]
    found = rows[1][1] // 2
    rows[1][0], rows[1][1] = rows[1][0] + found, rows[1][1] - found
    return tuple(map(tuple, rows))


def test_seeds_that_differ_show_nothing_and_say_so():
    found = choice(AUGMENTATION, arms(AUGMENTATION, {"with": (0.8, 0.7), "without": (0.7, 0.8)}, 0))
    assert (found.verdict, found.why) == (Verdict.NOT_SHOWN, "the seeds differ on which is ahead")
    assert "seed by seed +0.100, -0.100" in found.ours


def test_one_seed_alone_shows_nothing_however_large_the_difference():
    found = choice(AUGMENTATION, arms(AUGMENTATION, {"with": (0.9,), "without": (0.3,)}, 0))
    assert (found.verdict, found.why) == (Verdict.NOT_SHOWN, "one seed alone shows nothing")


def test_what_has_not_been_trained_waits_and_the_test_needs_masks():
    table = findings(BASE, [], REPORTED_SHARES)
    assert [one.where for one in table] == [
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8 and 9",
        "10",
        "11",
        "text",
        "text",
    ]
    assert [one.verdict for one in table] == [Verdict.AGREE, *[Verdict.WAITING] * 9, Verdict.NOT_SHOWN]
    assert table[1].sentence == "**Not trained yet**."
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
    wanted = {
        "loss-kept",
        "loss-dice",
        "loss-loss",
        "augmentation-kept",
        "baseline-labels-iou",
        "baseline-loss",
    }
    assert wanted <= set(figures)
    title = figures["loss-kept"].figure.layout.title.text.replace("<br>", " ")
    assert title == "Dice-Focal: highest mean Dice, 0.790; every run of it beats every other"


def test_the_shares_are_drawn_label_by_label():
    drawn_shares = shares_chart(REPORTED_SHARES)
    assert drawn_shares.figure.layout.title.text.replace("<br>", " ") == (
        "Background takes 82.35 % of the pixels, RV, the rarest, 5.30 %"
    )
    assert [trace.y[0] for trace in drawn_shares.figure.data] == list(REPORTED_SHARES.values())
