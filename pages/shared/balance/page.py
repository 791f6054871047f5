"""Class balance: how rare each label is and where, what a weighting would do, and images that stand out."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.workflow.dashboard import class_balance, image_quality
from core.workflow.dashboard.class_balance import Balance, Grouping
from core.workflow.kept_figures import masks_stamp
from pages.shared.balance.weights import weights
from pages.shared.charts import balance as charts
from pages.shared.charts.chart_frame import chart_format, draw, table_button
from pages.shared.charts.images import image_chart
from pages.shared.figures import counting, figures
from pages.shared.frame import frame
from pages.shared.plain import plain

WHICH = {True: "References and approved", False: "All that are shown"}
TABLE_HEIGHT = 300  # pixels
ROW = 35  # pixels of a row in a table


def warn(warnings: Sequence[str]) -> None:
    """What to mind, line by line in one frame."""
    if warnings:
        st.warning("  \n".join(map(plain, warnings)), icon=":material/warning:")


def masks(balance: Balance, grouping: Grouping) -> None:
    """Shares, slices that lack a label, and areas."""
    warn(balance.warnings)
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.share_chart(balance, grouping))
    with right:
        draw(charts.lacking_chart(balance, grouping))
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.area_chart(balance.areas))
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Series by series**, those that lack most first")
        rows = charts.series_rows(balance.series)
        percent = st.column_config.NumberColumn(format="%.1f %%")
        st.dataframe(
            rows,
            hide_index=True,
            height=min(TABLE_HEIGHT, ROW * (len(rows) + 1) + 3),
            key="series",
            column_config=dict.fromkeys(charts.PERCENT_COLUMNS, percent),
        )
        table_button(rows, "series")
        st.caption("No RV: slices of the series without it. RV: its share of the series' pixels.")


def pictures() -> None:
    """Images that stand out, and those that are there twice."""
    stamp = masks_stamp()
    twice = figures(("pictures twice",), stamp, image_quality.pictures_twice)
    series = figures(("images",), stamp, image_quality.image_statistics)
    warn(image_quality.image_warnings(twice))
    left, right = st.columns(2, gap="small")
    with left:
        draw(image_chart(series))
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Unusual series**")
        odd = [item for item in series if item.unusual][:20]
        if not odd:
            st.caption(
                "None. Intensity, contrast, pixel size and image size are alike in all series of a format."
            )
        for item in odd:
            st.page_link(
                "pages/2_Review.py",
                label=plain(f"{item.patient} {item.name}"),
                query_params={"slice": str(item.first_slice_id)},
                icon=":material/rate_review:",
            )
            st.caption(
                plain("; ".join(item.unusual))
            )  # a link is cut where a caption goes on in the next line
        st.markdown("**Pictures that are there more than once**")
        if not twice:
            st.caption("None. Also pictures in another format or scale would be found.")
        for alike in twice[:20]:
            first, kind = alike.slices[0], "same pixels" if alike.exact else "look alike"
            places = ", ".join(f"{item.patient} {item.series} ({item.split})" for item in alike.slices)
            st.page_link(
                "pages/2_Review.py",
                label=plain(f"{places}: {kind}"),
                query_params={"slice": str(first.slice_id)},
                icon=":material/content_copy:",
            )


def draw_page() -> None:
    """Draw Class balance as this session asks for it."""
    with frame("Class balance"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            part = st.segmented_control(
                "Look at", ["Masks", "Weights", "Images"], default="Masks", required=True, key="balance part"
            )
            vouched = True
            if part != "Images":
                vouched = st.segmented_control(
                    "Masks",
                    list(WHICH),
                    default=True,
                    required=True,
                    format_func=WHICH.__getitem__,
                    key="which masks",
                )
            grouping = Grouping.SPLIT
            if part == "Masks":
                grouping = st.segmented_control(
                    "Told apart by",
                    list(Grouping),
                    default=Grouping.SPLIT,
                    required=True,
                    format_func=str.capitalize,
                    key="grouping",
                )
            st.space("stretch")
            chart_format()
        with counting():
            draw_part(part, vouched, grouping)


def draw_part(part: str, vouched: bool, grouping: Grouping) -> None:
    """Draw what is looked at."""
    if part == "Images":
        pictures()
        return
    count = partial(class_balance.class_balance, vouched)
    balance = figures(("class balance", vouched), masks_stamp(), count)
    if balance is None:
        st.info("There is no mask yet to count.", icon=":material/inbox:")
        st.page_link("pages/1_Import.py", label="Import images with masks", icon=":material/upload_file:")
        st.page_link("pages/2_Review.py", label="Or approve some slices", icon=":material/rate_review:")
    elif part == "Weights":
        weights(balance.learnt_from)
    else:
        masks(balance, grouping)
