"""The parts of the Metrics page that look at two models, or at two readers."""

from collections.abc import Sequence

import streamlit as st

from core.labels import SHORT_NAMES
from core.workflow import readers
from core.workflow.readers import Interval
from core.workflow.scored import Choice, Scored
from pages.shared import comparison_charts
from pages.shared.chart_frame import draw, table_button
from pages.shared.frame import sentence
from pages.shared.metric_sections import choose_metric
from pages.shared.plain import plain
from pages.shared.scored_kept import comparison_of, scored_of

MOST_LINKS = 8


def compared(found: Scored, choices: Sequence[Choice]) -> None:
    """This model against another one, slice by slice."""
    others = [one.model for one in choices if one.model.id != found.model.id and one.n_scored]
    if not others:
        st.info("There is no other model with scores yet; score a second one.", icon=":material/compare:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by_id = {model.id: f"{model.name} ({model.id})" for model in others}
        other_id = st.selectbox(
            "Compared with", list(by_id), format_func=by_id.__getitem__, key="other model", width=280
        )
        metric = choose_metric()
    other = scored_of(other_id, found.split)
    result = comparison_of(found, other, metric) if other else None
    if result is None:
        st.info("The two models share no scored slice of this split.", icon=":material/compare:")
        return
    one = result.metrics[metric]
    names = found.model.name, by_id[other_id] if by_id[other_id] != found.model.name else "the other"
    against = f"**{plain(found.model.name)}** against **{plain(by_id[other_id])}**"
    st.markdown(f"{against}. {sentence(one.sentence)}")
    left, right = st.columns(2, gap="small")
    with left:
        draw(comparison_charts.difference_chart(result, one, names))
    with right:
        draw(comparison_charts.spread_chart(result, one, names))


def reader_pairs() -> None:
    """Readers who corrected the same slices."""
    pairs = readers.reader_pairs()
    if not pairs:
        st.info(
            "No slice was corrected by two readers yet. Let a colleague open some that you have saved.",
            icon=":material/group:",
        )
        return
    rows = [
        {"Reader": pair.one, "Other reader": pair.other, "Slices": len(pair.slices)}
        | {f"Dice {SHORT_NAMES[label]}": told(one) for label, one in pair.dice.items()}
        for pair in pairs
    ]
    st.dataframe(rows, hide_index=True, key="reader pairs")
    table_button(rows, "reader-pairs")
    st.caption(
        "Newest mask of each reader, mean over the slices in which either has the label, with its 95 % "
        "bootstrap interval over patients. Who corrects what another has saved agrees more than who draws "
        "alone."
    )
    st.markdown("**Slices on which they agree least**")
    for pair in pairs[:MOST_LINKS]:
        for shared in pair.slices[: max(1, MOST_LINKS // len(pairs))]:
            st.page_link(
                "pages/2_Review.py",
                label=plain(
                    f"{shared.patient}: {pair.one} and {pair.other}, Dice {shared.least:.2f} on one label"
                ),
                icon=":material/rate_review:",
                query_params={"slice": str(shared.slice_id)},
            )


def told(one: Interval) -> str:
    """A mean, its interval where there is one, and over how many slices it is."""
    if not one.n:
        return "none"
    between = f" [{one.low:.3f}, {one.high:.3f}]" if one.low == one.low else ""
    return f"{one.mean:.3f}{between} ({one.n:,})"
