"""Draw a chart so that it can be taken away: as PNG or SVG from its tool bar, and its table as CSV."""

import csv
import io
from functools import partial

import streamlit as st

from pages.shared.charts import Chart, Rows

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
        st.download_button(
            "Table as CSV",
            partial(as_csv, chart.rows),
            f"{chart.name}.csv",
            "text/csv",
            key=f"table {chart.name}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def as_csv(rows: Rows) -> bytes:
    """Rows as a file that spreadsheets open; its columns are those of the first row."""
    if not rows:
        return b""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
