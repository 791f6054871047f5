"""The versions of a slice's mask: who made which when, how they differ, and the way back to each."""

from math import isnan

import streamlit as st

from core.labels import SHORT_NAMES
from core.records.masks import Origin, Version
from core.workflow.review import restore_version
from core.workflow.review.versions import VersionLine, version_lines
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.plain import plain
from pages.shared.review.in_view import forget

ORIGINS = {
    Origin.REFERENCE: ":material/import_contacts:",
    Origin.MODEL: ":material/smart_toy:",
    Origin.READER: ":material/person:",
}


def version_list(slice_id: int, looked_at: int | None) -> None:
    """All versions, newest first; one can be looked at, which a line above the picture then says."""
    lines = version_lines(slice_id)
    if not lines:
        st.caption("There is no version yet. Save makes the first.")
    for index, line in enumerate(lines):
        version = line.version
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            who = f"{ORIGINS[version.origin]} **{plain(version.author)}**"
            st.markdown(f"{who} · {describe_version(version)}  \n{format_dice(line)}")
            if index == 0:
                st.caption("shown")
            elif button(
                "Look",
                key=f"look {version.id}",
                disabled=version.id == looked_at,
                help="Show this version; it can be restored from there",
            ):
                st.session_state["looked at"] = version.id
                st.rerun()


def describe_version(version: Version) -> str:
    """Return when a version came, its number, the work in it and its note, as Markdown."""
    parts = [f"{version.created_at.astimezone():%Y-%m-%d %H:%M}", f"version {version.id}"]
    if version.seconds:
        parts.append(f"{version.seconds:.0f} s of work")
    if version.note:
        parts.append(plain(version.note))
    return " · ".join(parts)


def format_dice(line: VersionLine) -> str:
    """Return the Dice with the version before, label by label, as text."""
    if not line.dice:
        return "the first"
    dice = [
        f"{SHORT_NAMES[label]} {'absent' if isnan(score) else f'{score:.3f}'}"
        for label, score in line.dice.items()
    ]
    return f"Dice with the one before: {', '.join(dice)}"


def old_version_bar(version_id: int, reader: str, newest_id: int | None) -> None:
    """Above an old version: restore it over the newest that the reader has seen, or go back to that one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/history: Version {version_id}. V shows its difference to the newest.")
        if reader and button(
            "Restore it",
            icon=":material/restore:",
            key="restore version",
            help="As a new version; the slice is then in progress until somebody approves it",
        ):
            with errors_shown():
                restored = restore_version(version_id, reader, newest_id)
                st.toast(f"Shown again as version {restored}; the slice is in progress")
                st.session_state["looked at"] = None
                forget()
                st.rerun()
        if button("Back to the newest", icon=":material/arrow_back:", key="leave version"):
            st.session_state["looked at"] = None
            st.rerun()
