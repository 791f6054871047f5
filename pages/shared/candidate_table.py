"""A candidate beside the active model: numbers with their differences, and the slices that changed most."""

from math import isnan

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES
from core.workflow import candidate, scored
from core.workflow.candidate import Beside, Cell, ChangedSlice, MetricRow, Part
from pages.shared.candidate_chart import dice_difference
from pages.shared.chart_frame import draw, table_button
from pages.shared.plain import plain

PARTS: tuple[Part, ...] = (*FOREGROUND, None)
HEART = "Heart"  # the mean of the labels
REVIEW = "pages/2_Review.py"
ONE_PATIENT = "One patient alone gives no interval; more patients of the hold-out need masks."
TITLES = ("Reference", "Active", "Candidate")


def compared(candidate_id: int, active_id: int, split: str) -> Beside | None:
    """The comparison; computed again only when a score, a mask or a status has changed."""
    return _compared(candidate_id, active_id, split, scored.stamp(candidate_id), scored.stamp(active_id))


@st.cache_data(max_entries=16, show_spinner="Comparing slice by slice")
def _compared(candidate_id: int, active_id: int, split: str, ours: str, theirs: str) -> Beside | None:
    return candidate.beside(candidate_id, active_id, scored.Split(split))


def metric_table(found: Beside) -> None:
    """Active to candidate, by metric and label; what is shown to differ is coloured."""
    names = [HEART if part is None else SHORT_NAMES[part] for part in PARTS]
    lines = [f"| Active → candidate | {' | '.join(names)} |", "|---" * (1 + len(names)) + "|"]
    for row in found.metrics:
        unit = f", {row.unit}" if row.unit else ""
        cells = [cell_words(row, row.cells[part]) for part in PARTS]
        lines.append(f"| **{row.name}**{unit} | {' | '.join(cells)} |")
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        st.markdown("\n".join(lines), width="stretch")
        st.caption(
            "Means are over the slices where the label is in the reference or in that model's mask. In "
            "brackets: the mean difference over the slices where both models have the score. Coloured where "
            "its 95 % interval leaves 0 out: green is better, red is worse."
        )
        told = [row.sentence for row in found.metrics] if found.n_patients > 1 else [ONE_PATIENT]
        st.markdown("\n".join(f"- {line}" for line in told))
    with right:
        draw(dice_difference(found))
    table_button([line for row in found.metrics for line in csv_lines(row)], "candidate")


def cell_words(row: MetricRow, cell: Cell) -> str:
    """Both means and their paired difference."""
    if isnan(cell.candidate) and isnan(cell.active):
        return "n/a"
    gain = cell.difference.mean
    digits = candidate.DIGITS[row.unit]
    told = f"{cell.active:.{digits}f} → {cell.candidate:.{digits}f} ({gain:+.{digits}f})"
    if not cell.difference.shown:
        return told
    return f":{'green' if (gain > 0) == row.higher_is_better else 'red'}[{told}]"


def csv_lines(row: MetricRow) -> list[dict[str, object]]:
    """One metric as a table."""
    return [
        {
            "metric": row.name,
            "unit": row.unit,
            "label": HEART if part is None else SHORT_NAMES[part],
            "active": cell.active,
            "candidate": cell.candidate,
            "difference": cell.difference.mean,
            "low": cell.difference.low,
            "high": cell.difference.high,
            "pairs": cell.difference.n,
            "left_out": cell.difference.left_out,
        }
        for part, cell in row.cells.items()
    ]


def changed_slices(found: Beside, candidate_id: int, active_id: int) -> None:
    """The slices that got better, and worse, as pictures that open."""
    left, right = st.columns(2, gap="medium")
    for column, title, items in (
        (left, ":material/trending_up: Got better", found.better),
        (right, ":material/trending_down: Got worse", found.worse),
    ):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            if not items:
                st.caption("No slice by more than 0.005 of Dice.")
            for item in items:
                one_slice(item, candidate_id, active_id)


def one_slice(item: ChangedSlice, candidate_id: int, active_id: int) -> None:
    """Three pictures of a slice and the way to it."""
    st.page_link(
        REVIEW,
        label=f"{plain(item.patient)} slice {item.position + 1}, phase {item.phase + 1}: "
        f"Dice {item.active:.3f} → {item.candidate:.3f}",
        icon=":material/rate_review:",
        query_params={"slice": str(item.slice_id)},
    )
    pictures = candidate.three_pictures(item.slice_id, active_id, candidate_id)
    for column, title, png in zip(st.columns(3), TITLES, pictures, strict=True):
        column.image(png, caption=title, width="stretch")
