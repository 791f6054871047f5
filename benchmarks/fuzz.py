"""Whether changed inputs of every kind are taken, asked about or refused in a sentence, soon, in little RAM.

    python -m benchmarks.fuzz [--inputs 50000] [--workers 2] [--seed 0] [--kinds DICOM] [--record FILE]
                              [--keep FOLDER]

Good files of every kind, tables, DICOM tags, edits of masks and files of models are changed at random (bits
flipped, numbers overwritten, cut, grown, parts swapped, zeroed and repeated, fields given odd values) and
read as Septum reads them, one at a time in a process. A violation is an exception, a message that is no
plain sentence, nothing said at all, more than 300 MB above what the process held after one input of each
kind, more than 5 s on the processor, or the process's end. The same seed makes the same inputs. With
`--record`, a campaign that was cut off goes on. Prints a table and exits with 1 when there was a violation,
whose files `--keep` takes. Linux alone tells memory.
"""

import argparse
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.fuzzing.campaign import Record, batches, run
from benchmarks.fuzzing.targets import targets
from benchmarks.fuzzing.work import VERDICTS, Batch, Outcome
from tests.imaging.changed_files import write

WIDTHS = (9, 9, 8, 9, 6, 10, 9)  # of the table's columns


def keep(batch: Batch, number: int, violation: str, folder: Path) -> None:
    """Write the files of a violation into a folder, with what was wrong and its seed."""
    place = folder / f"{batch.kind} {number}".replace("/", "-")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "violation.txt").write_text(f"{violation}\nseed {batch.seed}, number {number}\n")
    files = targets()[batch.kind].files
    if files is not None:
        write(place / "files", files(batch.of(number)))


def table(done: Sequence[tuple[Batch, Outcome]]) -> str:
    """A row a kind, and all together."""
    rows: dict[str, Outcome] = defaultdict(Outcome)
    for batch, outcome in done:
        rows[batch.kind].add(outcome)
        rows["all"].add(outcome)
    rows["all"] = rows.pop("all", Outcome())
    titles = zip(("tried", "taken", "asked", "refused", "wrong", "slowest s", "peak MB"), WIDTHS, strict=True)
    lines = [f"{'kind':36}" + "".join(f"{title:>{width}}" for title, width in titles)]
    for kind, one in rows.items():
        told = "".join(
            f"{one.verdicts[verdict]:{width}}" for verdict, width in zip(VERDICTS, WIDTHS[1:4], strict=True)
        )
        tried = sum(one.verdicts.values())
        lines.append(
            f"{kind:36}{tried:9}{told}{len(one.violations):6}{one.slowest_s:10.2f}{one.peak_mb:9.0f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, try the inputs, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=50_000, help="in all")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="", help="only kinds whose name holds this")
    parser.add_argument("--record", type=Path, help="where what was tried is written down")
    parser.add_argument("--keep", type=Path, help="folder for the files of violations")
    arguments = parser.parse_args()
    weights = {kind: target.weight for kind, target in targets().items() if arguments.kinds in kind}
    record = Record(arguments.record)
    todo = record.left(batches(weights, arguments.inputs, arguments.seed))
    start = time.perf_counter()
    for batch, outcome in run(todo, arguments.workers):
        record.add(batch, outcome)
        for number, violation in outcome.violations:
            print(f"{batch.kind} {number}: {violation}", flush=True)
            if arguments.keep:
                keep(batch, number, violation, arguments.keep)
    print(table(record.done))
    violations = sum(len(outcome.violations) for _, outcome in record.done)
    tried = sum(sum(outcome.verdicts.values()) for _, outcome in record.done)
    print(f"{violations} violations in {tried:,} inputs; {time.perf_counter() - start:.0f} s this time")
    sys.exit(bool(violations))


if __name__ == "__main__":
    main()
