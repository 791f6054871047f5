"""How long the numbers of a whole heart take: opened, after a stroke, at its base, of its wall.

    python -m benchmarks.speed.hearts [--positions 12] [--phases 25] [--size 256] [--rounds 9]

A synthetic cine with its reference masks in a store of its own; what a page of it asks is asked by its own
verbs. A first round fills the caches and does not count; the median of the others is told.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle

import numpy as np

from benchmarks.speed.timing import seconds
from core.imaging.phantom.cine import beating_heart
from core.labels import Label
from core.records.exports import EVERYTHING
from core.records.hearts import Insertions
from core.records.masks import Strokes
from core.settings import settings
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.models.models import register_model
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, slices_at
from core.workflow.hearts.base import base_and_apex, ends_of
from core.workflow.hearts.choices import count_slice
from core.workflow.hearts.doubts.ranking import ranked_hearts
from core.workflow.hearts.doubts.sense import sense_of
from core.workflow.hearts.measure import measure_heart
from core.workflow.hearts.reader.figure_lines import figure_lines
from core.workflow.hearts.reader.view import ReaderHeart, reader_heart
from core.workflow.hearts.wall import heart_wall
from tests.store.predicted import save_prediction

READER = "benchmark"
PROMISED = 0.3  # seconds, from a stroke to the EF


def questions(series_id: int, size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is asked of a heart."""
    store = open_store()
    (row,) = slices_at(store, series_id, [(3, 0)])
    drawn = {row.id: np.full((size, size), Label.LEFT_VENTRICLE, np.uint8)}
    in_and_out = cycle([False, True])
    yield "the function of a heart", partial(measure_heart, series_id)
    yield "the same after a stroke", partial(measure_heart, series_id, drawn=drawn)
    yield "base and apex at ED and ES", partial(base_and_apex, series_id)
    yield (
        "a slice taken out, or in",
        lambda: count_slice(
            series_id, 0, 0, Label.LEFT_VENTRICLE, counts=next(in_and_out), reader="benchmark"
        ),
    )
    yield "what is worth a look", ranked_hearts
    yield from questions_of_a_reader(series_id)


def questions_of_a_reader(series_id: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what its page asks for a reader who has drawn on 20 slices, where a model has spoken, too."""
    store = open_store()
    rows = list_slices(store, Filter(series_id=series_id), limit=None)
    masks = {row.id: np.zeros((row.height, row.width), np.uint8) for row in rows}
    model = register_model(store, name="benchmark", sha256="0", path="", card="{}")
    for row in rows:
        shares = np.full((len(Label), row.height, row.width), 0.25)
        save_prediction(store, row.id, masks[row.id], shares, 0.1, model.id, "benchmark", 0.05)
    strokes = count(1)

    def draw(slice_id: int) -> None:
        row = next(one for one in rows if one.id == slice_id)
        seq = next(strokes)
        masks[slice_id][seq % row.height, seq % row.width] = Label.LEFT_VENTRICLE
        since = Strokes("benchmark", seq - 1)
        save_draft(
            store,
            slice_id,
            READER,
            masks[slice_id],
            parent_id=row.newest_version_id,
            seq=seq,
            tab="benchmark",
            since=since,
        )

    def after_a_stroke(known: ReaderHeart) -> object:
        draw(rows[30].id)
        return figure_lines(reader_heart(series_id, READER, known.counted))

    for row in rows[:20]:
        draw(row.id)
    known = reader_heart(series_id, READER)
    moments = known.found.function.basis.moments
    cavities = [Label.LEFT_VENTRICLE]
    yield "a reader's heart with 20 drawn slices, first seen", partial(reader_heart, series_id, READER)
    yield "a stroke stored, and all figures after it", partial(after_a_stroke, known)
    yield (
        "the base of the LV at ED",
        partial(ends_of, known.heart, moments.ed.phase or 0, cavities),
    )
    yield "what makes no sense", partial(sense_of, known.heart, known.found, EVERYTHING)
    yield (
        "the wall by segment",
        partial(heart_wall, series_id, 0, moments.es.phase, Insertions(6, (90.0, 110.0), (150.0, 110.0))),
    )


def main() -> None:
    """Make the store, ask, and print what each question took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("positions", 12), ("phases", 25), ("size", 256), ("rounds", 9)):
        parser.add_argument(f"--{name}", type=int, default=number)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEPTUM_HOME"] = folder
        settings.cache_clear()
        heart = beating_heart(0, chosen.positions, chosen.phases, chosen.size, 1.2)
        series_id = add_series(open_store(), heart.series).series_id
        print(f"{chosen.positions} x {chosen.phases} slices of {chosen.size} pixels; promised: {PROMISED} s")
        for name, ask in questions(series_id, chosen.size):
            print(f"{1000 * seconds(ask, chosen.rounds):8.1f} ms  {name}")


if __name__ == "__main__":
    main()
