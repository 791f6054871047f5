"""The parts of the Metrics page that look at one model."""

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.workflow import agreement, model_metrics, worst_slices
from core.workflow.agreement import Measure
from core.workflow.model_metrics import Mean, Part, Per, Where
from core.workflow.scored import NAMES as METRIC_NAMES
from core.workflow.scored import Scored
from pages.shared import agreement_charts, metric_charts, place_charts
from pages.shared.chart_frame import draw, table_button
from pages.shared.metric_charts import over, part_name
from pages.shared.plain import plain

METRICS = list(METRIC_NAMES)
PAGE = 6  # slices shown at once


def choose_metric() -> str:
    """Which metric the charts are about."""
    return st.selectbox("Metric", METRICS, format_func=METRIC_NAMES.__getitem__, key="metric", width=220)


def summary(found: Scored) -> None:
    """All metrics of all labels, means with intervals, and the confusion matrix."""
    per = st.segmented_control(
        "One mean per", list(Per), default=Per.SLICE, required=True, format_func=str.capitalize, key="per"
    )
    calibrations = model_metrics.calibrations(found.model.id, found.split)
    errors = {one.part: one.error for one in calibrations}
    rows = [
        {"": part_name(row.part)}
        | {METRIC_NAMES[name]: told(mean) for name, mean in row.means.items()}
        | {
            "Volume error": volume_error(found, row.part),
            "Calibration error": f"{errors[row.part]:.3f}" if row.part in errors else "",
            "Missed": row.missed,
            "Invented": row.invented,
        }
        for row in model_metrics.summary(found, per)
    ]
    st.dataframe(rows, hide_index=True, key="summary")
    table_button(rows, "summary")
    st.caption(
        f"{over(found)}. In brackets: over how many {per}s that have the score. Distances in mm. A label "
        "that neither mask has is left out; one that only one mask has is Dice 0 and counted as missed or "
        "invented. Heart is the mean of the three labels; background stands apart."
    )
    left, right = st.columns(2, gap="small")
    with left:
        draw(metric_charts.interval_chart(found, "dice", model_metrics.intervals(found, "dice")))
    with right:
        draw(metric_charts.confusion_chart(found, *model_metrics.confusion_percent(found)))


def told(mean: Mean) -> str:
    """A mean, and over how many it is."""
    return f"{mean.value:.3f} ({mean.n:,})" if mean.n else "none"


def volume_error(found: Scored, part: Part) -> str:
    """Mean error of the volumes of a label, in percent of the reference's."""
    if part is None or part == Label.BACKGROUND:
        return ""
    mean = agreement.mean_volume_error(found, part)
    return f"{mean.value:+.1f} % ({mean.n})" if mean.n else "no volumes"


def distributions(found: Scored) -> None:
    """How the slices differ, and with what."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric()
        where = st.segmented_control(
            "Means told apart by",
            list(Where),
            default=Where.THIRD,
            required=True,
            format_func=str.capitalize,
            key="where",
        )
    spreads = model_metrics.spreads(found, metric)
    if not spreads:
        st.info("No slice has this score; distances need a known pixel size.", icon=":material/straighten:")
        return
    means = model_metrics.group_means(found, metric, where)
    areas = model_metrics.area_groups(found, metric)
    charts = (
        metric_charts.cumulative_chart(found, metric, spreads),
        metric_charts.box_chart(found, metric, spreads),
        place_charts.area_chart(found, metric, areas) if areas else None,
        place_charts.group_chart(found, metric, where, means),
    )
    for row in (charts[:2], charts[2:]):
        for column, chart in zip(st.columns(2, gap="small"), row, strict=True):
            with column:
                if chart:
                    draw(chart)


def worst(found: Scored) -> None:
    """Pictures of the slices that went worst."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric()
        part = st.selectbox("Label", [None, *FOREGROUND], format_func=part_name, key="worst label", width=160)
        page = st.number_input("Page", 1, key="worst page", width=130)
    rows = worst_slices.worst_slices(found, metric, part, (page - 1) * PAGE, PAGE)
    if not rows:
        st.info("There is no worse slice here; go back a page.", icon=":material/check:")
    for pair in (rows[start : start + 2] for start in range(0, len(rows), 2)):
        for column, row in zip(st.columns(2, gap="small"), pair, strict=False):
            with column.container(border=True):
                shown = worst_slices.pictures(found.model.id, row.slice_id)
                values = ", ".join(
                    f"{SHORT_NAMES[label]} {value:.2f}" if value == value else f"{SHORT_NAMES[label]} none"
                    for label, value in row.by_label.items()
                )
                st.markdown(
                    f"**{plain(row.patient)}** slice {row.position + 1}, phase {row.phase + 1} · "
                    f"{METRIC_NAMES[metric]} {values}"
                )
                pictures = (shown.reference, shown.prediction, shown.difference)
                captions = ("Reference", "Model", "Difference")
                for place, picture, caption in zip(st.columns(3), pictures, captions, strict=True):
                    place.image(picture, caption, width="stretch")
                st.page_link(
                    "pages/2_Review.py",
                    label="Open in Review",
                    icon=":material/rate_review:",
                    query_params={"slice": str(row.slice_id)},
                )
    st.caption("Difference: strong what the model missed or mistook, pale what it invented.")


def measurements(found: Scored) -> None:
    """Areas, volumes and ejection fractions beside those of the reference."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Measure",
            list(Measure),
            default=Measure.AREA,
            required=True,
            format_func=lambda one: str(one).capitalize(),
            key="measure",
        )
    labels = agreement.VENTRICLES if measure is Measure.EJECTION_FRACTION else FOREGROUND
    columns = st.columns(2, gap="small")
    shown = 0
    for label in labels:
        one = agreement.measured(found, measure, label)
        if one.n:
            with columns[shown % 2]:
                draw(agreement_charts.bland_altman_chart(one))
            shown += 1
    if not shown:
        st.info(
            f"There is no {measure} to compare: it needs a known pixel size"
            + ("." if measure is Measure.AREA else " and slice distance, and hearts of several slices."),
            icon=":material/straighten:",
        )


def calibration(found: Scored) -> None:
    """Whether the model's probabilities mean what they say."""
    rows = model_metrics.calibrations(found.model.id, found.split)
    left, right = st.columns([3, 2], gap="small")
    with left:
        draw(agreement_charts.reliability_chart(found, rows))
    with right.container(border=True, height="stretch"):
        st.markdown("**Calibration error**")
        st.dataframe(
            [
                {
                    "Probability of": agreement_charts.calibrated(row.part),
                    "Error": f"{row.error:.3f}",
                    "Said": f"{row.mean_confidence:.3f}",
                    "So": f"{row.mean_accuracy:.3f}",
                }
                for row in rows
            ],
            hide_index=True,
            key="calibration",
        )
        st.caption(
            "Expected calibration error in 15 bins; said: mean probability; so: share of pixels where it is "
            "so. Counted in the box around the heart with 5 pixels to every side, since far background is "
            "always sure and right. On the dotted line the model is right as often as it says."
        )
