"""Charts of the Class balance page."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES, Label
from core.text import plural
from core.workflow.dashboard.class_balance import Balance, Grouping
from core.workflow.dashboard.label_shares import AreaBin, Share
from pages.shared.charts.base import Chart, Rows, chart, label_style

PERCENT_COLUMNS = tuple(
    name for label in FOREGROUND for name in (f"No {SHORT_NAMES[label]}", SHORT_NAMES[label])
)


def slices_in_words(balance: Balance) -> str:
    """Over how much everything on the page is."""
    return f"n = {plural(balance.whole.n_slices, 'mask')} of {plural(balance.n_patients, 'patient')}"


def share_chart(balance: Balance, grouping: Grouping) -> Chart:
    """Share of the pixels that each label takes, group by group."""
    groups = shown_groups(balance, grouping)
    whole = balance.whole.percent
    rarest = min(FOREGROUND, key=lambda label: whole[label])
    return chart(
        "label-shares",
        f"Background takes {whole[Label.BACKGROUND]:.2f} % of the pixels, "
        f"{SHORT_NAMES[rarest]}, the rarest, {whole[rarest]:.2f} %",
        f"{slices_in_words(balance)}, by {grouping}",
        [
            go.Bar(
                **label_style(label),
                x=[tick(share) for share in groups],
                y=[share.percent[label] for share in groups],
                text=[f"{share.percent[label]:.1f}" for share in groups],
                textposition="outside",
                cliponaxis=False,
                customdata=[f"{share.pixels[label]:,}" for share in groups],
                hovertemplate="%{fullData.name}: %{y:.2f} % (%{customdata} pixels)<extra>%{x}</extra>",
            )
            for label in FOREGROUND  # background would flatten them all; its share is in the title
        ],
        share_rows(groups, grouping),
        x="",
        y="Share of the pixels (%)",
        barmode="group",
    )


def lacking_chart(balance: Balance, grouping: Grouping) -> Chart:
    """Slices that have nothing of a label, group by group."""
    groups = shown_groups(balance, grouping)
    most = max(FOREGROUND, key=lambda label: balance.whole.lacking[label])
    lacking, n = balance.whole.lacking[most], balance.whole.n_slices
    title = f"{lacking:,} of {n:,} slices have no {SHORT_NAMES[most]}"
    return chart(
        "slices-without-a-label",
        title if lacking else "Every slice has every label",
        f"{slices_in_words(balance)}, by {grouping}",
        [
            go.Bar(
                **label_style(label),
                x=[tick(share) for share in groups],
                y=[share.lacking_percent[label] for share in groups],
                customdata=[f"{share.lacking[label]:,} of {share.n_slices:,}" for share in groups],
                hovertemplate="No %{fullData.name} in %{customdata} slices (%{y:.1f} %)<extra>%{x}</extra>",
            )
            for label in FOREGROUND
        ],
        share_rows(groups, grouping),
        x="",
        y="Slices without the label (%)",
        barmode="group",
        yaxis_rangemode="tozero",
    )


def area_chart(areas: Sequence[AreaBin]) -> Chart:
    """How large each label is where it is there."""
    traces = []
    for label in FOREGROUND:
        bins = [item for item in areas if item.label == label]
        total = sum(item.n_slices for item in bins) or 1
        style = label_style(label) | {"marker": None}
        traces.append(
            go.Scatter(
                **style,
                x=[(item.low_cm2 + item.high_cm2) / 2 for item in bins],
                y=[100 * item.n_slices / total for item in bins],
                customdata=[[item.low_cm2, item.high_cm2, item.n_slices] for item in bins],
                mode="lines",
                line={"shape": "hvh", "color": COLOURS[label], "width": 2},
                hovertemplate="%{fullData.name}: %{customdata[2]} slices with %{customdata[0]:.1f} to "
                "%{customdata[1]:.1f} cm²<extra></extra>",
            )
        )
    counts = [
        f"{SHORT_NAMES[label]} {sum(item.n_slices for item in areas if item.label == label):,}"
        for label in FOREGROUND
    ]
    return chart(
        "label-areas",
        "How large is each label where it is there?" if areas else "No pixel size is known, so no area",
        f"n = {', '.join(counts)} slices with the label and a known pixel size",
        traces,
        [
            {
                "label": NAMES[item.label],
                "from_cm2": item.low_cm2,
                "to_cm2": item.high_cm2,
                "slices": item.n_slices,
            }
            for item in areas
        ],
        x="Area in a slice (cm²)",
        y="Share of those slices (%)",
        yaxis_rangemode="tozero",
    )


def series_rows(series: Sequence[Share]) -> Rows:
    """The table of series: what they lack, and their shares."""
    return [
        {"Series": share.group, "Slices": share.n_slices}
        | {f"No {SHORT_NAMES[label]}": share.lacking_percent[label] for label in FOREGROUND}
        | {SHORT_NAMES[label]: share.percent[label] for label in FOREGROUND}
        for share in series
    ]


def shown_groups(balance: Balance, grouping: Grouping) -> list[Share]:
    """All slices together, then the groups, where there is more than one."""
    groups = balance.groups[grouping]
    return [balance.whole, *groups] if len(groups) > 1 else list(groups)


def tick(share: Share) -> str:
    """A group on the axis, with how many slices it has."""
    return f"{share.group.capitalize()}<br>n = {share.n_slices:,}"


def share_rows(groups: Sequence[Share], grouping: str) -> Rows:
    """The table of shares."""
    return [
        {
            grouping: share.group,
            "slices": share.n_slices,
            "label": NAMES[label],
            "pixels": share.pixels[label],
            "percent_of_pixels": round(share.percent[label], 4),
            "slices_without": share.lacking[label],
        }
        for share in groups
        for label in Label
    ]
