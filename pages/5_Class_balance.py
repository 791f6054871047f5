"""Class balance: how rare each label is and where, what a weighting would do, and images that stand out."""

from collections.abc import Sequence

import streamlit as st

from core.workflow import balance, images
from core.workflow.balance import Balance, Grouping
from pages.shared import balance_charts as charts
from pages.shared.balance_weights import weights
from pages.shared.chart_frame import chart_format, draw, table_button
from pages.shared.frame import frame
from pages.shared.image_charts import image_chart
from pages.shared.plain import plain

WHICH = {True: "References and approved", False: "All that are shown"}
TABLE_HEIGHT = 300  # pixels
ROW = 35  # pixels of a row in a table


@st.cache_data(max_entries=4, show_spinner=False)
def kept_balance(vouched: bool, stamp: str) -> Balance | None:
    """The balance, as long as no mask and no status has changed."""
    return balance.class_balance(vouched)


def warn(warnings: Sequence[str]) -> None:
    """What to mind, line by line in one frame."""
    if warnings:
        st.warning("  \n".join(map(plain, warnings)), icon=":material/warning:")


def masks(found: Balance, grouping: Grouping) -> None:
    """Shares, slices that lack a label, and areas."""
    warn(found.warnings)
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.share_chart(found, grouping))
    with right:
        draw(charts.lacking_chart(found, grouping))
    left, right = st.columns(2, gap="small")
    with left:
        draw(charts.area_chart(found.areas))
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Series by series**, those that lack most first")
        rows = charts.series_rows(found.series)
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
    twice = images.pictures_twice()
    warn(images.image_warnings(twice))
    found = images.image_figures()
    left, right = st.columns(2, gap="small")
    with left:
        draw(image_chart(found))
    with right, st.container(border=True, height="stretch"):
        st.markdown("**Unusual series**")
        odd = [item for item in found if item.unusual][:20]
        if not odd:
            st.caption("None. Intensity, contrast, pixel size and image size are alike in all series.")
        for item in odd:
            st.page_link(
                "pages/2_Review.py",
                label=plain(f"{item.patient} {item.name}: {'; '.join(item.unusual)}"),
                query_params={"slice": str(item.first_slice_id)},
                icon=":material/rate_review:",
            )
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
    found = kept_balance(vouched, balance.stamp()) if part != "Images" else None
    if part == "Images":
        pictures()
    elif found is None:
        st.info("There is no mask yet to count.", icon=":material/inbox:")
        st.page_link("pages/1_Import.py", label="Import images with masks", icon=":material/upload_file:")
        st.page_link("pages/2_Review.py", label="Or approve some slices", icon=":material/rate_review:")
    elif part == "Weights":
        weights(found.learnt_from)
    else:
        masks(found, grouping)
