"""Promote, override, roll back, and what follows; each a person's act."""

import streamlit as st

from core.records.models import PromotionKind
from core.records.runs import RunKind
from core.text import plural
from core.workflow.evaluation import score_model
from core.workflow.kept_figures import masks_stamp
from core.workflow.people import override_refusal
from core.workflow.prediction import predict_store
from core.workflow.promotion import promote
from core.workflow.promotion.gate import HoldoutVerdict
from pages.shared.clicks import button
from pages.shared.figures import figures
from pages.shared.frame import errors_shown
from pages.shared.plain import plain
from pages.shared.reader import current_reader, this_reader
from pages.shared.run_progress import run_progress

KINDS = {
    PromotionKind.PROMOTED: ":material/arrow_upward:",
    PromotionKind.OVERRIDDEN: ":material/gavel:",
    PromotionKind.ROLLED_BACK: ":material/undo:",
}


def verdict_box(model_id: int, name: str, verdict: HoldoutVerdict) -> None:
    """What the hold-out says, and the button that it allows."""
    show, icon = (st.success, ":material/verified:") if verdict.allowed else (st.warning, ":material/block:")
    show(plain(verdict.reason), icon=icon)
    for caveat in verdict.caveats:
        st.markdown(f":orange[:material/warning:] {plain(caveat)}")
    with st.container():  # keeps its place, so that a reason that is being written below stays in the hand
        score_first(verdict)
    with st.container(horizontal=True, vertical_alignment="center"):
        if button(
            f"Promote {plain(name)}",
            icon=":material/arrow_upward:",
            type="primary",
            key="promote",
            disabled=not verdict.allowed,
            help="It then predicts in place of the active model",
        ):
            with errors_shown():
                promote.promote(model_id, this_reader())
                st.rerun()
        reader = this_reader()
        if not verdict.allowed and promote.may_override(reader):
            override(model_id)
        elif not verdict.allowed:
            st.caption(plain(override_refusal(reader)))


def score_first(verdict: HoldoutVerdict) -> None:
    """Let the models be scored that the comparison waits for."""
    run_progress(RunKind.SCORING)
    if (
        verdict.to_score
        and verdict.split
        and button("Score what is missing", icon=":material/play_arrow:", key="score")
    ):
        with errors_shown():
            score_model.start_scoring(verdict.to_score, (verdict.split,), current_reader())
            st.rerun()


def override(model_id: int) -> None:
    """Promote all the same, with a reason that is kept."""
    with st.popover("Promote all the same", icon=":material/gavel:"):
        st.markdown("The hold-out does not speak for it. Say why it is right all the same; it is kept.")
        reason = st.text_area("Reason", key="reason", max_chars=1000)
        if button("Promote with this reason", icon=":material/gavel:", key="override", disabled=not reason):
            with errors_shown():
                promote.promote(model_id, this_reader(), reason)
                st.rerun()


def predict_again(active_id: int) -> None:
    """After a promotion: slices without a reader's mask may be predicted by the new model."""
    waiting = figures(("to predict again", active_id), masks_stamp(), promote.waiting_for_prediction)
    if not waiting:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"{plural(waiting, 'slice')} without a reader's mask: the active model has not seen them."
        )
        if button("Predict them", icon=":material/smart_toy:", key="predict again"):
            predict_store.start_prediction(person=current_reader())
            st.rerun()


def history() -> None:
    """Who promoted what, when and why; and the way back."""
    target, refusal = promote.roll_back_target(), promote.why_no_roll_back(this_reader())
    if target is not None and button(
        f"Roll back to {plain(target.name)}",
        icon=":material/undo:",
        key="roll back",
        disabled=bool(refusal),
        help=refusal or "The model that was active before the last promotion",
    ):
        with errors_shown():
            promote.roll_back(this_reader())
            st.rerun()
    lines = promote.history()
    if not lines:
        st.caption("No model was promoted yet.")
    for line in lines:
        row = line.row
        when = f"{row.promoted_at.astimezone():%Y-%m-%d %H:%M}"
        instead = f" in place of {plain(line.previous)}" if line.previous else ""
        who = f"{row.kind} by {plain(row.reader)}"
        st.markdown(f"{KINDS[row.kind]} **{plain(line.model)}**{instead} · {who} · {when}")
        facts = [row.verdict] if row.verdict else []
        facts += [f"Reason: {row.reason}"] if row.reason else []
        same = "unchanged since" if line.holdout_unchanged else "CHANGED since, so scores do not compare"
        facts.append(f"Hold-out of {plural(row.holdout_patients, 'patient')}, {same}.")
        st.caption("  \n".join(map(plain, facts)))
