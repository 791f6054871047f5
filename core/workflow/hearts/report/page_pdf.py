"""A report as PDF: one page of A4, drawn as vectors, whose words can be searched."""

import io
from collections.abc import Sequence

from reportlab import rl_config
from reportlab.graphics import renderPDF
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core.text import marked_line
from core.workflow.hearts.report.bulls_eye import bulls_eyes
from core.workflow.hearts.report.charts import volume_curves
from core.workflow.hearts.report.content import HeartReport
from core.workflow.hearts.report.figures import FigureTable
from core.workflow.hearts.report.paper import BOLD, FAINT, SOFT
from core.workflow.hearts.report.pictures import MOST, PictureRow
from core.workflow.hearts.report.typesetter import Typesetter
from core.workflow.hearts.report.words import NOTICE, TITLE

WIDTH, HEIGHT = A4  # points
MARGIN, GAP, BETWEEN = 34.0, 14.0, 4.0
INNER = WIDTH - 2 * MARGIN
HALF = (INNER - GAP) / 2
RIGHT = MARGIN + HALF + GAP  # where the right half begins
NAME, HEADING, TEXT, SMALL, CAPTION = 14.0, 8.0, 7.5, 6.5, 5.2  # sizes of letters
SIZES = (6.8, 4.0)  # the largest and the smallest of sentences, which are as many as they are
CURVES_HEIGHT, EYES_HEIGHT = 112.0, 98.0
FOOT = 14.0
rl_config.useA85 = 0  # pictures as bytes, not as letters: a quarter smaller, and a second quicker
LACKED = "? stands for a letter that this page cannot show; the HTML report has it."


def report_pdf(report: HeartReport) -> bytes:
    """Return the report as a PDF of one page."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    set_by = Typesetter(canvas)
    canvas.setTitle(marked_line(f"{report.patient}: {TITLE}"))
    canvas.setCreator(marked_line(report.made))
    y = _header(set_by, report, HEIGHT - MARGIN)
    for row in report.pictures:
        y = _pictures(set_by, row, y)
    y = _numbers(set_by, report, y - BETWEEN)
    _sentences(set_by, report, y - BETWEEN)
    _foot(set_by)
    canvas.showPage()
    canvas.save()
    return data.getvalue()


def _header(set_by: Typesetter, report: HeartReport, y: float) -> float:
    aside = max(set_by.width(TITLE, HEADING, BOLD), set_by.width(report.made, SMALL)) + GAP
    name = set_by.cut(report.patient, NAME, INNER - aside, BOLD)
    set_by.words(MARGIN, y - NAME, name, NAME, BOLD)
    set_by.words(WIDTH - MARGIN, y - HEADING, TITLE, HEADING, BOLD, anchor="end")
    set_by.words(WIDTH - MARGIN, y - HEADING - 10, report.made, SMALL, ink=SOFT, anchor="end")
    facts = set_by.cut("  ·  ".join(report.heading), TEXT, INNER)
    set_by.words(MARGIN, y - NAME - 12, facts, TEXT, ink=SOFT)
    _rule(set_by.canvas, y - NAME - 17)
    return y - NAME - 20


def _pictures(set_by: Typesetter, row: PictureRow, y: float) -> float:
    side = (INNER - (MOST - 1) * BETWEEN) / MOST
    y = _heading(set_by, MARGIN, y, row.title)
    for place, one in enumerate(row.pictures):
        x = MARGIN + place * (side + BETWEEN)
        image = ImageReader(io.BytesIO(one.png))
        wide, high = (side * length / max(image.getSize()) for length in image.getSize())
        set_by.canvas.drawImage(image, x, y - high, wide, high)
        caption = set_by.cut(f"slice {one.number}: {one.behind}", CAPTION, side)
        set_by.words(x, y - side - CAPTION - 1, caption, CAPTION, ink=SOFT)
    return y - side - CAPTION - 5


def _numbers(set_by: Typesetter, report: HeartReport, y: float) -> float:
    """The table with the reasons for what it lacks at the left, the drawings at the right."""
    below = _heading(set_by, MARGIN, y, "Numbers")
    below = _table(set_by, report.table, below)
    lower = _heading(set_by, RIGHT, y, "Volumes over the beat") - CURVES_HEIGHT
    renderPDF.draw(volume_curves(report.curves, HALF, CURVES_HEIGHT), set_by.canvas, RIGHT, lower)
    lower = _heading(set_by, RIGHT, lower, "Wall by segment") - EYES_HEIGHT
    renderPDF.draw(bulls_eyes(report.wall, HALF, EYES_HEIGHT), set_by.canvas, RIGHT, lower)
    _column(set_by, MARGIN, below - 2, report.table.missing, below - 2 - lower)
    return lower


def _table(set_by: Typesetter, table: FigureTable, y: float) -> float:
    unit = 40.0
    title = HALF * 0.42
    each = (HALF - title - unit) / len(table.columns)
    ends = [MARGIN + title + each * (place + 1) for place in range(len(table.columns))]
    number = each / 2 if table.has_normal else each
    for end, name in zip(ends, table.columns, strict=True):
        set_by.words(end - each + number, y - TEXT, name, TEXT, BOLD, anchor="end")
        if table.has_normal:
            set_by.words(end, y - TEXT, "normal", SMALL, ink=SOFT, anchor="end")
    y -= TEXT + 3
    for line in table.lines:
        set_by.words(MARGIN, y - TEXT, line.title, TEXT)
        for end, cell in zip(ends, line.cells, strict=True):
            set_by.words(end - each + number, y - TEXT, cell.value, TEXT, anchor="end")
            if table.has_normal:
                set_by.words(end, y - TEXT, cell.normal, SMALL, ink=SOFT, anchor="end")
        set_by.words(ends[-1] + 6, y - TEXT, line.unit, TEXT, ink=SOFT)
        y -= TEXT + 2.2
    return y


def _sentences(set_by: Typesetter, report: HeartReport, y: float) -> None:
    """How it was measured at the left; what stands behind it and what is worth a look at the right."""
    room = y - MARGIN - FOOT
    sources = [f"Normal ranges: {source}." for source in report.table.sources]
    left = _heading(set_by, MARGIN, y, "How it was measured")
    _column(set_by, MARGIN, left, [*report.conventions, *report.wall_notes, *sources], room - (y - left))
    right = _heading(set_by, RIGHT, y, "What stands behind it")
    looks = [f"Worth a look: {one}" for one in report.findings]
    _column(set_by, RIGHT, right, [*report.behind, *looks], room - (y - right))


def _column(set_by: Typesetter, x: float, y: float, sentences: Sequence[str], height: float) -> None:
    size = set_by.fitting_size(sentences, HALF, height, SIZES)
    set_by.column(x, y, sentences, HALF, height, size)


def _heading(set_by: Typesetter, x: float, y: float, words: str) -> float:
    set_by.words(x, y - HEADING - 2, words, HEADING, BOLD)
    return y - HEADING - 6


def _foot(set_by: Typesetter) -> None:
    _rule(set_by.canvas, MARGIN + FOOT - 3)
    set_by.words(MARGIN, MARGIN, NOTICE, SMALL, ink=SOFT)
    if set_by.lacked:
        set_by.words(WIDTH - MARGIN, MARGIN, LACKED, SMALL, ink=SOFT, anchor="end")


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y, WIDTH - MARGIN, y)
