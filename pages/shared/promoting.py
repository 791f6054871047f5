"""Promote, override, roll back, and what follows; each a person's act."""

import streamlit as st

from core.records import PromotionKind, RunKind
from core.workflow import prediction, promotion, scoring
from core.workflow.model_verdict import Verdict
from core.workflow.people import why_no_override
from core.workflow.words import counted
from pages.shared.frame import telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader, this_reader
from pages.shared.run_progress import prediction_progress, run_progress

KINDS = {
    PromotionKind.PROMOTED: ":material/arrow_upward:",
    PromotionKind.OVERRIDDEN: ":material/gavel:",
    PromotionKind.ROLLED_BACK: ":material/undo:",
}


def verdict_box(model_id: int, name: str, verdict: Verdict) -> None:
    """What the hold-out says, and the button that it allows."""
    show, icon = (st.success, ":material/verified:") if verdict.allowed else (st.warning, ":material/block:")
    show(plain(verdict.reason), icon=icon)
    for caveat in verdict.caveats:
        st.markdown(f":orange[:material/warning:] {plain(caveat)}")
    score_first(verdict)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Promote {plain(name)}",
            icon=":material/arrow_upward:",
            type="primary",
            key="promote",
            disabled=not verdict.allowed,
            help="It then predicts in place of the active model",
        ):
            with telling():
                promotion.promote(model_id, this_reader())
                st.rerun()
        reader = this_reader()
        if not verdict.allowed and promotion.may_override(reader):
            override(model_id)
        elif not verdict.allowed:
            st.caption(plain(why_no_override(reader)))


def score_first(verdict: Verdict) -> None:
    """Let the models be scored that the comparison waits for."""
    run_progress(RunKind.SCORING, "slices")
    if (
        verdict.to_score
        and verdict.split
        and st.button("Score what is missing", icon=":material/play_arrow:", key="score")
    ):
        with telling():
            scoring.start_scoring(verdict.to_score, (verdict.split,), current_reader())
            st.rerun()


def override(model_id: int) -> None:
    """Promote all the same, with a reason that is kept."""
    with st.popover("Promote all the same", icon=":material/gavel:"):
        st.markdown("The hold-out does not speak for it. Say why it is right all the same; it is kept.")
        reason = st.text_area("Reason", key="reason", max_chars=1000)
        if st.button(
            "Promote with this reason", icon=":material/gavel:", key="override", disabled=not reason
        ):
            with telling():
                promotion.promote(model_id, this_reader(), reason)
                st.rerun()


def predict_again() -> None:
    """After a promotion: slices without a reader's mask may be predicted by the new model."""
    waiting = promotion.waiting_for_prediction()
    prediction_progress()
    if not waiting:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{counted(waiting, 'slice')} without a reader's mask: the active model has not seen them."
        )
        if st.button("Predict them", icon=":material/smart_toy:", key="predict again"):
            prediction.start_prediction(person=current_reader())
            st.rerun()


def history() -> None:
    """Who promoted what, when and why; and the way back."""
    target, refusal = promotion.roll_back_target(), promotion.why_no_roll_back(this_reader())
    if target is not None and st.button(
        f"Roll back to {plain(target.name)}",
        icon=":material/undo:",
        key="roll back",
        disabled=bool(refusal),
        help=refusal or "The model that was active before the last promotion",
    ):
        with telling():
            promotion.roll_back(this_reader())
            st.rerun()
    lines = promotion.history()
    if not lines:
        st.caption("No model was promoted yet.")
    for line in lines:
        row = line.row
        when = f"{row.promoted_at.astimezone():%Y-%m-%d %H:%M}"
        instead = f" in place of {plain(line.previous)}" if line.previous else ""
        who = f"{row.kind} by {plain(row.reader)}"
        st.markdown(f"{KINDS[row.kind]} **{plain(line.model)}**{instead} · {who} · {when}")
        told = [row.verdict] if row.verdict else []
        told += [f"Reason: {row.reason}"] if row.reason else []
        same = "unchanged since" if line.holdout_unchanged else "CHANGED since, so scores do not compare"
        told.append(f"Hold-out of {counted(row.holdout_patients, 'patient')}, {same}.")
        st.caption("  \n".join(map(plain, told)))
