"""How long a reader waits for a mask that is carried through the beat of a heart in the store.

    python -m benchmarks.speed.carry [--positions 10] [--phases 20] [--size 160]

The masks of ED and ES of a synthetic heart are approved, all other slices get theirs from them. Seconds are
told for the plan, for each slice, and for keeping them all as drafts in one unit of work.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.simulated_lab import move_in
from core.imaging.phantom.cine import beating_heart
from core.records.slices import Split, Status
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status
from core.workflow.hearts.carry import carried, keep_carried, plan_carry


def main() -> None:
    """Make the heart, carry its masks, print the seconds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--positions", type=int, default=10)
    parser.add_argument("--phases", type=int, default=20)
    parser.add_argument("--size", type=int, default=160)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="septum-carry-") as folder:
        move_in(Path(folder))
        heart = beating_heart(0, asked.positions, asked.phases, asked.size).series
        cavity = [
            sum(
                int((one.mask == 3).sum()) for one in heart.slices if one.phase == at and one.mask is not None
            )
            for at in range(asked.phases)
        ]
        ends = (0, int(np.argmin(cavity)))
        slices = tuple(one if one.phase in ends else replace(one, mask=None) for one in heart.slices)
        series_id = add_series(open_store(), replace(heart, slices=slices, split=Split.TRAIN)).series_id
        rows = list_slices(open_store(), Filter(series_id=series_id), limit=None)
        for row in rows:
            if row.phase in ends:
                set_status(open_store(), row.id, Status.APPROVED)
        began = time.perf_counter()
        plan = plan_carry(series_id, "reader", [(row.position, row.phase) for row in rows])
        planned, seconds, made = time.perf_counter() - began, [], []
        before = time.perf_counter()
        for one in carried(plan):
            made.append(one)
            seconds.append(time.perf_counter() - before)
            before = time.perf_counter()
        keep_carried(plan, made)
        kept = time.perf_counter() - before
    print(f"plan of {len(made)} slices {planned:.2f} s")
    median, most = np.median(seconds), max(seconds)
    print(f"a slice {median:.2f} s in the median, {most:.2f} s at most, all {sum(seconds):.1f} s")
    print(f"kept {kept:.2f} s")


if __name__ == "__main__":
    main()
