"""The dialog that carries corrected masks through beat and stack."""

import streamlit as st

from core.records.spreads import SpreadKind
from core.text import plural
from core.workflow.hearts.carry import CarryPlan, keep_carried, plan_carry
from core.workflow.review.spread.acts import DoneSpread
from pages.shared.clicks import button
from pages.shared.frame import errors_shown
from pages.shared.heart.carry.choices import choose_carry
from pages.shared.heart.carry.preview import least_sure_first, show_carried
from pages.shared.heart.carry.words import left_words, plan_words
from pages.shared.heart.carry.work import Work, forget_work, mark_of, work_of, work_on
from pages.shared.review.desk import Desk
from pages.shared.review.spread.done import last_line, remember
from pages.shared.review.work_time import work_seconds

KEY = "Alt+K"  # Streamlit has C and R for itself, also with Alt
OPENED = "carry opened"  # how often the dialog was, so that the work in each is counted by itself


def carry_button(desk: Desk) -> None:
    """Draw the way to carry masks from corrected slices to others."""
    asked = button(
        "Carry",
        icon=":material/double_arrow:",
        key="carry",
        disabled=not desk.reader,
        help=f"{KEY}: corrected masks are carried to other phases and slices along the heart's motion",
        shortcut=KEY,
    )
    if asked:
        st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1
        forget_work()
        carry_dialog(desk)


@st.dialog("Carry through the beat", width="large", icon=":material/double_arrow:", on_dismiss=forget_work)
def carry_dialog(desk: Desk) -> None:
    """Ask from where to where, work it out, show the least sure first, and keep what the reader wants."""
    with errors_shown():
        last_line(desk.opened.series.id, desk.reader)
    with errors_shown():
        carry_steps(desk, work_seconds("carry work time", st.session_state[OPENED]))


def carry_steps(desk: Desk, seconds: float) -> None:
    """Draw what is chosen, how far it is worked out, and what came of it.

    Args:
        desk: what is open, and for whom.
        seconds: of active work so far.

    Raises:
        BadInput: when nothing can be carried as it is chosen.
        Conflict: when one of the slices is another one since it was seen; nothing is changed then.
    """
    chosen = choose_carry(desk)
    plan = plan_carry(desk.opened.series.id, desk.reader, chosen.places, chosen.sources)
    st.markdown(plan_words(plan))
    for sentence in left_words(plan):
        st.caption(sentence)
    place = st.empty()  # of the button, then of how far it is
    work = work_of(plan)
    if work is None:
        with place:
            asked = start_button(plan)
        if asked:
            with place.container():
                work_on(plan)
            place.empty()
            work = work_of(plan)
    if work is not None and work.made:
        decide(desk, work, seconds)


def start_button(plan: CarryPlan) -> bool:
    """Draw the button that has it worked out; another plan has another one."""
    return button(
        f"Carry to {plural(len(plan.targets), 'slice')}",
        icon=":material/double_arrow:",
        type="primary",
        key=f"carry do {mark_of(plan)}",
        disabled=not plan.targets,
        help="Nothing is kept before you have seen it",
    )


def decide(desk: Desk, work: Work, seconds: float) -> None:
    """Draw what came of it, and keep what the reader wants of it.

    Raises:
        Conflict: when one of the slices is another one since; nothing is changed then.
    """
    if not work.is_whole:
        rest = len(work.plan.targets) - len(work.made)
        st.caption(f"Stopped: {plural(rest, 'slice')} were not worked out and stay as they are.")
    st.caption(
        "The least sure first; what is veiled is unsure. Leave out what you would rather draw yourself."
    )
    above = st.container(key="carry-keep")
    mark = mark_of(work.plan)
    kept = show_carried(desk.opened.series, least_sure_first(work.made), mark)
    with above:
        asked = button(
            f"Keep {plural(len(kept), 'slice')} as drafts",
            icon=":material/done_all:",
            type="primary",
            key=f"carry keep all {mark}",
            disabled=not kept,
            help="They are strokes of yours then, which nobody else sees until you save or approve",
        )
    if asked:
        name = keep_carried(work.plan, kept, seconds)
        forget_work()
        remember(SpreadKind.CARRY, DoneSpread(name, tuple(one.look.row.id for one in kept)))
        st.rerun()
