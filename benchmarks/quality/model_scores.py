"""The figures of a model card, with 95 % intervals over patients.

    python -m benchmarks.quality.model_scores --model NAME|FILE [--data FOLDER ...] [--split validation]
                                      [--labels RV,Myo,LV] [--spacing MM] [--phantoms 4] [--looks N]
                                      [--keep-islands] [--keep-base] [--output FILE.json]

Every series with reference masks in the folders is predicted as the app does it, each slice on its own grid,
with the model's usual looks (or --looks 1|2|4), without small islands (--keep-islands keeps them) and without
what looks like heart beyond the base (--keep-base). Slices with neither reference nor prediction of a label
have no Dice and are left out. Volumes are the phases of more than one slice, pooled in 3-D; the volumes of a
patient make one heart, measured at the ED and ES of its reference. With --phantoms, synthetic beating hearts
at every phase are scored as well.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.quality.scored_cases import (
    LEVELS,
    ScoredVolume,
    calibration_error,
    false_and_missed,
    false_hearts,
    function_agreement,
    labelled_series,
    phantoms,
    scored_volumes,
    slice_dice,
    slices_by_level,
    volume_dice,
    volume_hausdorff,
)
from core.cli.data.evaluate import parse_labels
from core.labels import Label
from core.metrics.location import SliceLevel
from core.metrics.statistics.agreement import MeasureAgreement
from core.metrics.statistics.bootstrap import Interval
from core.network.predict import Predictor
from core.workflow.models.registry import find_checkpoint

Table = Mapping[str, Interval | MeasureAgreement]


def tables_of(every: Sequence[ScoredVolume], labels: tuple[Label, ...]) -> dict[str, Table]:
    """Return all figures by the title of their table; what there is nothing to say of is left out."""
    slices = [one for volume in every for one in volume.slices]
    volumes = [volume for volume in every if len(volume.slices) > 1]
    tables: dict[str, Table] = {"Dice of a slice": slice_dice(slices, labels)}
    if not volumes:
        return tables
    levels = slices_by_level(volumes)
    for level in LEVELS:
        tables[f"Dice of a slice, {level}"] = slice_dice(levels[level], labels)
    tables["Dice in 3-D"] = volume_dice(volumes, labels)
    tables["HD95 in 3-D, mm"] = volume_hausdorff(volumes, labels)
    tables["share of slices"] = {
        **false_and_missed([one for volume in volumes for one in volume.slices], labels),
        "a heart found beyond base and apex": false_hearts(levels[SliceLevel.OUTSIDE]),
    }
    tables["prediction less reference"] = function_agreement(volumes, labels)
    return tables


def line_of(name: str, found: Interval | MeasureAgreement) -> str:
    """Return one line of a table."""
    if isinstance(found, Interval):
        return f"  {name:36} {between(found)}  n = {found.n}"
    limits = f"limits {found.lower.mean:.1f} to {found.upper.mean:.1f}"
    return f"  {name:36} bias {between(found.bias, 1)}  MAE {between(found.mae, 1)}  {limits}  n = {found.n}"


def between(found: Interval, digits: int = 3) -> str:
    """Return a mean with its interval."""
    return f"{found.mean:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="")
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--split", default="validation", choices=("train", "validation", "test", "all"))
    parser.add_argument("--labels", type=parse_labels, default=parse_labels("RV,Myo,LV"))
    parser.add_argument("--spacing", type=float)
    parser.add_argument("--looks", type=int)
    parser.add_argument("--keep-islands", action="store_true")
    parser.add_argument("--keep-base", action="store_true")
    parser.add_argument("--phantoms", type=int, default=0)
    parser.add_argument("--output", type=Path, help="all figures as JSON")
    return parser.parse_args()


def main() -> None:
    """Read the arguments, print the tables."""
    chosen = arguments()
    predictor = Predictor(
        find_checkpoint(chosen.model), "cpu", tta_flips=chosen.looks, remove_islands=not chosen.keep_islands
    )
    cases = {
        "phantoms": phantoms(chosen.phantoms),
        "data": labelled_series(chosen.data, chosen.split, chosen.spacing) if chosen.data else iter(()),
    }
    record: dict[str, dict[str, object]] = {}
    for kind, series in cases.items():
        every = scored_volumes(predictor, series, trim_base=not chosen.keep_base)
        if not every:
            continue
        slices = [one for volume in every for one in volume.slices]
        print(f"{kind}: {len(slices)} slices of {len({one.patient for one in slices})} patients")
        error = calibration_error(slices)
        print(f"calibration error around the heart: {error:.4f}")
        record[kind] = {"slices": len(slices), "calibration error": error}
        for title, table in tables_of(every, chosen.labels).items():
            print(title, *(line_of(name, found) for name, found in table.items()), sep="\n")
            record[kind][title] = {name: asdict(found) for name, found in table.items()}
    if chosen.output:
        chosen.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
