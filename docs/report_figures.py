"""The figures of the reproduced report, by the chart code of the app, as PNG through Chromium.

    python -m docs.report_figures FOLDER [--into FOLDER]

FOLDER is the --output of `python -m core report`. The figures go into `report/` below it, or below --into,
where `python -m core report --only-write` links them.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from plotly.offline import get_plotlyjs

from core.workflow.report_compared import group_of, groups_of
from core.workflow.report_plan import base_of, experiments
from core.workflow.report_record import RunRecord, load_records
from core.workflow.report_scores import arm_of
from core.workflow.report_writing import FIGURES
from pages.shared import run_comparison_charts as charts
from pages.shared.charts import LINE, Chart
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path

WIDTH = 760  # pixels
LOOK = {"template": "plotly_white", "font_family": "sans-serif", "width": WIDTH}  # as for a page on paper


def main() -> None:
    """Draw all figures that the runs so far give."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path)
    given = parser.parse_args()
    records = load_records(given.folder / "runs")
    if not records:
        raise SystemExit(f"no run has ended in {given.folder}; start `python -m core report` first")
    folder = (given.into or given.folder) / FIGURES
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(device_scale_factor=1.5)
        page.set_content("<body style='margin: 0; background: white'><div id='chart'></div></body>")
        page.add_script_tag(content=get_plotlyjs())
        for name, chart in drawn(records):
            take(page, chart, folder / f"{name}.png")
            print(folder / f"{name}.png")
        browser.close()


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
        yield "baseline-labels-dice", charts.labels_chart(group_of(arm), "Dice")
        yield "baseline-labels-iou", charts.labels_chart(group_of(arm), "IoU")


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
