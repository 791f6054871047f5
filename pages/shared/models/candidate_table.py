"""A candidate beside the active model: numbers with their differences, and the slices that changed most."""

from functools import partial
from math import isnan

import streamlit as st

from core.records.slices import Split
from core.workflow.evaluation import candidate, model_scores
from core.workflow.evaluation.candidate import ActiveComparison, ChangedSlice
from core.workflow.evaluation.comparison import MIN_PATIENTS, MetricComparison
from core.workflow.evaluation.model_scores import PARTS, Part
from pages.shared.charts.candidate import dice_difference
from pages.shared.charts.chart_frame import draw, table_button
from pages.shared.charts.metrics import part_name
from pages.shared.figures import figures
from pages.shared.pictures import picture
from pages.shared.plain import plain

REVIEW = "pages/2_Review.py"
TITLES = ("Reference", "Active", "Candidate")


def compared(candidate_id: int, active_id: int, split: Split) -> ActiveComparison | None:
    """The comparison; computed again only when a score, a mask or a status has changed."""
    stamp = model_scores.stamp(candidate_id, active_id)
    compare = partial(candidate.compare_with_active, candidate_id, active_id, split)
    return figures(("beside the active", candidate_id, active_id, split), stamp, compare)


def metric_table(changes: ActiveComparison) -> None:
    """Active to candidate, by metric and label; what is shown to differ is coloured."""
    comparison = changes.comparison
    names = [part_name(part) for part in PARTS]
    lines = [f"| Active → candidate | {' | '.join(names)} |", "|---" * (1 + len(names)) + "|"]
    for row in comparison.metrics.values():
        unit = f", {row.unit}" if row.unit else ""
        cells = [cell_words(row, part) for part in PARTS]
        lines.append(f"| **{row.title}**{unit} | {' | '.join(cells)} |")
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        st.markdown("\n".join(lines), width="stretch")
        st.caption(
            "Means over the slices where the label is in the reference or in that model's mask, distances "
            "over those where both models found it. In brackets the difference of the two means, from which "
            f"the promotion follows. Coloured where its 95 % interval over {MIN_PATIENTS} patients or more "
            "leaves 0 out: green is better, red is worse."
        )
        st.markdown("\n".join(f"- {row.sentence()}" for row in comparison.metrics.values()))
    with right:
        draw(dice_difference(changes))
    table_button([line for row in comparison.metrics.values() for line in csv_lines(row)], "candidate")


def cell_words(row: MetricComparison, part: Part) -> str:
    """Both means and the difference between them."""
    cell, digits = row.cells[part], row.digits
    if isnan(cell.candidate) and isnan(cell.baseline):
        return "n/a"
    gain = cell.difference.mean
    words = f"{cell.baseline:.{digits}f} → {cell.candidate:.{digits}f} ({gain:+.{digits}f})"
    if not row.is_shown(part):
        return words
    return f":{'green' if (gain > 0) == row.higher_is_better else 'red'}[{words}]"


def csv_lines(row: MetricComparison) -> list[dict[str, object]]:
    """One metric as a table."""
    return [
        {
            "metric": row.title,
            "unit": row.unit,
            "label": part_name(part),
            "active": cell.baseline,
            "candidate": cell.candidate,
            "difference": cell.difference.mean,
            "low": cell.difference.low,
            "high": cell.difference.high,
            "slices": cell.difference.n,
            "one_sided": cell.difference.one_sided,
        }
        for part, cell in row.cells.items()
    ]


def changed_slices(changes: ActiveComparison, candidate_id: int, active_id: int) -> None:
    """The slices that got better, and worse, as pictures that open."""
    left, right = st.columns(2, gap="medium")
    for column, title, items in (
        (left, ":material/trending_up: Got better", changes.better),
        (right, ":material/trending_down: Got worse", changes.worse),
    ):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            if not items:
                st.caption("No slice by more than 0.005 of Dice.")
            for item in items:
                one_slice(item, candidate_id, active_id)


def format_dice(dice: float) -> str:
    """A slice's Dice; where there is none, the label was rightly left out."""
    return "rightly none" if isnan(dice) else f"{dice:.3f}"


def one_slice(item: ChangedSlice, candidate_id: int, active_id: int) -> None:
    """Three pictures of a slice and the way to it."""
    st.page_link(
        REVIEW,
        label=f"{plain(item.patient)} slice {item.number}, phase {item.phase + 1}: "
        f"{part_name(item.part)} {format_dice(item.active)} → {format_dice(item.candidate)}",
        icon=":material/rate_review:",
        query_params={"slice": str(item.slice_id)},
    )
    pictures = candidate.three_pictures(item.slice_id, active_id, candidate_id)
    for column, title, png in zip(st.columns(3), TITLES, pictures, strict=True):
        picture(column, png, title, f"{title}: the mask over slice {item.number} of {item.patient}")
