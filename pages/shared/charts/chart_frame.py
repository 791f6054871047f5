"""Draw a chart so that it can be taken away: as PNG or SVG from its tool bar, and its table as CSV."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core.workflow.csv_files import as_csv
from pages.shared.charts.base import Chart

FORMATS = ("PNG", "SVG")
UNUSED = ["select2d", "lasso2d", "autoScale2d"]


def chart_format() -> None:
    """Let the reader say once how the charts of the app are saved."""
    kept = st.session_state.get("charts saved as", FORMATS[0])
    chosen = st.segmented_control(
        "Save charts as",
        FORMATS,
        default=kept,
        required=True,
        key="chart format",
        help="The camera in a chart's tool bar saves it in this format.",
        width="content",
    )
    st.session_state["charts saved as"] = chosen or kept


def draw(chart: Chart) -> None:
    """Draw the chart in a frame, with its table to download below."""
    kind = st.session_state.get("charts saved as", FORMATS[0])
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": UNUSED,
        "toImageButtonOptions": {"format": kind.lower(), "filename": chart.name, "scale": 2},
    }
    with st.container(border=True, height="stretch", gap="small"):
        st.plotly_chart(chart.figure, key=f"chart {chart.name}", config=config)
        table_button(chart.rows, chart.name)


def table_button(rows: Sequence[Mapping[str, object]], name: str) -> None:
    """A button that gives the rows as a file for spreadsheets, of this name."""
    st.download_button(
        "Table as CSV",
        partial(as_csv, rows),
        f"{name}.csv",
        "text/csv",
        key=f"table {name}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )
