"""The parts of the Metrics page that look at two models, or at two readers."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.labels import SHORT_NAMES
from core.text import plural
from core.workflow.evaluation import model_scores, reader_agreement
from core.workflow.evaluation.model_scores import ModelChoice, ModelScores
from core.workflow.evaluation.reader_agreement import HeartsOfTwo, Interval, ReaderPair
from core.workflow.kept_figures import masks_stamp
from pages.shared.charts import comparison
from pages.shared.charts.chart_frame import draw, table_button
from pages.shared.figures import figures
from pages.shared.frame import sentence
from pages.shared.metrics.cache import comparison_of, scores_of_model
from pages.shared.metrics.sections import choose_metric
from pages.shared.plain import plain

MAX_LINKS = 8


def compared(scored: ModelScores, choices: Sequence[ModelChoice]) -> None:
    """This model against another one, slice by slice."""
    others = [one.model for one in choices if one.model.id != scored.model.id and one.has_scores]
    if not others:
        st.info("There is no other model with scores yet; score a second one.", icon=":material/compare:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by_id = {model.id: f"{model.name} ({model.id})" for model in others}
        other_id = st.selectbox(
            "Compared with", list(by_id), format_func=by_id.__getitem__, key="other model", width=280
        )
        metric = choose_metric()
    other = scores_of_model(other_id, scored.split, model_scores.stamp(other_id))
    result = comparison_of(scored, other, metric) if other else None
    if result is None:
        st.info("The two models share no scored slice of this split.", icon=":material/compare:")
        return
    one = result.metrics[metric]
    names = scored.model.name, by_id[other_id] if by_id[other_id] != scored.model.name else "the other"
    against = f"**{plain(scored.model.name)}** against **{plain(by_id[other_id])}**"
    st.markdown(f"{against}. {sentence(one.sentence())}")
    left, right = st.columns(2, gap="small")
    with left:
        draw(comparison.difference_chart(result, one, names))
    with right:
        draw(comparison.spread_chart(one, names))


def reader_pairs() -> None:
    """Readers who corrected the same slices."""
    stamp = masks_stamp()
    pairs = figures(("reader pairs",), stamp, reader_agreement.reader_pairs)
    if not pairs:
        st.info(
            "No slice was corrected by two readers yet. Let a colleague open some that you have saved.",
            icon=":material/group:",
        )
        return
    rows = [
        {"Reader": pair.one, "Other reader": pair.other, "Slices": len(pair.slices)}
        | {f"Dice {SHORT_NAMES[label]}": format_interval(one) for label, one in pair.dice.items()}
        for pair in pairs
    ]
    st.dataframe(rows, hide_index=True, key="reader pairs")
    table_button(rows, "reader-pairs")
    st.caption(
        "Newest mask of each reader, mean over the slices in which either has the label, with its 95 % "
        "bootstrap interval over patients. Who corrects what another has saved agrees more than who draws "
        "alone."
    )
    whole_hearts(pairs[:MAX_LINKS], stamp)
    st.markdown("**Slices on which they agree least**")
    for pair in pairs[:MAX_LINKS]:
        for shared in pair.slices[: max(1, MAX_LINKS // len(pairs))]:
            st.page_link(
                "pages/2_Review.py",
                label=plain(
                    f"{shared.patient}: {pair.one} and {pair.other}, Dice {shared.least:.2f} on one label"
                ),
                icon=":material/rate_review:",
                query_params={"slice": str(shared.slice_id)},
            )


def whole_hearts(pairs: Sequence[ReaderPair], stamp: str) -> None:
    """What both readers measure of the hearts that each of them drew whole at ED and ES."""
    found = [
        (
            pair,
            figures(
                ("hearts of two", pair.one, pair.other), stamp, partial(reader_agreement.whole_hearts, pair)
            ),
        )
        for pair in pairs
    ]
    rows = [row for pair, hearts in found for row in heart_rows(pair, hearts)]
    if not rows:
        return
    st.markdown("**Whole hearts that both drew**")
    st.dataframe(rows, hide_index=True, key="reader hearts")
    table_button(rows, "reader-hearts")
    st.caption(
        "One reader minus the other, with 95 % intervals over patients; limits of agreement of five hearts "
        "or more. Phases are those of the other reader."
    )
    apart = sorted({patient for _, hearts in found for patient in hearts.to_adjudicate})
    if apart:
        st.warning(
            f"{plural(len(apart), 'heart')} with more than 5 points of EF, 15 ml of EDV or 17 g of mass "
            f"between two readers: {plain(', '.join(apart[:MAX_LINKS]))}. Let a third reader look.",
            icon=":material/balance:",
        )


def heart_rows(pair: ReaderPair, hearts: HeartsOfTwo) -> list[dict[str, object]]:
    """A row for each figure that both measured."""
    return [
        {
            "Reader": pair.one,
            "Other reader": pair.other,
            "Measure": f"{one.kind.title} ({one.kind.unit})",
            "Hearts": one.agreement.n,
            "Bias": format_figure(one.agreement.bias),
            "Limits": f"{format_figure(one.agreement.lower)} to {format_figure(one.agreement.upper)}"
            if one.agreement.lower.mean == one.agreement.lower.mean
            else "",
            "Mean absolute error": format_figure(one.agreement.mae),
        }
        for one in hearts.figures
        if one.agreement.n
    ]


def format_figure(one: Interval) -> str:
    """A figure of hearts with its interval, where there is one.

    >>> format_figure(Interval(1.25, 0.5, 2.0, 8))
    '1.2 [0.5, 2.0]'
    """
    between = f" [{one.low:.1f}, {one.high:.1f}]" if one.low == one.low else ""
    return f"{one.mean:.1f}{between}"


def format_interval(one: Interval) -> str:
    """A mean, its interval where there is one, and over how many slices it is."""
    if not one.n:
        return "none"
    between = f" [{one.low:.3f}, {one.high:.3f}]" if one.low == one.low else ""
    return f"{one.mean:.3f}{between} ({one.n:,})"
