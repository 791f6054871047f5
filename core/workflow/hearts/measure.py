"""The function of one heart in the store, by whichever masks are meant, with all that stands behind it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.metrics.function.body import BsaFormula
from core.metrics.function.conventions import convention_lines
from core.metrics.function.heart import HeartFunction, heart_function
from core.metrics.function.moments import moments_of
from core.records.exports import EVERYTHING, Selection
from core.records.hearts import HeartChoices, LeftOut
from core.records.slices import SeriesRow
from core.store.database import open_store
from core.text import plural
from core.workflow.hearts.loading import LoadedHeart, Vouched, counted, load_heart, whose

NO_MASKS: Mapping[int, np.ndarray] = {}


@dataclass(frozen=True)
class MeasuredHeart:
    """What was measured of one heart, and from what."""

    series: SeriesRow
    selection: Selection
    function: HeartFunction
    choices: HeartChoices
    vouched: Vouched

    @property
    def conventions(self) -> list[str]:
        """What stands behind the figures, a sentence each."""
        return [*convention_lines(self.function.basis), self.source]

    @property
    def source(self) -> str:
        """Whose masks were measured, and how many of them somebody approved."""
        said = self.vouched
        by = ", ".join(f"{author} ({n})" for author, n in said.authors[:4] if author)
        strokes = f"; strokes on {said.n_strokes} that are no version yet" if said.n_strokes else ""
        return (
            f"Measured from {whose(self.selection)}{f': {by}' if by else ''}; {said.n_approved:,} of "
            f"{plural(said.n_slices, 'slice')} approved{strokes}."
        )


def measure_heart(
    series_id: int,
    selection: Selection = EVERYTHING,
    *,
    formula: BsaFormula = BsaFormula.MOSTELLER,
    drawn: Mapping[int, np.ndarray] = NO_MASKS,
) -> MeasuredHeart:
    """Return the function of one heart, of which only areas are read: it is quick after each stroke.

    Args:
        series_id: which series.
        selection: whose masks.
        formula: of the body surface area.
        drawn: masks (height, width) uint8 by slice that are not saved yet.

    Raises:
        NotFound: when there is no such series.
    """
    counts = {number: counted(mask) for number, mask in drawn.items()}
    return measured(load_heart(open_store(), series_id, selection, counts), selection, formula)


def measured(
    heart: LoadedHeart, selection: Selection = EVERYTHING, formula: BsaFormula = BsaFormula.MOSTELLER
) -> MeasuredHeart:
    """Return the function of a heart that is loaded."""
    function = function_without(heart, heart.choices.left_out, formula)
    return MeasuredHeart(heart.series, selection, function, heart.choices, heart.vouched)


def function_without(
    heart: LoadedHeart, left_out: Collection[LeftOut], formula: BsaFormula = BsaFormula.MOSTELLER
) -> HeartFunction:
    """Return a heart's function where these slices do not count."""
    return heart_function(
        heart.stack,
        moments_of(heart.stack, heart.choices, heart.series.phase_names),
        left_out=left_out,
        body=heart.body,
        formula=formula,
        step_ms=heart.step_ms,
    )
