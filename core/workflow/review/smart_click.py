"""Smart correction: what a reader's clicks would make of the mask, before they count."""

from pathlib import Path

from core.editing.editor_codec import MAX_COUNT, decode_runs, encode_runs, is_tab
from core.editing.hint import Hint
from core.errors import BadCheckpoint, BadInput
from core.labels import Label
from core.records.slices import DEFAULT_SPACING
from core.settings import settings
from core.store.database import open_store
from core.store.slices.slices import slice_pixels, slice_row

MAX_HINTS = 20  # each costs one look of the network, a second for all where none was answered before
MAX_POINTS = 4096  # of one scribble
MAX_ALL_POINTS = 16384
AGAIN = "open the slice again"
TOO_MUCH = (
    "these clicks are too many to work out at once; drop the last with Backspace, take the others with "
    "Enter, and go on from there"
)


def preview(slice_id: int, payload: object, *, document: str, revision: int) -> dict[str, object]:
    """Return the answer to the editor: the mask after all clicks, as runs, with what they were asked for.

    Args:
        slice_id: the slice that is open.
        payload: document, revision, tab, request, runs and hints as the editor sends them; not trusted.
        document: the editor's name of the slice.
        revision: the version that the drawing starts from.

    Raises:
        BadInput: when it is no smart correction of this slice; nothing has changed then.
        BadCheckpoint: when the network that answers is not there, or does not correct.
    """
    from core.network.correction.corrector import cached_corrector  # torch takes seconds to load

    store = open_store()
    row = slice_row(store, slice_id)
    if not isinstance(payload, dict) or (payload.get("document"), payload.get("revision")) != (
        document,
        revision,
    ):
        raise BadInput(f"a smart correction belongs to another slice or version; {AGAIN}")
    shape = (row.height, row.width)
    mask = decode_runs(payload.get("runs"), shape)
    hints = read_hints(payload.get("hints"), shape)
    tab, request = payload.get("tab"), payload.get("request")
    if not is_tab(tab) or type(request) is not int or not 0 <= request < MAX_COUNT:
        raise BadInput(f"a smart correction must name its browser tab and its number; {AGAIN}")
    corrector = cached_corrector(correction_model())
    corrected = corrector.correct(slice_pixels(store, row), mask, hints, row.spacing_mm or DEFAULT_SPACING)
    return {"document": document, "tab": tab, "request": request, "runs": encode_runs(corrected)}


def correction_model() -> Path:
    """Return the file of the network that answers.

    Raises:
        BadCheckpoint: when there is none.
    """
    path = settings().correction_model
    if not path.is_file():
        raise BadCheckpoint(
            f"smart correction needs the network {path}, which is not there; put it back or name another by "
            "SEPTUM_CORRECTION_MODEL, and correct by the other tools meanwhile"
        )
    return path


def read_hints(hints: object, shape: tuple[int, int]) -> list[Hint]:
    """Return the clicks, checked.

    Raises:
        BadInput: when one is no list of places within the slice with a known label.
    """
    if not isinstance(hints, list) or not hints:
        raise BadInput(f"a smart correction must have 1 to {MAX_HINTS} clicks; {AGAIN}")
    if len(hints) > MAX_HINTS:
        raise BadInput(TOO_MUCH)
    checked: list[Hint] = []
    for hint in hints:
        checked.append(read_hint(hint, shape))
        if sum(len(each.points) for each in checked) > MAX_ALL_POINTS:
            raise BadInput(TOO_MUCH)
    return checked


def read_hint(hint: object, shape: tuple[int, int]) -> Hint:
    """Return one click, scribble or box, checked."""
    if not isinstance(hint, dict):
        raise BadInput(f"a click must be an object; {AGAIN}")
    points, label = hint.get("points"), hint.get("label")
    if not isinstance(points, list) or not 0 < len(points) <= MAX_POINTS:
        raise BadInput(f"a click must have 1 to {MAX_POINTS} points; {AGAIN}")
    if type(label) is not int or label not in set(Label):
        raise BadInput(f"a click has label {label!r}; labels are 0 to {int(max(Label))}")
    checked = tuple(read_point(point, shape) for point in points)
    if hint.get("box") is not True:
        return Hint(checked, Label(label), hint.get("adds") is True)
    if len(checked) != 2 or label == Label.BACKGROUND:
        raise BadInput(f"a box must have two corners and a label of the heart; {AGAIN}")
    return Hint(checked, Label(label), adds=True, box=True)


def read_point(point: object, shape: tuple[int, int]) -> tuple[int, int]:
    """Return (row, column), checked."""
    match point:
        case [int(row), int(column)] if 0 <= row < shape[0] and 0 <= column < shape[1]:
            return row, column
    raise BadInput(f"a click lies at {str(point)[:40]}, outside the slice of {shape[0]} x {shape[1]} pixels")
