"""The list of an import in the terminal: a line for each series, then what needs an answer or stays out."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.cli.progress import ANSWERS
from core.records.results import FileResult
from core.workflow.importing.listing import list_line
from core.workflow.importing.tally import COMES_IN, SHOWN_AS, Tally

COLUMNS = ("", "Patient", "Series", "Slices", "Positions x phases", "Masks", "Split", "Notes")
NUMBERS = ("Slices", "Masks")
WIDE = 160  # letters in a line where nobody's terminal says how many


class ImportList:
    """Gathers lines as results arrive."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tally = Tally()
        self._series = _table(COLUMNS)
        self._others = _table(("", "File", "Why"))

    def add(self, result: FileResult) -> None:
        """One more."""
        self._tally.add(result)
        if result.outcome in COMES_IN:
            line = list_line(result)
            numbers = ["" if number is None else str(number) for number in (line.slices, line.masks)]
            cells = (line.patient, line.series, numbers[0], line.grid, numbers[1], line.split, line.notes)
            _row(self._series, SHOWN_AS.get(result.outcome, result.outcome), *cells)
        else:
            option = f" ({ANSWERS[result.asks]})" if result.asks is not None else ""
            _row(self._others, result.outcome, result.file, result.message + option)

    def print(self) -> None:
        """Put it on the output stream; names are shown as they are."""
        console = Console()
        if not console.is_terminal:
            console = Console(width=WIDE)
        for table in (self._series, self._others):
            if table.row_count:
                console.print(table)
        console.print(Text(f"{self._tally.words()}. Nothing was stored."))


def _table(columns: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in NUMBERS else "left")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))
