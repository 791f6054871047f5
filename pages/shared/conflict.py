"""Two readers on one slice: both masks and their difference, and the three ways out."""

import streamlit as st

from core.workflow import correction
from pages.shared.desk import Desk, take_over
from pages.shared.frame import telling
from pages.shared.in_view import forget
from pages.shared.plain import plain

SIDE = 260  # pixels of each picture


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
        pictures = correction.conflict_pictures(opened.row.id, reader)
        names = ("Yours", f"{author}'s", "Where they differ")
        for column, name, picture in zip(st.columns(3), names, pictures, strict=True):
            column.image(picture, caption=name, width=SIDE)
        with st.container(horizontal=True, gap="small"):
            mine = st.button(
                "Keep mine",
                icon=":material/person:",
                key="keep mine",
                help="Go on with your mask; the next save puts it over theirs, which stays in the versions",
            )
            merge = st.button(
                "Merge by painting",
                icon=":material/brush:",
                key="merge",
                help="Go on with your mask and see the difference to theirs (V) while you paint",
            )
            their = st.button(
                f"Keep {author}'s",
                icon=":material/group:",
                key="keep theirs",
                help="Give your strokes up; undo brings them back",
            )
    if not (mine or merge or their):
        return
    with telling():
        if their:
            correction.discard(opened.row.id, reader, desk.seen)
            take_over(opened.row.id)
        else:
            correction.keep_mine(opened.row.id, reader, desk.seen)
            st.session_state["compare with"] = theirs.id if merge else None
        forget()
        st.rerun()
