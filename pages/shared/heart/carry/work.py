"""Carrying as it goes on: slice by slice, stopped at any time, kept by the session until it is decided."""

from dataclasses import dataclass, field

import streamlit as st

from core.text import plural
from core.workflow.hearts.carry import CarriedSlice, CarryPlan, carried

STATE = "carry work"


@dataclass
class Work:
    """What was worked out of a plan so far."""

    plan: CarryPlan
    made: list[CarriedSlice] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing left to do."""
        return len(self.made) == len(self.plan.targets)


def mark_of(plan: CarryPlan) -> int:
    """Return a number that is another one for any other plan, or where a mask is another one."""
    targets = tuple((target.look.seen, target.sources, target.look.row.id) for target in plan.targets)
    return hash((plan.reader, targets, tuple((number, look.seen) for number, look in plan.sources.items())))


def work_on(plan: CarryPlan) -> None:
    """Work a plan out, showing how far it is; a click on Stop ends it with what there is by then."""
    work = Work(plan)
    st.session_state[STATE] = work
    total = plural(len(plan.targets), "slice")
    with st.container(horizontal=True, vertical_alignment="center", key="carry-progress"):
        bar = st.progress(0.0, f"Carrying to {total}")
        st.button("Stop", icon=":material/stop_circle:", key="carry stop")
    for one in carried(plan):
        work.made.append(one)
        n = len(work.made)
        bar.progress(n / len(plan.targets), f"Carried to {n} of {total}")  # a click on Stop ends it here


def work_of(plan: CarryPlan) -> Work | None:
    """Return what was worked out of this very plan; None where nothing was."""
    work: object = st.session_state.get(STATE)
    known = isinstance(work, Work) and mark_of(work.plan) == mark_of(plan)
    return work if known and isinstance(work, Work) else None


def forget_work() -> None:
    """Drop what was worked out."""
    st.session_state.pop(STATE, None)
