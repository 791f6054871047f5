"""What comes in or came in, a line each, and what was left out and why."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.records.results import FileResult
from core.workflow.importing.listing import list_line, shared_notes
from core.workflow.importing.tally import COMES_IN, SHOWN_AS, Tally
from pages.shared.frame import sentence
from pages.shared.plain import plain

FOLDED = 6  # files from which on those that stay out for one and the same reason are one line
NAMED = 3  # of them that it names
ONE_LINE = 90  # letters of a reason that fit beside a file
TWO_LINES_PX = 66  # of a row for longer ones: Streamlit wraps words in none of up to 4 rem


def show_tally(results: Sequence[FileResult]) -> None:
    """What the results come to, in a line."""
    tally = Tally()
    for result in results:
        tally.add(result)
    st.markdown(f"**{tally.words()}**")


def series_table(results: Sequence[FileResult], key: str) -> None:
    """One line for each series that comes in, came in, or is there already."""
    shown = [result for result in results if result.outcome in COMES_IN]
    if not shown:
        return
    told = shared_notes(shown)
    for note, count in told.items():
        st.caption(plain(f"Of {count:,} series: {note}."))
    lines = [series_line(result, told) for result in shown]
    st.dataframe(
        lines,
        hide_index=True,
        key=key,
        column_config={
            "Result": st.column_config.TextColumn(width=80),
            "Patient": st.column_config.TextColumn(width=110),
            "Series": st.column_config.TextColumn(width=120),
            "Slices": st.column_config.NumberColumn(width=56),
            "Positions x phases": st.column_config.TextColumn(width=130),
            "Masks": st.column_config.NumberColumn(width=56),
            "Split": st.column_config.TextColumn(width=110),
        },
    )


def series_line(result: FileResult, told: Collection[str] = ()) -> dict[str, str | int | None]:
    """Return a series as the table shows it, without the notes that stand above the table."""
    line = list_line(result, told)
    return {
        "Result": SHOWN_AS.get(result.outcome, result.outcome),
        "Patient": line.patient,
        "Series": line.series,
        "Slices": line.slices,
        "Positions x phases": line.grid,
        "Masks": line.masks,
        "Split": line.split,
        "Notes": sentence(line.notes) if line.notes else "",
    }


def left_out_table(results: Sequence[FileResult], key: str) -> None:
    """One line for each file that does not come in as it is."""
    shown = [result for result in results if result.outcome not in COMES_IN]
    if not shown:
        return
    lines = left_out_lines(shown)
    is_long = any(len(line["Why"]) > ONE_LINE for line in lines)
    st.dataframe(
        lines,
        hide_index=True,
        key=key,
        row_height=TWO_LINES_PX if is_long else None,
        column_config={
            "Result": st.column_config.TextColumn(width=80),
            "File": st.column_config.TextColumn(width=220),
            "Why": st.column_config.TextColumn(width=660),
        },
    )


def left_out_lines(shown: Sequence[FileResult]) -> list[dict[str, str]]:
    """Return the lines of files that stay out; many with one reason are told by number, the first by name."""
    alike: dict[tuple[str, str], list[FileResult]] = {}
    for result in shown:
        name = result.file.rpartition("/")[2]
        reason = result.message.replace(name, "") if name else result.message
        alike.setdefault((result.outcome, reason), []).append(result)
    lines = []
    for (outcome, _), results in alike.items():
        folded = results if len(results) >= FOLDED else []
        for result in results[:1] if folded else results:
            names = [one.file for one in folded[:NAMED]]
            file = f"{len(folded):,} files: {', '.join(names)}, …" if folded else result.file
            why = f"Of the first: {reason_sentence(result)}" if folded else reason_sentence(result)
            lines.append({"Result": outcome, "File": file, "Why": why})
    return lines


def reason_sentence(result: FileResult) -> str:
    """Return what is said of a file as a sentence; a file's name at its beginning stays as it is."""
    begins_with_name = result.message.startswith(result.file.rpartition("/")[2] or " ")
    return f"{result.message}." if begins_with_name else sentence(result.message)
