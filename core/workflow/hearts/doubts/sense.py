"""Whether hearts make sense, and which are worth a look first: by what corrections change in EF."""

from dataclasses import dataclass

from core.metrics.function.figure import Figure
from core.metrics.function.rules import HeartFinding, heart_findings
from core.metrics.function.stakes import Doubts, HeartStake, heart_stake
from core.records.decisions import DECIDED
from core.records.exports import EVERYTHING, Selection
from core.records.masks import Origin
from core.records.slices import SeriesRow, Status
from core.store.database import open_store
from core.text import plural
from core.workflow.hearts.base import moments_in, surrounded_shares
from core.workflow.hearts.loading import LoadedHeart, load_heart
from core.workflow.hearts.measure import MeasuredHeart, measured


@dataclass(frozen=True)
class RankedHeart:
    """One heart in the order in which hearts are worth a look."""

    series: SeriesRow
    stake: HeartStake  # of the walled cavity's EF
    slice_ids: tuple[int, ...]  # of the stake's slices
    findings: tuple[HeartFinding, ...]
    ef_percent: Figure  # of the walled cavity
    n_decided: int  # slices that somebody approved or rejected
    n_slices: int

    @property
    def reason(self) -> str:
        """Why it stands where it stands, in a sentence."""
        if not self.stake.slices:
            return "Nothing is in doubt that would change the EF."
        first, points = self.stake.slices[0], round(self.stake.ef_points)
        by = f"about {plural(points, 'point')}" if points else "less than a point"
        return (
            f"Corrections may change the EF by {by}, most in slice "
            f"{self.series.number_of(first.position)}, phase {first.phase + 1}: {first.text}."
        )


def sense_of(heart: LoadedHeart, found: MeasuredHeart, selection: Selection) -> list[HeartFinding]:
    """Return what does not make sense about a heart, a sentence each."""
    shares = surrounded_shares(open_store(), heart, selection, moments_in(heart))
    return heart_findings(heart.stack, found.function, shares)


def rank_heart(series_id: int, selection: Selection = EVERYTHING) -> RankedHeart:
    """Return what a correction of one heart would change in its EF, and what else is asked of it in a list.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    heart = load_heart(store, series_id, selection)
    found = measured(heart, selection)
    moments = found.function.basis.moments  # whatever was taken out; to find them anew would take as long
    phases = {one.phase for one in (moments.ed, moments.es) if one.phase is not None}
    shares = surrounded_shares(store, heart, selection, sorted(phases))
    doubts = Doubts(
        disagreement={
            (area.position, area.phase): area.disagreement
            for area in heart.areas
            if area.disagreement is not None
        },
        surrounded=shares,
        settled=frozenset(
            (area.position, area.phase)
            for area in heart.areas
            if area.status == Status.APPROVED or area.origin in (Origin.READER, Origin.REFERENCE)
        ),
    )
    ids = {(area.position, area.phase): area.slice_id for area in heart.areas}
    cavity = next(iter(heart.stack.labels.walled))
    stake = heart_stake(heart.stack, found.function, doubts, cavity)
    side = heart.stack.labels.structures[cavity].short_name.lower()
    return RankedHeart(
        heart.series,
        stake,
        tuple(ids[one.position, one.phase] for one in stake.slices),
        tuple(heart_findings(heart.stack, found.function, shares)),
        found.function.figures[f"{side}_ef_percent"],
        sum(area.status in DECIDED for area in heart.areas),
        len(heart.areas),
    )
