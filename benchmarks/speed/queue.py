"""How long Review's worklist takes with many slices: its window, the next slice, the place of the open one.

    python -m benchmarks.speed.queue [--slices 100000] [--rounds 5] [--postgresql]

A store of made-up hearts in which most slices are to do. What the page asks of the store is asked by its own
verbs, one after the other, and the median is told; a first round fills the caches and does not count.
Patients are searched for by a name that all, one and none of them have. PostgreSQL is started for the
measurement and gone afterwards.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import case, literal, null, update

from benchmarks.speed.dashboard_store import fill
from benchmarks.speed.dashboards import open_at
from benchmarks.speed.timing import seconds
from core.records.slices import Status
from core.store.database import open_store
from core.store.slices.slices import slice_row
from core.store.tables.slices import SliceTable
from core.workflow.review import Order
from core.workflow.review.queue import next_in_queue
from core.workflow.review.worklist import Saved, Worklist, place_of, queue_window

WINDOW = 200
READER = "ann"
PROMISED = 0.1  # seconds for each question, for what is to do heart by heart


def make(n_slices: int) -> None:
    """Fill the store; seven of ten slices wait for a decision, each with another worth."""
    fill(n_slices, 0)
    store = open_store()
    with store.unit_of_work() as session:
        waits = SliceTable.id % 10 < 7
        changed = {
            "status": case((waits, literal(Status.PREDICTED.value)), else_=SliceTable.status),
            "worth": SliceTable.id % 1000 * 919 % 1000 / 1000.0,
            "approved_version_id": case((waits, null()), else_=SliceTable.newest_version_id),
        }
        session.execute(update(SliceTable).values(changed))


def questions(n_slices: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what Review asks, by the order or the saved filter that it is asked for."""
    middle = n_slices // 2
    for order in Order:
        worklist = Worklist(order=order)
        chosen = worklist.chosen(READER)
        yield f"to do, {order}: the window", partial(queue_window, chosen, order, 0, WINDOW)
        yield f"to do, {order}: the next slice", partial(next_in_queue, middle, chosen, order)
    todo = Worklist().chosen(READER)
    yield "to do, heart: the open one's place", partial(place_of, middle, todo, Order.HEART)
    for saved in Saved:
        worklist = Worklist(saved, ((1, 9), (20, 40)))
        chosen = worklist.chosen(READER)
        yield f"{saved}: the window", partial(queue_window, chosen, Order.HEART, 0, WINDOW)
        yield f"{saved}: the next slice", partial(next_in_queue, middle, chosen, Order.HEART)
    for found, name in {
        "all": "patient",
        "one": slice_row(open_store(), middle).patient,
        "none": "zz",
    }.items():
        for order in Order:
            chosen = Worklist(Saved.ALL, patient=name, order=order).chosen(READER)
            yield (
                f"patients, {found} found, {order}: the window",
                partial(queue_window, chosen, order, 0, WINDOW),
            )
            yield (
                f"patients, {found} found, {order}: the next slice",
                partial(next_in_queue, middle, chosen, order),
            )


def main() -> None:
    """Make the store, ask, and print what each question took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slices", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true", help="keep rows on a server")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-queue-") as folder:
        open_at(Path(folder) / "home", asked.slices if asked.postgresql else None)
        make(asked.slices)
        print(f"{asked.slices} slices, median of {asked.rounds}; at most {1000 * PROMISED:.0f} ms by heart")
        for name, ask in questions(asked.slices):
            print(f"  {name:<45} {1000 * seconds(ask, asked.rounds):7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
