"""The list of slices beside the picture: a window of rows with the open one in sight, keys as for mail."""

from pathlib import Path

import streamlit as st

from core.records.slices import SliceRow, Status
from core.workflow.review import PLACED, Order
from core.workflow.review.worklist import QueueRow, QueueWindow, Saved, Worklist, place_of, queue_window
from pages.shared.clicks import noted, noting
from pages.shared.review.worklist.filters import SAVED_WORDS

FOLDER = Path(__file__).parent
WINDOW = 200  # rows sent to the browser; the store holds the rest
PAGE_KEY = "queue page"  # the one that is shown
TURNED = "queue page turned"  # how often it was turned, but not by the reader
MARKS = {
    Status.NEW: "·",
    Status.PREDICTED: "○",
    Status.IN_PROGRESS: "✎",
    Status.APPROVED: "✓",
    Status.REJECTED: "✕",
}
CHANGED_MARK, CHANGED_WORDS = "✓✎", "approved, changed since"
LOOK = ((0.5, "high"), (0.25, "some"), (0.0, "little"))  # from which worth on it is called so
LEGEND = (
    *((mark, str(status)) for status, mark in MARKS.items()),
    (CHANGED_MARK, f"{CHANGED_WORDS}: save or discard the strokes, or approve again"),
    ("Slice", "its number in the stack: 1 is the base, where that is known, else the first of the source"),
    ("Phase", "when in the heartbeat: ED and ES where they are known, else its number"),
    (
        "Look",
        "how much a look is worth: how unsure the model is, how differently it draws the slice upside down, "
        "and what is odd about the anatomy, added up",
    ),
    ("Keys", "J and K or the arrows move the mark, Enter opens the slice"),
)
EMPTY = {
    Saved.TODO: "Nothing is to do here. All shows what is decided.",
    Saved.MINE: "You have drawn on no slice yet.",
    Saved.CHANGED: "No approved slice has changed since.",
    Saved.DISAGREEMENTS: "No two readers differ on a slice.",
}
QUEUE = st.components.v2.component(
    "septum_queue",
    html='<div class="queue"></div>',
    css=(FOLDER / "list.css").read_text(encoding="utf-8"),
    js=(FOLDER / "list.js").read_text(encoding="utf-8"),
)


def slice_list(worklist: Worklist, reader: str, open_id: int | None, height: int) -> int | None:
    """Draw the rows; returns the slice that the reader just chose, if any."""
    chosen = worklist.chosen(reader)
    page = page_to_show(worklist, reader, open_id)
    window = queue_window(chosen, worklist.order, (page - 1) * WINDOW, WINDOW)
    if not window.rows and page > 1:
        page, window = 1, queue_window(chosen, worklist.order, 0, WINDOW)
    show_page(page)
    pages = max(1, -(-window.total // WINDOW))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(counted(worklist, window.total), width="content")
        if open_id is not None:
            st.page_link(
                "pages/3_Heart.py",
                label="Whole heart",
                icon=":material/monitor_heart:",
                query_params={"slice": str(open_id)},
                help="All slices of the open one's heart at a glance",
                width="content",
            )
        if pages > 1:
            key = f"{PAGE_KEY} {st.session_state[TURNED]}"
            st.pagination(pages, default=page, key=key, on_change=take_page, args=(key,))
    if not window.rows:
        empty = EMPTY.get(worklist.saved, "No slice fits the filters.")
        st.info("No slice fits the filters." if worklist.is_narrowed else empty, icon=":material/inbox:")
        return None
    data = {
        "rows": list_rows(window, by_heart=worklist.order is Order.HEART),
        "open": open_id,
        "height": height,
        "legend": LEGEND,
        "label": f"{SAVED_WORDS[worklist.saved]}: slices",
        "by_heart": worklist.order is Order.HEART,
    }
    QUEUE(data=data, key="queue", on_open_change=noting("queue", "open"))
    picked = noted("queue open")
    return next((shown.row.id for shown in window.rows if shown.row.id == picked), None)


def page_to_show(worklist: Worklist, reader: str, open_id: int | None) -> int:
    """Return the page of the list, from 1: the open slice's when it or the list is another one than before.

    A page that the reader turned to stays until then; in an order in which the place of one slice would cost
    as much as the whole list it stays anyway.
    """
    asked = (worklist, reader, open_id if worklist.order in PLACED else None)
    if st.session_state.get("queue shown") != asked:
        st.session_state["queue shown"] = asked
        place = None if open_id is None else place_of(open_id, worklist.chosen(reader), worklist.order)
        show_page(1 + (place or 0) // WINDOW)
    page: int = st.session_state.get(PAGE_KEY, 1)
    return page


def show_page(page: int) -> None:
    """Turn the list to a page: another widget begins there, since none may be given a value but its own."""
    if st.session_state.get(PAGE_KEY) != page:
        st.session_state[PAGE_KEY] = page
        st.session_state[TURNED] = st.session_state.get(TURNED, 0) + 1


def take_page(key: str) -> None:
    """Take over the page that the reader turned to."""
    st.session_state[PAGE_KEY] = st.session_state[key]


def counted(worklist: Worklist, total: int) -> str:
    """Return how many slices are listed, and of what.

    >>> counted(Worklist(), 1204)
    '1,204 slices to do'
    """
    slices = f"{total:,} slices" if total != 1 else "1 slice"
    return f"{slices} to do" if worklist.saved is Saved.TODO else slices


def list_rows(window: QueueWindow, *, by_heart: bool) -> list[dict[str, object]]:
    """Return the rows as the browser draws them; the first of a heart carries its heading."""
    rows: list[dict[str, object]] = []
    before: SliceRow | None = None
    for shown in window.rows:
        new = before is None or before.series_id != shown.row.series_id
        rows.append(list_row(shown) | {"heading": heading(shown.row) if by_heart and new else ""})
        before = shown.row
    return rows


def heading(row: SliceRow) -> str:
    """Return whose heart it is, and in which series."""
    return f"{row.patient} · {row.series}" if row.series else row.patient


def list_row(shown: QueueRow) -> dict[str, object]:
    """Return one row as the list shows it."""
    row, look = shown.row, look_words(shown.row.worth)
    status = CHANGED_WORDS if shown.is_changed else str(row.status)
    phase = shown.phases.describe(row.phase)
    said = [row.patient, row.series, f"slice {row.number}", phase, status, look and f"look: {look}"]
    return {
        "id": row.id,
        "mark": CHANGED_MARK if shown.is_changed else MARKS[row.status],
        "patient": row.patient,
        "slice": str(row.number),
        "phase": shown.phases.short(row.phase),
        "look": look,
        "says": ", ".join(part for part in said if part),
    }


def look_words(worth: float | None) -> str:
    """Return how much a look is worth, in a word; "" before anybody assessed the mask.

    >>> look_words(0.64), look_words(0.3), look_words(0.02), look_words(None)
    ('high', 'some', 'little', '')
    """
    return "" if worth is None else next((word for least, word in LOOK if worth >= least), LOOK[-1][1])
