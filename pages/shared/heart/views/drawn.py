"""What the browser draws of the views: words and places as JSON, then the pictures."""

from collections.abc import Callable

from core.records.slices import SliceRow
from core.workflow.hearts.pictures.views import HeartViews, Moment, Place, ShortAxis, words_of
from pages.shared.mask_editor.exchange import envelope, label_table

TITLES = {Moment.ED: "ED", Moment.ES: "ES", Moment.OPEN: "This phase"}
UNKNOWN = "{name} is not known yet: it is found from the masks, or chosen among the figures."
NOT_HERE = "{name} has no slice at this position."


def views_message(views: HeartViews, opened: SliceRow, document_of: Callable[[int], str]) -> bytes:
    """Return all that is drawn as one run of bytes: a header's length, the header, the planes.

    Args:
        views: what is seen.
        opened: the slice that is open.
        document_of: the editor's name of a slice, by which the browser hears of strokes on it.
    """
    planes: list[bytes] = []

    def added(plane: bytes) -> int:
        planes.append(plane)
        return sum(map(len, planes[:-1]))

    header = {
        "colours": [label["colour"] for label in label_table()],
        "spacing": views.spacing_mm,
        "box": views.box,
        "at": views.at,
        "moment": views.moment,
        "moments": [
            {"key": one, "title": title, "known": one in views.known} for one, title in TITLES.items()
        ],
        "pictures": [picture(one, views, added) for one in views.short_axes],
        "cuts": [
            {
                "along": along,
                "n": cut.labels.shape[1],
                "sample_mm": cut.sample_mm,
                "distance_mm": cut.distance_mm,
                "grey": added(cut.pixels.tobytes()),
                "labels": added(cut.labels.tobytes()),
            }
            for along, cut in views.long_axes.items()
        ],
        "places": [place_shown(place, opened) for place in views.places],
        "phase": views.series.phases.describe(views.phases[views.moment]),
        "documents": [document_of(number) for number in sorted(views.slice_ids)],
        "notes": views.notes,
    }
    return envelope(header, b"".join(planes))


def picture(shown: ShortAxis, views: HeartViews, added: Callable[[bytes], int]) -> dict[str, object]:
    """Return ED or ES, or why it is not there."""
    name = TITLES[shown.moment]
    if shown.row is None or shown.grey is None:
        words = NOT_HERE if shown.moment in views.known else UNKNOWN
        return {"moment": shown.moment, "title": name, "missing": words.format(name=name)}
    labels = b"" if shown.labels is None else shown.labels.tobytes()
    return {
        "moment": shown.moment,
        "title": f"{name}: phase {shown.row.phase + 1}",
        "slice": shown.row.id,
        "number": shown.row.number,
        "height": shown.grey.shape[0],
        "width": shown.grey.shape[1],
        "grey": added(shown.grey.tobytes()),
        "labels": added(labels) if labels else None,
    }


def place_shown(place: Place, opened: SliceRow) -> dict[str, object]:
    """Return one place of the long axis with what is read out of it."""
    row = place.row
    if row is None:
        return {"slice": None, "says": "no slice here"}
    out = words_of(place.left_out)
    is_open = row.position == opened.position
    said = [f"slice {row.number}", "open" if is_open else "", f"does not count for {out}" if out else ""]
    return {
        "slice": row.id,
        "number": row.number,
        "open": is_open,
        "out": out,
        "says": ", ".join(part for part in said if part),
    }
