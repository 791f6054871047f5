"""A report as a file, in the form that its ending names."""

from collections.abc import Callable
from pathlib import Path

from core.errors import BadInput
from core.records.exports import EVERYTHING, Selection
from core.workflow.hearts.report.content import HeartReport, heart_report
from core.workflow.hearts.report.page_html import report_html
from core.workflow.hearts.report.page_pdf import report_pdf
from core.workflow.hearts.table import write_whole

FORMS: dict[str, Callable[[HeartReport], bytes]] = {".pdf": report_pdf, ".html": report_html}


def report_name(series_id: int, ending: str) -> str:
    """Return what the file is called: by the number of the series, so that no name of a patient is in it.

    >>> report_name(7, ".pdf")
    'septum_heart_7.pdf'
    """
    return f"septum_heart_{series_id}{ending}"


def write_report(series_id: int, output: Path, selection: Selection = EVERYTHING) -> Path:
    """Write the report of a heart, whole or not at all.

    Raises:
        BadInput: when the file's ending names no form.
        NotFound: when there is no such series.
        StoreUnavailable: when it cannot be written.
    """
    form = FORMS.get(output.suffix.lower())
    if form is None:
        raise BadInput(f"a report ends in {' or '.join(FORMS)}, got {output.name}; choose another --output")
    return write_whole(output, form(heart_report(series_id, selection)))
