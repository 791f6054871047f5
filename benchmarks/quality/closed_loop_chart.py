"""The table and the figure of `benchmarks.quality.closed_loop`."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs

from core.labels import FOREGROUND, SHORT_NAMES
from docs.report_figures import take
from pages.shared.charts.base import chart
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium_path

ARMS = {"retrained": "#8f7cf0", "from scratch": "#8c8c8c"}
PARTS = ("course", "volumes")  # of the hold-out: its course slices, its whole volumes


@dataclass(frozen=True)
class Line:
    """One model on one part of the hold-out."""

    corrected: int
    arm: str
    part: str
    rv: float
    myo: float
    lv: float
    mean: float
    low: float  # 95 % interval over patients
    high: float
    slices: int
    patients: int
    promoted: str  # whether the gate let it, "" where nobody asked
    seconds: float  # of training


def write(lines: Sequence[Line], path: Path) -> None:
    """The table so far."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(lines[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)


def draw(lines: Sequence[Line], path: Path) -> None:
    """Mean Dice against corrected slices: two arms on the two parts of the hold-out, with intervals."""
    traces = []
    for arm, colour in ARMS.items():
        for part in PARTS:
            points = [line for line in lines if (line.arm, line.part) == (arm, part)]
            traces.append(
                go.Scatter(
                    x=[line.corrected for line in points],
                    y=[line.mean for line in points],
                    error_y={
                        "array": [line.high - line.mean for line in points],
                        "arrayminus": [line.mean - line.low for line in points],
                        "thickness": 1,
                        "width": 3,
                    },
                    name=f"{arm}, {part}",
                    mode="lines+markers",
                    line={"color": colour, "dash": "dot" if part == "course" else "solid"},
                )
            )
    labels = ", ".join(SHORT_NAMES[label] for label in FOREGROUND)
    first, last = (place(lines, "retrained", at) for at in (0, -1))
    figure = chart(
        "closed-loop",
        f"Whole volumes: Dice {first:.3f} before, {last:.3f} after {lines[-1].corrected} slices",
        f"Mean of {labels}; bars: 95 % intervals over patients",
        traces,
        [asdict(line) for line in lines],
        x="Corrected slices",
        y="Mean Dice",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(device_scale_factor=1.5)
        page.set_content("<body style='margin: 0; background: white'><div id='chart'></div></body>")
        page.add_script_tag(content=get_plotlyjs())
        take(page, figure, path)
        browser.close()


def place(lines: Sequence[Line], arm: str, at: int) -> float:
    """Mean Dice of an arm on the whole volumes, first or last."""
    return [line.mean for line in lines if (line.arm, line.part) == (arm, "volumes")][at]
