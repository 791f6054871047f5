"""Charts of how the readers' work goes."""

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, SHORT_NAMES
from core.records.slices import Status
from core.workflow.dashboard.activity import Activity
from pages.shared.charts.base import ACCENTS, Chart, chart
from pages.shared.charts.intervals import error_bars

# From what is still to do, pale, to what is done; no label has these colours.
STATUS_COLOURS = {
    Status.APPROVED: "#3f8f8b",
    Status.REJECTED: "#8c8c8c",
    Status.IN_PROGRESS: "#c9a800",
    Status.PREDICTED: "#8f7cf0",
    Status.NEW: "#c4c4c4",
}


def status_chart(seen: Activity) -> Chart:
    """Slices by status over time."""
    now = seen.moments[-1].n_slices
    total = sum(now.values())
    return chart(
        "slices-by-status",
        f"{now[Status.APPROVED]:,} of {total:,} slices are approved",
        f"n = {total:,} slices, since the first import",
        [
            go.Scatter(
                name=str(status).capitalize(),
                x=[moment.at for moment in seen.moments],
                y=[moment.n_slices[status] for moment in seen.moments],
                stackgroup="status",
                mode="lines",
                line={"width": 0.5, "color": colour},
                fillcolor=colour,
                hovertemplate="%{y:,} %{fullData.name}<extra>%{x|%d %b %H:%M}</extra>",
            )
            for status, colour in STATUS_COLOURS.items()
        ],
        [
            {"time": moment.at.isoformat(timespec="seconds")}
            | {str(status): moment.n_slices[status] for status in Status}
            for moment in seen.moments
        ],
        x="",
        y="Slices",
        yaxis_rangemode="tozero",
    )


def trend_chart(seen: Activity) -> Chart:
    """How well the model's masks fit what readers approved, in the order of their approval."""
    ends = [sum(step.n_slices for step in seen.steps[: index + 1]) for index in range(len(seen.steps))]
    return chart(
        "model-and-approved",
        seen.verdict,
        f"n = {seen.n_judged:,} approved slices with a model's mask, in {len(seen.steps)} steps; bars are "
        "95 % bootstrap intervals over patients",
        [
            go.Scatter(
                name=SHORT_NAMES[label],
                x=ends,
                y=[step.dice[label].mean for step in seen.steps],
                error_y=error_bars([step.dice[label] for step in seen.steps], thickness=1),
                mode="lines+markers",
                line={"color": COLOURS[label]},
                hovertemplate="%{fullData.name}: Dice %{y:.3f}<extra>up to slice %{x:,}</extra>",
            )
            for label in FOREGROUND
        ],
        [
            {
                "until": step.until.isoformat(timespec="seconds"),
                "slices": step.n_slices,
                "label": SHORT_NAMES[label],
                "dice": step.dice[label].mean,
                "low": step.dice[label].low,
                "high": step.dice[label].high,
            }
            for step in seen.steps
            for label in FOREGROUND
        ],
        x="Slices approved so far",
        y="Dice of model and approved mask",
    )


def pace_chart(seen: Activity) -> Chart:
    """Corrections of each day, and how many of them fit into an hour of work."""
    busiest = max(seen.days, key=lambda day: day.n_corrections)
    return chart(
        "corrections-by-day",
        f"Most was corrected on {busiest.day:%d %B %Y}: {busiest.n_corrections:,} masks",
        f"n = {seen.n_corrections:,} corrections on {len(seen.days):,} days",
        [
            go.Bar(
                x=[day.day for day in seen.days],
                y=[day.n_corrections for day in seen.days],
                marker={"color": ACCENTS[0]},
                customdata=[
                    [day.n_slices, format_number(day.seconds, "s"), format_number(day.per_hour)]
                    for day in seen.days
                ],
                hovertemplate="%{y:,} corrections of %{customdata[0]:,} slices, median %{customdata[1]}, "
                "%{customdata[2]} in an hour<extra>%{x|%d %b %Y}</extra>",
            )
        ],
        [
            {
                "day": day.day.isoformat(),
                "corrections": day.n_corrections,
                "slices": day.n_slices,
                "median_seconds": day.seconds,
                "per_hour": day.per_hour,
            }
            for day in seen.days
        ],
        x="",
        y="Corrections",
        height=280,
        letters=120,
    )


def format_number(value: float, unit: str = "") -> str:
    """A number, or that nobody knows it yet.

    >>> format_number(0.4, "s"), format_number(30.2, "s"), format_number(float("nan"))
    ('under 1 s', '30 s', 'not yet')
    """
    if 0 < value < 1:
        return f"under 1 {unit}".strip()
    return f"{value:.0f} {unit}".strip() if value == value else "not yet"
