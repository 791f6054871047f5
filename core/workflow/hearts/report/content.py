"""What a report of one heart says, as values; how it looks is told by `page_html` and `page_pdf`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.labels import Label
from core.metrics.function.body import BsaFormula
from core.metrics.function.moments import Moments
from core.metrics.function.stack import walled_first
from core.metrics.wall.anchor import Insertions
from core.metrics.wall.bulls_eye import CONVENTIONS, WallMap
from core.records.exports import EVERYTHING, Selection
from core.records.slices import SeriesRow
from core.store.database import open_store
from core.version import septum_version
from core.workflow.hearts.doubts.sense import sense_of
from core.workflow.hearts.loading import load_heart
from core.workflow.hearts.measure import measured
from core.workflow.hearts.normal_ranges import lab_ranges
from core.workflow.hearts.report.behind import behind_lines
from core.workflow.hearts.report.figures import FigureTable, figure_table
from core.workflow.hearts.report.pictures import PictureRow, heart_pictures
from core.workflow.hearts.report.words import minute
from core.workflow.hearts.wall import heart_wall

NO_ED = "ED is not known"


@dataclass(frozen=True)
class Curves:
    """The volumes over the beat."""

    ml: Mapping[Label, tuple[float | None, ...]]  # of the cavities, by phase
    ed: int | None
    es: int | None
    step_ms: float | None  # from one phase to the next


@dataclass(frozen=True)
class HeartReport:
    """One heart on one page."""

    patient: str
    heading: tuple[str, ...]  # what is known of patient and series
    pictures: tuple[PictureRow, ...]
    table: FigureTable
    curves: Curves
    wall: WallMap
    wall_notes: tuple[str, ...]  # why segments are grey, a sentence each, as the next three
    conventions: tuple[str, ...]
    findings: tuple[str, ...]
    behind: tuple[str, ...]
    made: str  # when, and by which Septum


def heart_report(
    series_id: int,
    selection: Selection = EVERYTHING,
    *,
    formula: BsaFormula = BsaFormula.MOSTELLER,
    marked: Insertions | None = None,
    reader: str = "",
) -> HeartReport:
    """Return the report of one heart, by masks that are saved.

    Args:
        series_id: which series.
        selection: whose masks.
        formula: of the body surface area.
        marked: the insertions of the right ventricle, where a reader marked them.
        reader: who asks; that strokes of his are not saved is told.

    Raises:
        NotFound: when there is no such series.
        BadInput: when the lab's table of normal ranges is none.
    """
    store = open_store()
    with store.snapshot():
        heart = load_heart(store, series_id, selection)
        found = measured(heart, selection, formula)
        labels, function = heart.stack.labels, found.function
        moments = function.basis.moments
        pictures = heart_pictures(store, heart.series, _shown(moments), selection)
        ed, es = moments.ed.phase, moments.es.phase
        wall = WallMap(reason=NO_ED) if ed is None else heart_wall(series_id, ed, es, marked, selection)
        cavities = {label: function.curves_ml[label] for label in walled_first(labels)}
        return HeartReport(
            heart.series.patient,
            _heading(heart.series),
            pictures.rows,
            figure_table(function, heart.series, lab_ranges(), labels),
            Curves(cavities, ed, es, heart.step_ms),
            wall,
            wall_notes(wall),
            (*found.conventions, *(CONVENTIONS if wall.segments else ())),
            tuple(one.text for one in sense_of(heart, found, selection)),
            behind_lines(store, heart, found, pictures.masks, reader),
            f"Septum {septum_version()}, {minute(datetime.now(UTC))}",
        )


def wall_notes(wall: WallMap) -> tuple[str, ...]:
    """Return why segments of the wall have no number.

    >>> wall_notes(WallMap(reason="ED is not known"))
    ('No numbers of the wall: ED is not known.',)
    """
    if not wall.segments:
        return (f"No numbers of the wall: {wall.reason}.",)
    by_reason: dict[str, list[str]] = {}
    for one in wall.segments:
        if one.reason:
            by_reason.setdefault(one.reason, []).append(str(one.number))
    return tuple(f"Grey segment {', '.join(numbers)}: {reason}." for reason, numbers in by_reason.items())


def _shown(moments: Moments) -> dict[str, int]:
    """The phases of which there are pictures, by what they are called; the first where nobody knows."""
    named = {"ED": moments.ed.phase, "ES": moments.es.phase}
    known = {name: phase for name, phase in named.items() if phase is not None}
    return known or {"Neither ED nor ES is known": 0}


def _heading(series: SeriesRow) -> tuple[str, ...]:
    """What the source says of whose heart it is, as the store keeps it."""
    said = series.provenance
    field = f"{said.field_strength_t:g} T" if said.field_strength_t else ""
    facts = [
        ("Series", series.name),
        ("Sex", said.sex),
        ("Age", "" if said.age_years is None else f"{said.age_years:.0f} years"),
        ("Scanner", f"{said.vendor} {field}"),
        ("Stack", f"{series.n_positions} slices, {series.n_phases} phases"),
    ]
    return tuple(f"{title}: {value.strip()}" for title, value in facts if value.strip())
