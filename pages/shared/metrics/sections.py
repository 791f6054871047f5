"""The parts of the Metrics page that look at one model."""

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.workflow.evaluation import clinical, distributions, model_calibration, worst_slices
from core.workflow.evaluation import summary as model_summary
from core.workflow.evaluation.clinical import Measure
from core.workflow.evaluation.distributions import Where
from core.workflow.evaluation.model_scores import ModelScores, Part
from core.workflow.evaluation.summary import METRICS, Mean, Per
from pages.shared.charts import agreement as agreement_charts
from pages.shared.charts import location, metrics
from pages.shared.charts.chart_frame import draw, table_button
from pages.shared.charts.metrics import over, part_name
from pages.shared.pictures import picture
from pages.shared.plain import plain

PAGE = 6  # slices shown at once


def choose_metric() -> str:
    """Which metric the charts are about."""
    return st.selectbox(
        "Metric", list(METRICS), format_func=lambda key: METRICS[key].title, key="metric", width=220
    )


def summary(scored: ModelScores) -> None:
    """All metrics of all labels, means with intervals, and the confusion matrix."""
    per = st.segmented_control(
        "One mean per", list(Per), default=Per.SLICE, required=True, format_func=str.capitalize, key="per"
    )
    calibrations = model_calibration.calibrations(scored.model.id, scored.split)
    errors = {one.part: one.error for one in calibrations}
    rows = [
        {"": part_name(row.part)}
        | {METRICS[name].title: format_mean(mean) for name, mean in row.means.items()}
        | {
            "Volume error": volume_error(scored, row.part),
            "Calibration error": f"{errors[row.part]:.3f}" if row.part in errors else "",
            "Missed": row.missed,
            "Invented": row.invented,
        }
        for row in model_summary.summary(scored, per)
    ]
    st.dataframe(rows, hide_index=True, key="summary")
    table_button(rows, "summary")
    st.caption(
        f"{over(scored)}. In brackets: over how many {per}s that have the score. Distances in mm. A label "
        "that neither mask has is left out; one that only one mask has is Dice 0 and counted as missed or "
        "invented. Heart is the mean of the three labels; background stands apart."
    )
    left, right = st.columns(2, gap="small")
    with left:
        draw(metrics.interval_chart(scored, "dice", model_summary.intervals(scored, "dice")))
    with right:
        draw(metrics.confusion_chart(scored, *model_summary.confusion_percent(scored)))


def format_mean(mean: Mean) -> str:
    """A mean, and over how many it is."""
    return f"{mean.value:.3f} ({mean.n:,})" if mean.n else "none"


def volume_error(scored: ModelScores, part: Part) -> str:
    """Mean error of the volumes of a label, in percent of the reference's."""
    if part is None or part == Label.BACKGROUND:
        return ""
    mean = clinical.mean_volume_error(scored, part)
    return f"{mean.value:+.1f} % ({mean.n})" if mean.n else "no volumes"


def spread_over_slices(scored: ModelScores) -> None:
    """How the slices differ, and with what."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric()
        where = st.segmented_control(
            "Means told apart by",
            list(Where),
            default=Where.LEVEL,
            required=True,
            format_func=str.capitalize,
            key="where",
        )
    spreads = distributions.spreads(scored, metric)
    if not spreads:
        st.info("No slice has this score; distances need a known pixel size.", icon=":material/straighten:")
        return
    means = distributions.group_means(scored, metric, where)
    areas = distributions.area_groups(scored, metric)
    charts = (
        metrics.cumulative_chart(scored, metric, spreads),
        metrics.box_chart(scored, metric, spreads),
        location.area_chart(scored, metric, areas) if areas else None,
        location.group_chart(scored, metric, where, means),
    )
    for row in (charts[:2], charts[2:]):
        for column, chart in zip(st.columns(2, gap="small"), row, strict=True):
            with column:
                if chart:
                    draw(chart)


def worst(scored: ModelScores) -> None:
    """Pictures of the slices that went worst."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric()
        part = st.selectbox("Label", [None, *FOREGROUND], format_func=part_name, key="worst label", width=160)
        page = st.number_input("Page", 1, key="worst page", width=130)
    rows = worst_slices.worst_slices(scored, metric, part, (page - 1) * PAGE, PAGE)
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


def measurements(scored: ModelScores) -> None:
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
    columns = st.columns(2, gap="small")
    shown = 0
    for label in clinical.labels_of(measure):
        one = clinical.measured(scored, measure, label)
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


def calibration(scored: ModelScores) -> None:
    """Whether the model's probabilities mean what they say."""
    rows = model_calibration.calibrations(scored.model.id, scored.split)
    left, right = st.columns([3, 2], gap="small")
    with left:
        draw(agreement_charts.reliability_chart(scored, rows))
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
