"""One reader's name at work in several windows at once: nothing that one acknowledged goes unseen."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.fault_rounds.rounds import Round, own_home, unsound
from benchmarks.fault_rounds.store import SHAPE
from core.errors import Conflict, SeptumError
from core.records.masks import Seen, Strokes
from core.store.database import Store, open_store
from core.store.masks import drafts
from core.store.masks.reader_view import view_slice
from core.store.series.series import add_series
from core.store.slices.slices import list_slices
from core.workflow.review import clear_draft, publish_draft
from core.workflow.review.open_slice import open_slice
from core.workflow.review.versions import version_lines
from tests.store.small import small_series

STEPS = 200
READER = "ann"


@dataclass
class Window:
    """A browser tab, and what it knows of the slice."""

    tab: str
    seen: Seen = field(default_factory=lambda: Seen(None))
    seq: int = 0  # of its own newest stroke
    loads: int = 0
    shown: set[bytes] = field(default_factory=set)  # masks that it showed


def windows(folder: Path, chance: Random) -> Round:
    """Windows draw, save, discard and load at random; each change of the draft is one that its maker saw."""
    lost: list[str] = []
    tried = 0
    with own_home(folder):
        store = open_store()
        add_series(store, small_series(n_positions=1))
        (row,) = list_slices(store)
        tabs = [Window(f"tab {number}") for number in range(chance.randrange(2, 5))]
        for tab in tabs:
            load(store, row.id, tab)
        for _ in range(STEPS):
            tab = chance.choice(tabs)
            before = drafts.load_draft(store, row.id, READER)
            try:
                step(store, row.id, tab, chance)
            except Conflict:
                load(store, row.id, tab)
                continue
            except SeptumError:
                continue
            tried += 1
            if before is not None and before.mask.tobytes() not in tab.shown and gone(store, row.id, before):
                lost.append(f"{tab.tab} took away stroke {before.seq} of {before.tab}, which it never showed")
        lost += unsound()
    return Round(0, tried, tuple(lost))


def gone(store: Store, slice_id: int, before: drafts.Draft) -> bool:
    """Whether the draft's strokes are neither the draft nor a version any more."""
    now = drafts.load_draft(store, slice_id, READER)
    if now is not None and now.mask.tobytes() == before.mask.tobytes():
        return False
    return all(line.version.mask.tobytes() != before.mask.tobytes() for line in version_lines(slice_id))


def load(store: Store, slice_id: int, tab: Window) -> None:
    """Open the slice in the window, as a reload does."""
    opened = open_slice(slice_id, READER)
    mask = view_slice(store, slice_id, READER).mask
    tab.seen, tab.seq = opened.seen, opened.stored.seq
    tab.loads += 1
    tab.tab = f"{tab.tab.partition(' of')[0]} of load {tab.loads}"  # each has a name of its own
    tab.shown.add((np.zeros(SHAPE, np.uint8) if mask is None else mask).tobytes())


def step(store: Store, slice_id: int, tab: Window, chance: Random) -> None:
    """Do one thing in the window."""
    what = chance.choices(("stroke", "save", "approve", "discard", "load"), (60, 8, 6, 6, 20))[0]
    if what == "load":
        load(store, slice_id, tab)
    elif what == "discard":
        clear_draft(slice_id, READER, tab.seen)
        load(store, slice_id, tab)
    elif what == "stroke":
        mask = np.random.default_rng(chance.getrandbits(40)).integers(0, 4, SHAPE).astype(np.uint8)
        drafts.save_draft(
            store,
            slice_id,
            READER,
            mask,
            parent_id=tab.seen.parent_id,
            seq=tab.seq + 1,
            tab=tab.tab,
            since=tab.seen.strokes,
        )
        tab.seq += 1
        tab.seen = replace(tab.seen, strokes=Strokes(tab.tab, tab.seq))
        tab.shown.add(mask.tobytes())
    else:
        publish_draft(slice_id, READER, tab.seen, seq=tab.seq, approve=what == "approve")
        load(store, slice_id, tab)
