"""Charts of what the images of the series look like."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.workflow.dashboard.image_quality import SeriesImages
from pages.shared.charts.base import ACCENTS, Chart, Rows, chart
from pages.shared.plain import plain_in_charts


def image_chart(images: Sequence[SeriesImages]) -> Chart:
    """Every series by its intensity and contrast; those that stand out are named."""
    odd = [item for item in images if item.unusual]
    usual = [item for item in images if not item.unusual][:2000]
    traces = [
        go.Scatter(
            name=name,
            x=[item.mean_intensity for item in group],
            y=[item.contrast for item in group],
            text=[
                plain_in_charts(f"{item.patient} {item.name}: {'; '.join(item.unusual) or 'usual'}")
                for item in group
            ],
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
    title = f"{len(odd)} of {len(images)} series stand out"
    return chart(
        "image-figures",
        title if odd else "No series stands out from its like",
        f"n = {len(images):,} series, each beside those of its own format; contrast is from the 1st to the "
        "99th percentile, mean over the slices",
        traces,
        image_rows(images),
        x="Mean intensity (as the file has it)",
        y="Contrast (as the file has it)",
    )


def image_rows(images: Sequence[SeriesImages]) -> Rows:
    """The table of images."""
    return [
        {
            "patient": item.patient,
            "series": item.name,
            "format": item.format,
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
