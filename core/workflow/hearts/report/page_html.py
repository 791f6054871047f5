"""A report as one file of HTML: no script, nothing fetched, every word from outside escaped."""

import base64
from collections.abc import Sequence
from html import escape

from core.text import marked
from core.workflow.hearts.report.bulls_eye import bulls_eyes
from core.workflow.hearts.report.charts import volume_curves
from core.workflow.hearts.report.content import HeartReport
from core.workflow.hearts.report.figures import FigureTable
from core.workflow.hearts.report.paper import as_svg
from core.workflow.hearts.report.pictures import PictureRow
from core.workflow.hearts.report.words import NOTICE, TITLE

CURVES, EYES = (330, 150), (330, 122)  # points
# Paper is white, whatever the theme of the app: it is printed, filed and sent.
STYLE = """
@page { size: A4; margin: 10mm; }
:root { color-scheme: light; }
body { font: 12px/1.35 Helvetica, Arial, sans-serif; color: #1b1f24; background: #fff; margin: 0 auto;
  padding: 16px; max-width: 900px; }
h1 { font-size: 19px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 12px; margin: 10px 0 3px; }
header { display: flex; justify-content: space-between; gap: 16px; border-bottom: 1px solid #d8dde3; }
header p, footer { color: #57606a; margin: 2px 0 6px; overflow-wrap: anywhere; }
.pictures { display: grid; grid-template-columns: repeat(6, 1fr); gap: 4px; }
figure { margin: 0; } figure img { width: 100%; display: block; }
figcaption { font-size: 10px; color: #57606a; overflow-wrap: anywhere; }
.halves { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; }
svg { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; } th, td { padding: 1px 4px; text-align: right; }
th:first-child { text-align: left; font-weight: normal; } thead th { border-bottom: 1px solid #d8dde3; }
td.normal { color: #57606a; }
ul { margin: 0; padding-left: 14px; font-size: 10.5px; overflow-wrap: anywhere; }
footer { border-top: 1px solid #d8dde3; margin-top: 10px; padding-top: 4px; }
@media (max-width: 640px) { .halves { grid-template-columns: 1fr; }
  .pictures { grid-template-columns: repeat(3, 1fr); } header { display: block; } }
@media print { body { padding: 0; font-size: 9px; max-width: none; } ul { font-size: 7px; }
  figcaption { font-size: 7px; } h1 { font-size: 15px; } h2 { font-size: 9px; margin-top: 5px; } }
"""
# Whoever opens the file needs not trust it: a browser refuses all but what lies in it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def report_html(report: HeartReport) -> bytes:
    """Return the report as HTML in UTF-8."""
    halves = _halves(
        _section("Numbers", _table(report.table)) + _list(report.table.missing),
        _section("Volumes over the beat", as_svg(volume_curves(report.curves, *CURVES), "Volume curves"))
        + _section("Wall by segment", as_svg(bulls_eyes(report.wall, *EYES), "Bull's-eye of the wall"))
        + _list(report.wall_notes),
    ) + _halves(
        _section("How it was measured", _list((*report.conventions, *_sources(report.table)))),
        _section("What stands behind it", _list(report.behind))
        + (_section("Worth a look", _list(report.findings)) if report.findings else ""),
    )
    body = (
        f"<header><div><h1>{_said(report.patient)}</h1><p>{_said(' · '.join(report.heading))}</p></div>"
        f"<div><p><strong>{TITLE}</strong></p><p>{_said(report.made)}</p></div></header>\n"
        f"<main>{''.join(map(_pictures, report.pictures))}{halves}</main>\n<footer>{NOTICE}</footer>"
    )
    page = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{_said(report.patient)}: {TITLE}</title>\n<style>{STYLE}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )
    return page.encode("utf-8", "replace")


def _pictures(row: PictureRow) -> str:
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(one.png).decode()}" '
        f'alt="{_said(row.title)}, slice {one.number}"/>'
        f"<figcaption>slice {one.number}: {_said(one.behind)}</figcaption></figure>"
        for one in row.pictures
    )
    return _section(row.title, f'<div class="pictures">{figures}</div>')


def _table(table: FigureTable) -> str:
    normal = '<th scope="col">normal</th>' if table.has_normal else ""
    heads = "".join(f'<th scope="col">{_said(name)}</th>{normal}' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{_said(line.title)}</th>'
        + "".join(
            f"<td>{_said(cell.value)}</td>"
            + (f'<td class="normal">{_said(cell.normal)}</td>' if table.has_normal else "")
            for cell in line.cells
        )
        + f"<td>{_said(line.unit)}</td></tr>"
        for line in table.lines
    )
    head = f'<tr><th scope="col">Figure</th>{heads}<th scope="col">unit</th></tr>'
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _sources(table: FigureTable) -> tuple[str, ...]:
    return tuple(f"Normal ranges: {source}." for source in table.sources)


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{_said(title)}</h2>{inner}</section>"


def _halves(left: str, right: str) -> str:
    return f'<div class="halves"><div>{left}</div><div>{right}</div></div>'


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_said(line)}</li>' for line in lines)}</ul>" if lines else ""


def _said(text: str) -> str:
    return escape(marked(text))
