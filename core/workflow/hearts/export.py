"""The hearts of the store as a table, or as JSON with all that stands behind their figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.metrics.function.figure import FIGURES, Figure
from core.metrics.function.moments import Moment
from core.metrics.function.ranges import NormalRange, range_for
from core.metrics.function.rules import reasons
from core.records.exports import EVERYTHING, Selection
from core.store.database import open_store
from core.workflow.csv_files import as_csv
from core.workflow.hearts.base import base_and_apex
from core.workflow.hearts.doubts.sense import sense_of
from core.workflow.hearts.loading import chosen_series, load_heart
from core.workflow.hearts.measure import MeasuredHeart, measured
from core.workflow.hearts.normal_ranges import lab_ranges
from core.workflow.hearts.patient import number_in
from core.workflow.hearts.table import COLUMNS, Row, table_row, write_whole

JSON_ENDING = ".json"


@dataclass(frozen=True)
class ExportedHearts:
    """What came of it."""

    n_hearts: int
    unmeasured: tuple[str, ...]  # series of which no figure is a number, and why


@dataclass(frozen=True)
class HeartsFile:
    """Hearts as the bytes of a file, and what came of it."""

    data: bytes
    told: ExportedHearts


def export_hearts(output: Path, selection: Selection = EVERYTHING) -> ExportedHearts:
    """Write the function of hearts, one a series; as JSON where the file ends so, else as CSV.

    Args:
        output: the file; one of the name is replaced.
        selection: which series, and whose masks.

    Raises:
        NotFound: when a series is not there.
        BadInput: when the table of normal ranges is none.
        StoreUnavailable: when the file cannot be written.
    """
    made = hearts_file(selection, as_json=output.suffix.lower() == JSON_ENDING)
    write_whole(output, made.data)
    return made.told


def hearts_file(selection: Selection = EVERYTHING, *, as_json: bool = False) -> HeartsFile:
    """Return the function of hearts as the bytes of a JSON file, or of a CSV.

    Raises:
        NotFound: when a series is not there.
        BadInput: when the table of normal ranges is none.
    """
    ranges = lab_ranges() if as_json else ()
    entries: list[Row] = []
    unmeasured = []
    store = open_store()
    rows = chosen_series(store, selection)
    for row in rows:
        heart = load_heart(store, row.id, selection)
        found = measured(heart, selection)
        said = [one.text for one in sense_of(heart, found, selection)]
        entries.append(heart_entry(found, said, ranges) if as_json else _table_row(found, said))
        if not found.function.is_measured:
            unmeasured.append(f"{row.patient} {row.name}: {'; '.join(reasons(found.function))}")
    if as_json:
        told = {"exported_at": datetime.now(UTC).isoformat(timespec="seconds"), "hearts": entries}
        data = json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8", "replace")
    else:
        data = as_csv(entries, COLUMNS)
    return HeartsFile(data, ExportedHearts(len(rows), tuple(unmeasured)))


def heart_entry(found: MeasuredHeart, findings: Sequence[str], ranges: Sequence[NormalRange]) -> Row:
    """Return all that is known of a heart as values for JSON; slices and phases count from 1."""
    source, basis = found.series.provenance, found.function.basis
    return {
        "patient": found.series.patient,
        "series": found.series.name,
        "series_number": found.series.id,
        "sex": source.sex,
        "age_years": source.age_years,
        "figures": {
            key: _figure(key, figure, range_for(ranges, key, source.sex, source.age_years))
            for key, figure in found.function.figures.items()
        },
        "curves_ml": {label.name.lower(): list(curve) for label, curve in found.function.curves_ml.items()},
        "ed": _moment(basis.moments.ed),
        "es": _moment(basis.moments.es),
        "conventions": found.conventions,
        "findings": list(findings),
        "base_and_apex": [
            {
                "slice": found.series.number_of(one.place.position),
                "phase": one.place.phase + 1,
                "cavity": one.place.cavity.name.lower(),
                "end": "base" if one.is_base else "apex",
                "counts": one.counts,
                "ml": one.ml,
                "surrounded": one.surrounded,
                "change_ml": one.change_ml,
                "change_ef_points": one.change_ef_points,
                "change_mass_g": one.change_mass_g,
                "doubtful": one.is_doubtful,
            }
            for one in base_and_apex(found.series.id, found.selection)
        ],
        "decisions": [
            {
                "slice": found.series.number_of(one.place.position),
                "phase": one.place.phase + 1,
                "cavity": one.place.cavity.name.lower(),
                "counts": one.counts,
                "reader": one.reader,
                "at": one.at.isoformat(timespec="seconds"),
            }
            for one in found.choices.slices
        ],
        "given": {
            fact.value: {"value": one.value, "reader": one.reader, "at": one.at.isoformat(timespec="seconds")}
            for fact, one in found.choices.facts.items()
        },
    }


def _figure(key: str, figure: Figure, normal: NormalRange | None) -> Row:
    entry: Row = {"unit": FIGURES[key].unit, "value": figure.value}
    if figure.value is None:
        entry["reason"] = figure.reason
    if normal is not None:
        entry["normal"] = {"low": normal.low, "high": normal.high, "source": normal.source}
    return entry


def _moment(moment: Moment) -> Row:
    number = None if moment.phase is None else moment.phase + 1
    return {"phase": number, "told_by": moment.told.value, "reader": moment.reader}


def _table_row(found: MeasuredHeart, findings: Sequence[str]) -> Row:
    moments = found.function.basis.moments
    files = {file.phases[0]: file.name for file in found.series.files if len(file.phases) == 1}
    ed, es = (
        None if one.phase is None else number_in(files.get(one.phase, ""), one.phase)
        for one in (moments.ed, moments.es)
    )
    function = found.function if found.function.is_measured else None
    lines = [line.rstrip(".") for line in (*found.conventions, *findings)]
    notes = [found.series.name, *(lines if function else reasons(found.function))]
    return table_row(found.series.patient, function, ed, es, notes)
