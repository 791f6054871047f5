"""Write report.md from whatever has been trained so far: what was found, with which trainings, and how."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.course_report.arms import arm_of
from core.course_report.findings import REPORTED, findings
from core.course_report.plan import PlannedRun, experiments, final
from core.course_report.record import RunRecord
from core.course_report.tables import arms_table, experiment_table, findings_table
from core.labels import Label
from core.recipes.training import REPORT, TrainConfig
from core.text import plural

FIGURES = "report"  # folder beside report.md
EXPERIMENT_FIGURES = {"kept": "what each run reached", "dice": "mean Dice by epoch", "loss": "loss by epoch"}
SHARES = {"labels": "share of each label"}
BASELINE_FIGURES = {  # by their numbers in the report
    "8 and 9": ("training and validation loss", {"loss": "training and validation loss by epoch"}),
    "10": (
        "label by label",
        {"labels-dice": "Dice of each label by epoch", "labels-iou": "IoU of each label by epoch"},
    ),
    "11": ("mean Dice", {"dice": "mean Dice by epoch"}),
}


def write_report(
    path: Path,
    base: TrainConfig,
    plan: Sequence[PlannedRun],
    records: Sequence[RunRecord],
    shares_percent: Mapping[Label, float],
) -> Path:
    """Write the page; figures are linked where they lie beside it."""
    found = findings(base, records, shares_percent)
    parts = [
        "# The course report, reproduced",
        introduction(base, plan, records),
        "## What the report found, and what was found here",
        findings_table(found),
        how_to_read(),
    ]
    by_figure = {one.where: one for one in found}
    parts += ["## Figure 2: labels", by_figure["2"].sentence, *figures(path, "training-slices", SHARES)]
    for one in experiments(base):
        if sum(bool(arm_of("", records, setting.config).records) for setting in one.settings) < 2:
            continue  # the baseline alone is an arm of every experiment
        number = REPORTED[one.name].figure
        parts += [f"## Figure {number}: {one.title.lower()}", by_figure[number].sentence]
        parts += [experiment_table(one, records), *figures(path, one.name, EXPERIMENT_FIGURES)]
    for numbers, (title, pictures) in BASELINE_FIGURES.items():
        heading = f"## Figure{'s' if ' ' in numbers else ''} {numbers}: {title}"
        parts += [heading, by_figure[numbers].sentence, *figures(path, "baseline", pictures)]
    parts += ["## The final model, on train + validation", final_section(base, records)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return path


def introduction(base: TrainConfig, plan: Sequence[PlannedRun], records: Sequence[RunRecord]) -> str:
    """What was trained, on what, for how long."""
    seeds = len({run.config.seed for run in plan})
    widths = "-".join(map(str, base.widths))
    smaller = " (DeepLabV3 is made smaller by the same factor)" if base.widths != REPORT.widths else ""
    patience = f"patience {base.patience} on the validation loss" if base.patience else "no early stopping"
    size = (
        f"{len(records)} of {plural(len(plan), 'training')} are done, {plural(seeds, 'seed')} a setting: "
        f"stages {widths} and bottleneck {base.bottleneck}{smaller}, at most {plural(base.epochs, 'epoch')}, "
        f"{patience}, {base.batch_size} slices a batch."
    )
    recipe = (
        "The rest is the report's baseline: U-Net, Dice-Focal loss, one-of-four augmentation, Adam with "
        "learning rate 1e-3 and weight decay 1e-4. Every experiment changes one of these and nothing else."
    )
    if not records:
        return f"{size} {recipe}"
    minutes = sum(record.seconds for record in records) / 60
    machines = ", ".join(dict.fromkeys(record.machine for record in records))
    stopped = sum(len(record.epochs) < record.config.epochs for record in records)
    validated = next((record.validation for record in records if record.validation), ())
    patients = {score.patient for score in validated}
    data = (
        f"{records[0].n_training} training slices, {len(validated)} validation slices of {len(patients)} "
        f"patients. {machines}; {minutes:.0f} min of training in all. Early stopping ended {stopped} of "
        f"{plural(len(records), 'training')}; where it did not, more epochs might have brought more."
    )
    return f"{size} {recipe}\n\n{data}"


def how_to_read() -> str:
    """How the verdicts come about."""
    return (
        "Dice is the mean over the heart's labels of each slice, then over slices, with the weights of the "
        "epoch of lowest validation loss. Brackets are 95 % bootstrap intervals over seeds and patients at "
        "once. Differences are paired, seed by seed and slice by slice. **Agrees**: what the report says is "
        "shown here, of a choice that it is better than every other. **Does not**: the opposite is shown. "
        "**Not shown**: anything else. *Shown* means that the interval leaves 0 out "
        "and all seeds, of at least two, have the same sign; no allowance is made for how many comparisons "
        "there are. In the tables below what is shown is bold. Nothing was tuned towards the report."
    )


def figures(path: Path, subject: str, titles: Mapping[str, str]) -> list[str]:
    """Links to the figures of a subject that are there."""
    return [
        f"![{subject}: {title}]({FIGURES}/{subject}-{name}.png)"
        for name, title in titles.items()
        if (path.parent / FIGURES / f"{subject}-{name}.png").exists()
    ]


def final_section(base: TrainConfig, records: Sequence[RunRecord]) -> str:
    """The final training's scores on test, or why there are none."""
    arm = arm_of("final", records, final(base), split="test")
    if arm.records:
        return arms_table([arm], "Test slices")
    n = sum(record.config.final for record in records)
    return (
        f"{plural(n, 'final training')} done, all epochs, last weights kept. The data has no masks of the "
        "test slices, so there is no test score. The weights lie in `models/`; once masks lie beside the "
        "test images, the same command scores them without training anew."
    )
