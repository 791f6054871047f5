"""The numbers of a heart as a table that keeps its places: number, the model's, and what is normal."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from core.workflow.hearts.reader.figure_lines import FigureLine
from pages.shared.heart.figures.reading import Panel
from pages.shared.plain import plain

STYLE = (Path(__file__).parent / "figures.css").read_text(encoding="utf-8")
SIDES = {"lv": "LV", "rv": "RV"}
# What is always seen: the end of a figure's key, its name, and its convention in a few words.
MAIN = {
    "edv_ml": ("EDV", "end-diastolic volume: areas of all slices at ED times the distance between slices"),
    "esv_ml": ("ESV", "end-systolic volume: the same at ES"),
    "sv_ml": ("SV", "stroke volume: EDV - ESV"),
    "ef_percent": ("EF", "ejection fraction: 100 SV / EDV"),
    "mass_g": ("Mass", "myocardium at ED x 1.05 g/ml; papillary muscles count as cavity"),
    "co_l_min": ("CO", "cardiac output: SV x heart rate / 1000"),
    "ci_l_min_m2": ("CI", "cardiac index: CO / body surface area"),
}
MORE = {
    "edv_ml_m2": ("EDVi", "EDV / body surface area"),
    "esv_ml_m2": ("ESVi", "ESV / body surface area"),
    "sv_ml_m2": ("SVi", "SV / body surface area"),
    "mass_g_m2": ("Mass i", "mass / body surface area"),
    "per_ml_s": ("PER", "peak ejection rate: the steepest fall of the volume, with at least 20 whole phases"),
    "pfr_ml_s": ("PFR", "peak filling rate: the steepest rise after ES"),
    "tpfr_ms": ("tPFR", "time from ES to peak filling"),
}
Kinds = Mapping[str, tuple[str, str]]


def draw_numbers(panel: Panel, kinds: Kinds, title: str) -> None:
    """Draw figures as a table, and below it why some have no number."""
    st.html(f"<style>{STYLE}</style>" + table_of(panel.lines, kinds, title))
    for reason, names in reasons_of(panel.lines, kinds).items():
        st.caption(f"{', '.join(names)}: {reason}.")


def how_measured(panel: Panel) -> None:
    """Say whose masks were measured, with the whole convention one click away."""
    vouched = panel.read.heart.vouched
    strokes = f", your strokes on {vouched.n_strokes}" if vouched.n_strokes else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="heart-vouched"):
        st.caption(
            f"{vouched.n_approved:,} of {vouched.n_slices:,} slices approved{strokes}", width="stretch"
        )
        with st.popover("How", icon=":material/info:", type="tertiary", key="how measured"):
            for line in conventions(panel):
                st.markdown(line)


def conventions(panel: Panel) -> list[str]:
    """Return what stands behind the numbers as Markdown, names from outside shown as they are."""
    lines = [plain(line) for line in panel.read.found.conventions]
    lines.append("The model's numbers are of its own masks, with its own ED and ES, and all slices in.")
    sources = {one.normal.source for one in panel.lines.values() if one.normal is not None}
    return lines + [f"Normal for this sex and age: {plain(one)}." for one in sorted(sources)]


def table_of(lines: Mapping[str, FigureLine], kinds: Kinds, title: str) -> str:
    """Return the table in HTML, a row a figure and a column a ventricle."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in SIDES.values())
    rows = "".join(_row(lines, end, *words) for end, words in kinds.items())
    return (
        f'<table class="septum-figures" aria-label="{escape(title)}">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def reasons_of(lines: Mapping[str, FigureLine], kinds: Kinds) -> dict[str, Sequence[str]]:
    """Return which figures of a table have no number, by the reason."""
    found: dict[str, dict[str, None]] = {}
    for end, (name, _) in kinds.items():
        for side in SIDES:
            line = lines.get(f"{side}_{end}")
            if line is not None and line.figure.value is None:
                found.setdefault(line.figure.reason, {})[f"{SIDES[side]} {name}"] = None
    return {reason: _both(names) for reason, names in found.items()}


def _both(names: Iterable[str]) -> list[str]:
    """Names without their side where both sides share them.

    >>> _both(["LV EF", "RV EF", "LV CO"])
    ['EF', 'LV CO']
    """
    kept = list(names)
    ends = [name.partition(" ")[2] for name in kept]
    joined = [end if ends.count(end) > 1 else name for name, end in zip(kept, ends, strict=True)]
    return list(dict.fromkeys(joined))


def _row(lines: Mapping[str, FigureLine], end: str, name: str, means: str) -> str:
    shown = {side: lines[f"{side}_{end}"] for side in SIDES if f"{side}_{end}" in lines}
    unit = next(iter(shown.values())).kind.unit
    wide = ' colspan="2"' if len(shown) < len(SIDES) else ""
    cells = "".join(f"<td{wide}>{_cell(line)}</td>" for line in shown.values())
    return (
        f'<tr><th scope="row" title="{escape(means)}">{name}<small> {escape(unit)}</small></th>{cells}</tr>'
    )


def _cell(line: FigureLine) -> str:
    if not line.number:
        return f'<small title="{escape(line.figure.reason)}">no number</small>'
    said = f"model {line.proposed_number}, {line.difference}" if line.difference else ""
    normal = ""
    if line.normal is not None:
        beyond = ", outside" if line.is_outside else ""
        source = escape(line.normal.source)
        normal = f'<small title="{source}">normal {line.normal.low:g} to {line.normal.high:g}{beyond}</small>'
    return f"<b>{line.number}</b><small>{said}</small>{normal}"
