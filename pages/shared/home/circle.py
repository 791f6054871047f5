"""The circle of work on Home: its five steps, how far each is, and one button that does the next."""

import streamlit as st

from core.errors import BadCheckpoint
from core.records.slices import Split
from core.workflow.dashboard import home
from core.workflow.dashboard.home import Overview
from core.workflow.dashboard.next_step import Action
from core.workflow.prediction import plan, predict_store
from core.workflow.review.address import to_address
from core.workflow.review.worklist import Worklist
from pages.shared.clicks import button
from pages.shared.demo import load_button
from pages.shared.frame import sentence
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.run_progress import about
from pages.shared.tour import begin_tour, on_tour
from pages.shared.words import WORDS

STEPS = {  # page, icon
    Action.IMPORT: ("pages/1_Import.py", ":material/upload_file:"),
    Action.PREDICT: ("pages/2_Review.py", ":material/smart_toy:"),
    Action.REVIEW: ("pages/2_Review.py", ":material/rate_review:"),
    Action.TRAIN: ("pages/4_Train.py", ":material/model_training:"),
    Action.PROMOTE: ("pages/5_Models.py", ":material/deployed_code:"),
}


def circle_of_work(seen: Overview) -> None:
    """Draw what is next with its button, and under it all steps."""
    with st.container(border=True, key="circle"):
        with st.container(horizontal=True, vertical_alignment="center"):
            step = seen.next_step
            st.markdown(f"**Next:** {plain(sentence(step.text))}{cost_of(step.action)}")
            st.space("stretch")
            page, icon = STEPS[step.action]
            if button(step.action.capitalize(), icon=icon, type="primary", key="next step"):
                do_step(step.action, seen)
            if not seen.n_slices:
                load_button()
            if not on_tour() and button("Show me around", icon=":material/tour:", key="begin tour"):
                begin_tour()
        for column, (action, state) in zip(
            st.columns(len(STEPS), gap="small"), seen.circle.items(), strict=True
        ):
            page, icon = STEPS[action]
            with column:
                st.page_link(page, label=action.capitalize(), icon=icon, help=WORDS[action])
                mark = ":material/arrow_forward: **now** · " if action is seen.next_step.action else ""
                st.caption(f"{mark}{plain(state)}")


def cost_of(action: Action) -> str:
    """Return by which model and for how long a prediction would go on, before it starts; else nothing."""
    if action is not Action.PREDICT:
        return ""
    try:
        planned = plan.plan_prediction()
    except BadCheckpoint:
        return ""
    return f" {plain(planned.model)} does it{about(planned.seconds)}."


def do_step(action: Action, seen: Overview) -> None:
    """Do what was proposed, where it is one click; open its page where it is work."""
    if action is Action.PREDICT:
        predict_store.start_prediction(person=current_reader(), splits=seen.splits)
        st.rerun()
    waiting = home.slice_to_review(seen.splits) if action is Action.REVIEW else None
    if waiting is None:
        st.switch_page(STEPS[action][0])
    # Filters from before could hide what the sentence speaks of, and the demo would stand among patients.
    shown = Worklist(splits=seen.splits if seen.by_split[Split.DEMO] else ())
    st.switch_page(
        STEPS[action][0],
        query_params=to_address(shown) | {"filter": shown.saved.value, "slice": str(waiting)},
    )
