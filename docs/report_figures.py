"""The figures of the reproduced report, by the chart code of the app, as PNG through Chromium.

    python -m docs.report_figures FOLDER --data DATA

FOLDER is the --output of `python -m core report`, DATA its --data. The figures go into `report/` below
FOLDER, where `python -m core report --only-write` links them.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from plotly import graph_objects as go
from plotly.offline import get_plotlyjs

from core.course_report.arms import Arm, arm_of
from core.course_report.plan import Experiment, baseline, experiments
from core.course_report.record import RunRecord, load_record
from core.course_report.run import ReportRuns
from core.course_report.write import FIGURES
from core.labels import NAMES, SHORT_NAMES, Label
from core.recipes.training import REPORT, TrainConfig
from core.workflow.training.curves import ComparedRun, Group, choices_of
from pages.shared.charts.base import LINE, Chart, chart, label_style
from pages.shared.charts.runs import comparison as charts
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path

WIDTH = 760  # pixels
LOOK = {"template": "plotly_white+septum", "font_family": "sans-serif", "width": WIDTH}  # as on paper


def main() -> None:
    """Draw all figures that the runs so far give."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    records = load_records(given.folder / "runs")
    if not records:
        raise SystemExit(f"no run has ended in {given.folder}; start `python -m core report` first")
    base = base_of([record.config for record in records])
    shares = ReportRuns(given.data, given.folder, base, seeds=1).label_shares()
    folder = given.folder / FIGURES
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(device_scale_factor=1.5)
        page.set_content("<body style='margin: 0; background: white'><div id='chart'></div></body>")
        page.add_script_tag(content=get_plotlyjs())
        for name, chart in [("training-slices-labels", shares_chart(shares)), *drawn(records)]:
            take(page, chart, folder / f"{name}.png")
            print(folder / f"{name}.png")
        browser.close()


def load_records(folder: Path) -> list[RunRecord]:
    """All outcomes that lie in the folder, by name."""
    return [load_record(path) for path in sorted(folder.glob("*.json"))]


def base_of(configs: Sequence[TrainConfig]) -> TrainConfig:
    """The baseline that these trainings vary, at least one of them a U-Net."""
    unet = next((config for config in configs if config.architecture == REPORT.architecture), configs[0])
    return baseline(unet.epochs, unet.widths, unet.bottleneck, unet.patience, unet.batch_size)


def drawn(records: list[RunRecord]) -> Iterator[tuple[str, Chart]]:
    """Each figure with its name."""
    base = base_of([record.config for record in records])
    for one in experiments(base):
        groups = groups_of(one, records)
        if not groups:
            continue
        yield f"{one.name}-kept", charts.kept_chart(groups, "Dice")
        yield f"{one.name}-dice", charts.curves_chart(groups, "mean Dice")
        yield f"{one.name}-loss", charts.losses_chart(groups)
    arm = arm_of("baseline", records, base)
    if arm.records:
        yield "baseline-loss", charts.losses_chart([group_of(arm)])
        yield "baseline-dice", charts.curves_chart([group_of(arm)], "mean Dice")
        yield "baseline-labels-dice", charts.labels_chart(group_of(arm), "Dice")
        yield "baseline-labels-iou", charts.labels_chart(group_of(arm), "IoU")


def shares_chart(shares: Mapping[Label, float]) -> Chart:
    """Share of the training pixels that each label takes, in percent."""
    rarest = min(shares, key=lambda label: shares[label])
    return chart(
        "label-shares",
        f"Background takes {shares[Label.BACKGROUND]:.2f} % of the pixels, "
        f"{SHORT_NAMES[rarest]}, the rarest, {shares[rarest]:.2f} %",
        "training slices",
        [
            go.Bar(
                **label_style(label),
                x=[NAMES[label]],
                y=[share],
                text=[f"{share:.2f} %"],
                textposition="outside",
            )
            for label, share in shares.items()
        ],
        [{"label": NAMES[label], "share_percent": share} for label, share in shares.items()],
        x="",
        y="Share of the pixels (%)",
        showlegend=False,
    )


def groups_of(experiment: Experiment, records: Sequence[RunRecord]) -> tuple[Group, ...]:
    """The arms of an experiment that have trained, each with its seeds."""
    arms = [arm_of(setting.label, records, setting.config) for setting in experiment.settings]
    return tuple(group_of(arm) for arm in arms if arm.records)


def group_of(arm: Arm) -> Group:
    """One setting with its seeds."""
    return Group(arm.label, tuple(compared(record) for record in arm.records))


def compared(record: RunRecord) -> ComparedRun:
    """One training as the app compares runs."""
    return ComparedRun(record.name, choices_of(record.config), record.epochs)


def take(page: Page, chart: Chart, path: Path) -> None:
    """Draw one chart and write its picture."""
    chart.figure.update_layout(LOOK)
    # Plotly hangs a title of several lines by its first one; Streamlit's own style does not.
    lines = chart.figure.layout.title.text.count("<br>")
    chart.figure.update_layout(title_pad_t=12 + LINE * lines, margin_t=chart.figure.layout.margin.t + 6)
    height = int(chart.figure.layout.height)
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.evaluate(
        "figure => Plotly.newPlot('chart', figure.data, figure.layout, {staticPlot: true})",
        json.loads(chart.figure.to_json()),
    )
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
