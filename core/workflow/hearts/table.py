"""Hearts as a table, a row each, with exactly the columns that others' programs expect."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.durable import write_durably
from core.errors import StoreUnavailable
from core.metrics.function.figure import Figure
from core.metrics.function.heart import HeartFunction
from core.workflow.csv_files import as_csv

FIGURE_COLUMNS = (
    *("lv_edv_ml", "lv_esv_ml", "lv_sv_ml", "lv_ef_percent", "lv_mass_g"),
    *("rv_edv_ml", "rv_esv_ml", "rv_sv_ml", "rv_ef_percent"),
)
COLUMNS = ("patient", *FIGURE_COLUMNS, "ed_phase", "es_phase", "notes")
DIGITS = 3  # after the point
CONVENTION = "papillary muscles count as cavity; mass at ED with 1.05 g/ml; phases count from 1"
NO_FIGURES: Mapping[str, Figure] = {}
Row = dict[str, object]


def table_row(
    patient: str,
    function: HeartFunction | None,
    ed_number: int | None,
    es_number: int | None,
    notes: Sequence[str],
) -> Row:
    """Return the row of a heart; a figure that there is not is an empty cell, and the notes say why.

    Args:
        patient: whose heart it is.
        function: what was measured; None where nothing could be.
        ed_number: the phase of ED as its source counts it, from 1.
        es_number: that of ES.
        notes: what the figures rest on, and why some are missing.
    """
    figures = NO_FIGURES if function is None else function.figures
    values = {key: figures[key].value if key in figures else None for key in FIGURE_COLUMNS}
    return {
        "patient": patient,
        **{key: None if value is None else round(value, DIGITS) for key, value in values.items()},
        "ed_phase": ed_number,
        "es_phase": es_number,
        "notes": "; ".join(notes if function is None else (*notes, CONVENTION)),
    }


def write_table(rows: Sequence[Row], output: Path) -> Path:
    """Write the rows as CSV, whole or not at all.

    Raises:
        StoreUnavailable: when the file cannot be written.
    """
    return write_whole(output, as_csv(rows, COLUMNS))


def write_whole(output: Path, data: bytes) -> Path:
    """Write a file, whole or not at all, and its folder where it is not there.

    Raises:
        StoreUnavailable: when it cannot be written.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_durably(output, data)
    except OSError as error:
        raise StoreUnavailable(
            f"{output} cannot be written ({error.strerror}); choose another --output"
        ) from error
    return output
