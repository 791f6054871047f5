"""Two readers on one slice: both masks and their difference, and the three ways out."""

import streamlit as st

from core.workflow.review import clear_draft, rebase_draft, strokes
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.pictures import picture
from pages.shared.plain import plain
from pages.shared.review.desk import Desk, show_stored
from pages.shared.review.editing.way import apart
from pages.shared.review.in_view import forget

PICTURE_PX = 260  # pixels of each picture


def conflict_choice(desk: Desk) -> None:
    """Show what the other saved beside what this reader drew, and let the reader decide."""
    opened, reader = desk.opened, desk.reader
    if not opened.is_conflict or opened.newest is None:
        return
    theirs, author = opened.newest, plain(opened.newest.author)
    with st.container(border=True):
        st.markdown(
            f":material/warning: **{author} saved version {theirs.id} after you began.** "
            "Nothing is lost: choose which mask goes on."
        )
        pictures = strokes.conflict_pictures(opened.row.id, reader)
        names = ("Yours", f"{opened.newest.author}'s", "Where they differ")
        for column, name, png in zip(st.columns(3), names, pictures, strict=True):
            picture(column, png, name, f"{name}: the mask over slice {opened.row.number}", PICTURE_PX)
        with st.container(horizontal=True, gap="small"):
            mine = button(
                "Keep mine",
                icon=":material/person:",
                key=f"keep mine{apart(desk)}",
                help="Go on with your mask; the next save puts it over theirs, which stays in the versions",
            )
            merge = button(
                "Merge by painting",
                icon=":material/brush:",
                key=f"merge{apart(desk)}",
                help="Go on with your mask and see the difference to theirs (V) while you paint",
            )
            their = button(
                f"Keep {author}'s",
                icon=":material/group:",
                key=f"keep theirs{apart(desk)}",
                help="Give your strokes up; undo brings them back",
            )
    if not (mine or merge or their):
        return
    with errors_shown():
        if their:
            clear_draft(opened.row.id, reader, desk.seen)
            show_stored(opened.row.id)
        else:
            rebase_draft(opened.row.id, reader, desk.seen)
            st.session_state["compare with"] = theirs.id if merge else None
        forget()
        st.rerun()
