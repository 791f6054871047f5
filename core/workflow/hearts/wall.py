"""The wall of a heart in the store, by segment: numbers, or why there are none."""

from core.imaging.grids.directions import directions_of
from core.metrics.wall.bulls_eye import CONVENTIONS, NO_PIXEL_SIZE, Segment, WallMap, wall_map
from core.metrics.wall.segments import SEGMENT_NAMES
from core.records.exports import EVERYTHING, Selection
from core.records.hearts import Insertions
from core.store.database import open_store
from core.store.hearts.choices import heart_choices
from core.store.series.series import series_row
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.loading import masks_of

__all__ = ["CONVENTIONS", "SEGMENT_NAMES", "Segment", "WallMap", "heart_wall"]


def heart_wall(
    series_id: int,
    ed_phase: int,
    es_phase: int | None,
    marked: Insertions | None = None,
    selection: Selection = EVERYTHING,
    reader: str = "",
) -> WallMap:
    """Return thickness at ED and ES and thickening of the segments of a heart.

    Args:
        series_id: which series.
        ed_phase: the phase of ED, found or chosen by a reader.
        es_phase: that of ES; None where there is but one phase.
        marked: the insertions of the right ventricle as a reader marks them; None takes those that are kept.
            Marks go before what the file says of the way round.
        selection: whose masks.
        reader: whose strokes that are no version yet go before them; "" for nobody's.

    Raises:
        NotFound: when there is no such series.
    """
    store = open_store()
    with store.snapshot():
        geometry = series_row(store, series_id).geometry
        rows = list_slices(store, Filter(series_id=series_id), limit=None)
        wanted = {row.id: row for row in rows if row.phase in (ed_phase, es_phase)}
        marked = marked or heart_choices(store, series_id).insertions
        masks = masks_of(store, list(wanted), selection, reader)
    if geometry.spacing_mm is None:
        return WallMap(reason=NO_PIXEL_SIZE)
    ed, es = (
        {wanted[number].position: mask for number, mask in masks.items() if wanted[number].phase == phase}
        for phase in (ed_phase, es_phase)
    )
    way = directions_of(geometry) if marked is None else marked
    return wall_map(ed, {} if es_phase == ed_phase else es, geometry.spacing_mm, way)
