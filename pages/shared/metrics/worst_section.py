"""The part of the Metrics page that shows the slices on which a model does worst."""

from functools import partial

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES
from core.workflow.evaluation import worst_slices
from core.workflow.evaluation.model_scores import ModelScores
from core.workflow.evaluation.summary import METRICS
from pages.shared.charts.metrics import part_name
from pages.shared.metrics.cache import of_scores
from pages.shared.metrics.sections import choose_metric
from pages.shared.pictures import picture
from pages.shared.plain import plain

PAGE = 6  # slices shown at once


def worst(scored: ModelScores) -> None:
    """Pictures of the slices that went worst."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric()
        part = st.selectbox("Label", [None, *FOREGROUND], format_func=part_name, key="worst label", width=160)
        page = st.number_input("Page", 1, key="worst page", width=130)
    find = partial(worst_slices.worst_slices, scored, metric, part, (page - 1) * PAGE, PAGE)
    rows = of_scores(scored, find, "worst", metric, part, page)
    if not rows:
        st.info("There is no worse slice here; go back a page.", icon=":material/check:")
    for pair in (rows[start : start + 2] for start in range(0, len(rows), 2)):
        for column, row in zip(st.columns(2, gap="small"), pair, strict=False):
            with column.container(border=True):
                shown = worst_slices.pictures(scored.model.id, row.slice_id)
                values = ", ".join(
                    f"{SHORT_NAMES[label]} {value:.2f}" if value == value else f"{SHORT_NAMES[label]} none"
                    for label, value in row.by_label.items()
                )
                st.markdown(
                    f"**{plain(row.patient)}** slice {row.number}, phase {row.phase + 1} · "
                    f"{METRICS[metric].title} {values}"
                )
                pictures = (shown.reference, shown.prediction, shown.difference)
                captions = ("Reference", "Model", "Difference")
                for place, png, caption in zip(st.columns(3), pictures, captions, strict=True):
                    picture(place, png, caption, f"{caption}: slice {row.number} of {row.patient}")
                st.page_link(
                    "pages/2_Review.py",
                    label="Open in Review",
                    icon=":material/rate_review:",
                    query_params={"slice": str(row.slice_id)},
                )
    st.caption("Difference: strong what the model missed or mistook, pale what it invented.")
