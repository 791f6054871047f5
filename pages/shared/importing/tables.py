"""What comes in or came in, a line each, and what was left out and why."""

from collections.abc import Sequence

import streamlit as st

from core.records import FileResult
from core.workflow.importing.listing import list_line
from core.workflow.importing.tally import COMES_IN, Tally
from pages.shared.frame import sentence

CHARACTERS = 60  # of a note that one line holds for sure, in a narrow window
WRAPPED = 66  # pixels of a row with three lines; a lower one is not wrapped at all
SHOWN_AS = {"planned": "new"}


def told(results: Sequence[FileResult]) -> None:
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
    lines = [series_line(result) for result in shown]
    st.dataframe(
        lines,
        hide_index=True,
        key=key,
        row_height=_height([str(line["Notes"]) for line in lines]),
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


def series_line(result: FileResult) -> dict[str, str | int | None]:
    """A series as the table shows it."""
    line = list_line(result)
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
    st.dataframe(
        [{"Result": result.outcome, "File": result.file, "Why": why(result)} for result in shown],
        hide_index=True,
        key=key,
        row_height=_height([result.message for result in shown]),
        column_config={
            "Result": st.column_config.TextColumn(width=80),
            "File": st.column_config.TextColumn(width=230),
        },
    )


def why(result: FileResult) -> str:
    """What is said of a file as a sentence; a file's name at its beginning stays as it is."""
    begins_with_name = result.message.startswith(result.file.rpartition("/")[2] or " ")
    return f"{result.message}." if begins_with_name else sentence(result.message)


def _height(words: Sequence[str]) -> int | None:
    return WRAPPED if max(len(text) for text in words) > CHARACTERS else None
