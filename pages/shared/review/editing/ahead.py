"""Slices that a key may lead to, sent to the editor before it is pressed, the nearest first as it asks."""

from core.errors import SeptumError
from core.workflow.hearts.pictures.pace import phase_ms
from core.workflow.review import places_in_series, slice_row
from core.workflow.review.open_slice import open_slice
from core.workflow.review.queue import next_in_queue
from pages.shared.mask_editor import SeriesPlaces, packed_ahead, send_ahead, send_ways
from pages.shared.review.desk import (
    EDITOR_KEY,
    RESERVE_PX,
    Desk,
    discarded_at,
    document_of,
    group_of,
    shown_as,
    slice_of,
)


def prepare_next(desk: Desk) -> None:
    """Tell the browser what lies around the open slice, whose pictures it then asks for.

    Call it last on the page: the reader has the open slice by then. A picture that is old by a moment is put
    right as soon as the page has followed.
    """
    following = next_in_queue(desk.opened.row.id, desk.chosen, desk.order)
    ways: dict[str, str] = {}
    versions: dict[str, str] = {}
    if following is not None:
        ways = dict.fromkeys(("approve", "reject"), document_of(following, desk.reader))
        versions = {ways["approve"]: state_of(following, slice_row(following).newest_version_id)}
    send_ways(document=desk.document, ways=ways, versions=versions, places=places_of(desk), key=EDITOR_KEY)


def places_of(desk: Desk) -> SeriesPlaces:
    """Return where the slices of the open series lie, under the names that the editor has for them."""
    series = desk.opened.series
    slices = tuple(
        (document_of(slice_id, desk.reader), from_base, phase, state_of(slice_id, version_id))
        for slice_id, from_base, phase, version_id in places_in_series(series.id)
    )
    return SeriesPlaces(group_of(series.id), series.n_phases, slices, phase_ms(series.id))


def state_of(slice_id: int, version_id: int | None) -> str:
    """Return what tells the browser that its picture of a slice is old: a version, or strokes not its own."""
    return f"{version_id} {discarded_at(slice_id)}"


def send_pictures(wanted: tuple[str, ...], reader: str) -> None:
    """Send the pictures of these documents, as far as they are slices; call it in every run of the editor."""
    pictures = [picture for document in wanted if (picture := picture_of(document, reader)) is not None]
    send_ahead(pictures, key=EDITOR_KEY)


def picture_of(document: str, reader: str) -> bytes | None:
    """Return a slice as the editor keeps it; None for a name of none, and for one that cannot be read.

    Why it cannot be read is told when somebody opens it.
    """
    slice_id = slice_of(document, reader)
    if slice_id is None:
        return None
    try:
        opened = open_slice(slice_id, reader)
    except SeptumError:
        return None
    return packed_ahead(opened.packed, **shown_as(opened, document), reserve_px=RESERVE_PX)
