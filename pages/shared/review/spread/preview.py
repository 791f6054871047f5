"""What would come of it: pictures of every slice before and after, and what is left alone."""

import streamlit as st

from core.text import plural
from core.workflow.review.spread.pictures import pictures
from core.workflow.review.spread.preview import SpreadPreview
from core.workflow.review.spread.request import Guard
from pages.shared.pictures import picture
from pages.shared.plain import plain
from pages.shared.review.spread.choices import ALSO
from pages.shared.review.spread.words import GUARDS

AT_ONCE = 12  # slices on one page of pictures
COLUMNS = 4
PICTURE_PX = 130
HEIGHT_PX = 330
MAX_NAMED = 8  # slices that a sentence names


def show_preview(preview: SpreadPreview) -> None:
    """Draw what a spread would do, and what it leaves alone."""
    n = len(preview.changes)
    if n:
        with st.container(height=HEIGHT_PX if n > COLUMNS else "content", border=True, key="many pictures"):
            show_pictures(preview)
    at_work = [f"{plain(', '.join(one.others))} on {one.words}" for one in preview.changes if one.others]
    if at_work:
        st.warning(
            f"Somebody else is at work: {named(at_work)}. What they draw stays theirs.",
            icon=":material/group:",
        )
    if preview.undecided:
        st.caption(
            f"Left alone, since somebody saved another mask after your strokes began, so choose there first: "
            f"{named(preview.undecided)}."
        )
    show_guards(preview)
    if preview.n_same:
        stay = "stays as it is" if preview.n_same == 1 else "stay as they are"
        st.caption(f"{plural(preview.n_same, 'slice')} {stay}: there is nothing to change.")


def show_pictures(preview: SpreadPreview) -> None:
    """Draw the slices of one page, before and after side by side."""
    first, n_pages = 0, -(-len(preview.changes) // AT_ONCE)
    if n_pages > 1:
        page = st.number_input(f"Page of {n_pages}", 1, n_pages, key=f"many page of {n_pages}", width=120)
        first = AT_ONCE * (int(page) - 1)
    shown = preview.changes[first : first + AT_ONCE]
    drawn = list(zip(shown, pictures(shown, PICTURE_PX), strict=True))
    for start in range(0, len(drawn), COLUMNS):
        row = drawn[start : start + COLUMNS]
        for column, (change, png) in zip(st.columns(COLUMNS)[: len(row)], row, strict=True):
            caption = f"{change.words}: before, after"
            picture(column, png, caption, caption, 2 * PICTURE_PX)


def show_guards(preview: SpreadPreview) -> None:
    """Name the slices that are left alone, with the choice to change them, too."""
    for guard, words in preview.left_alone.items():
        st.caption(f"Left alone, {GUARDS[guard]}: {named(words)}.")
    asked = [guard for guard in Guard if guard in preview.left_alone or guard in preview.request.guarded]
    if asked:
        st.pills(
            "Also change slices that are",
            asked,
            selection_mode="multi",
            format_func=lambda guard: GUARDS[guard],
            key=ALSO,
            help="An approval holds until you save; a reference stays among the versions",
        )


def named(words: tuple[str, ...] | list[str]) -> str:
    """Return things by their names, the first of many.

    >>> named(["slice 1", "slice 2"])
    'slice 1; slice 2'
    """
    more = len(words) - MAX_NAMED
    return "; ".join(words[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
