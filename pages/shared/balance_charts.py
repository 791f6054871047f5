"""Charts of the Class balance page."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.labels import COLOURS, FOREGROUND, NAMES, SHORT_NAMES, Label
from core.workflow.balance import AreaBin, Balance, Grouping, Share, Weighting
from core.workflow.images import SeriesImages
from pages.shared.charts import ACCENTS, Chart, Rows, chart, label_style

MOST_SERIES = 1000  # rows of a table; nobody reads more
PERCENT_COLUMNS = tuple(
    name for label in FOREGROUND for name in (f"No {SHORT_NAMES[label]}", SHORT_NAMES[label])
)


def slices_in_words(balance: Balance) -> str:
    """Over how much everything on the page is."""
    n = balance.whole.n_slices
    return f"n = {n:,} masks of {balance.n_patients:,} patients"


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
            for label in Label
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


def weighting_chart(ways: Sequence[Weighting], seen: Share) -> Chart:
    """Which part of the loss each label gets, before and after weighting."""
    names = ["Pixels", *(way.name for way in ways)]
    parts = [seen.percent, *(way.loss_percent for way in ways)]
    background = [100 - part[Label.BACKGROUND] for part in parts]
    best = max(range(1, len(parts)), key=lambda index: background[index])
    return chart(
        "loss-shares",
        f"The heart makes up {background[1]:.0f} % of the plain loss, and {background[best]:.0f} % with "
        f"{names[best][0].lower()}{names[best][1:]}",
        f"n = {seen.n_slices:,} {'training ' if seen.group == 'train' else ''}masks",
        [
            go.Bar(
                **label_style(label),
                y=names,
                x=[part[label] for part in parts],
                orientation="h",
                text=[f"{part[label]:.0f}" if part[label] >= 4 else "" for part in parts],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate="%{fullData.name}: %{x:.2f} %<extra>%{y}</extra>",
            )
            for label in Label
        ],
        [
            {"way": name, "label": NAMES[label], "percent": part[label]}
            for name, part in zip(names, parts, strict=True)
            for label in Label
        ],
        x="Share (%)",
        y="",
        barmode="stack",
        xaxis_range=[0, 100],
        yaxis_autorange="reversed",
        legend_traceorder="normal",
    )


def image_chart(images: Sequence[SeriesImages]) -> Chart:
    """Every series by its intensity and contrast; those that stand out are named."""
    odd = [item for item in images if item.unusual]
    usual = [item for item in images if not item.unusual][:2000]
    traces = [
        go.Scatter(
            name=name,
            x=[item.mean_intensity for item in group],
            y=[item.contrast for item in group],
            text=[f"{item.patient} {item.name}: {'; '.join(item.unusual) or 'usual'}" for item in group],
            mode="markers",
            marker={"size": 7, "color": colour, "symbol": symbol, "opacity": 0.75},
            hovertemplate="%{text}<br>mean %{x:.0f}, contrast %{y:.0f}<extra></extra>",
        )
        for name, group, colour, symbol in (
            ("usual", usual, ACCENTS[0], "circle"),
            ("stands out", odd, ACCENTS[1], "diamond"),
        )
        if group
    ]
    found = f"{len(odd)} of {len(images)} series stand out"
    return chart(
        "image-figures",
        found if odd else "No series stands out from the others",
        f"n = {len(images):,} series; contrast is from the 1st to the 99th percentile, mean over the slices",
        traces,
        image_rows(images),
        x="Mean intensity (scanner units)",
        y="Contrast (scanner units)",
    )


def image_rows(images: Sequence[SeriesImages]) -> Rows:
    """The table of images."""
    return [
        {
            "patient": item.patient,
            "series": item.name,
            "split": item.split.value,
            "slices": item.n_slices,
            "mean_intensity": round(item.mean_intensity, 2),
            "contrast": round(item.contrast, 2),
            "pixel_mm": round(item.pixel_mm, 4),
            "height": item.height,
            "width": item.width,
            "unusual": "; ".join(item.unusual),
        }
        for item in images
    ]


def series_rows(series: Sequence[Share]) -> Rows:
    """The table of series: what they lack, and their shares."""
    return [
        {"Series": share.group, "Slices": share.n_slices}
        | {f"No {SHORT_NAMES[label]}": share.lacking_percent[label] for label in FOREGROUND}
        | {SHORT_NAMES[label]: share.percent[label] for label in FOREGROUND}
        for share in series[:MOST_SERIES]
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
