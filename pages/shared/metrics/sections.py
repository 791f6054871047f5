"""The parts of the Metrics page that look at one model."""

from functools import partial

import streamlit as st

from core.labels import Label
from core.workflow.evaluation import clinical, distributions, model_calibration
from core.workflow.evaluation import summary as model_summary
from core.workflow.evaluation.clinical import Measure
from core.workflow.evaluation.distributions import Where
from core.workflow.evaluation.model_calibration import Calibration
from core.workflow.evaluation.model_scores import ModelScores, Part
from core.workflow.evaluation.summary import METRICS, Mean, Per
from pages.shared.charts import agreement as agreement_charts
from pages.shared.charts import location, metrics
from pages.shared.charts.chart_frame import draw, table_button
from pages.shared.charts.metrics import over, part_name
from pages.shared.metrics.cache import of_scores


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
    means = of_scores(scored, partial(model_summary.summary, scored, per), "summary", per)
    errors = {one.part: one.error for one in calibrations(scored)}
    rows = [
        {"": part_name(row.part)}
        | {METRICS[name].title: format_mean(mean) for name, mean in row.means.items()}
        | {
            "Volume error": volume_error(scored, row.part),
            "Calibration error": f"{errors[row.part]:.3f}" if row.part in errors else "",
            "Missed": row.missed,
            "Invented": row.invented,
        }
        for row in means
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
        intervals = of_scores(scored, partial(model_summary.intervals, scored, "dice"), "intervals")
        draw(metrics.interval_chart(scored, "dice", intervals))
    with right:
        confusion = of_scores(scored, partial(model_summary.confusion_percent, scored), "confusion")
        draw(metrics.confusion_chart(scored, *confusion))


def calibrations(scored: ModelScores) -> list[Calibration]:
    """Whether the model's probabilities mean what they say, by label."""
    count = partial(model_calibration.calibrations, scored.model.id, scored.split)
    return of_scores(scored, count, "calibration")


def format_mean(mean: Mean) -> str:
    """A mean, and over how many it is."""
    return f"{mean.value:.3f} ({mean.n:,})" if mean.n else "none"


def volume_error(scored: ModelScores, part: Part) -> str:
    """Mean error of the volumes of a label, in percent of the reference's."""
    if part is None or part == Label.BACKGROUND:
        return ""
    mean = of_scores(scored, partial(clinical.mean_volume_error, scored, part), "volume error", part)
    return f"{mean.value:+.1f} % ({mean.n:,})" if mean.n else "no volumes"


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
    spreads = of_scores(scored, partial(distributions.spreads, scored, metric), "spreads", metric)
    if not spreads:
        st.info("No slice has this score; distances need a known pixel size.", icon=":material/straighten:")
        return
    group = partial(distributions.group_means, scored, metric, where)
    means = of_scores(scored, group, "group means", metric, where)
    areas = of_scores(scored, partial(distributions.area_groups, scored, metric), "areas", metric)
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
        one = of_scores(scored, partial(clinical.measured, scored, measure, label), measure, label)
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
    rows = calibrations(scored)
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
