"""A page of which a run takes a while to reach its buttons; `kind` says which."""

import time
from pathlib import Path

import streamlit as st

from pages.shared.clicks import button, forget_clicks, noted, noting, submit_button

COMPONENT = st.components.v2.component(
    "picker",
    html='<button class="pick">Pick</button>',
    js="""
export default function mount({ parentElement, setTriggerValue }) {
  parentElement.querySelector(".pick").onclick = () => setTriggerValue("open", 7);
}
""",
)
FOLDER = Path(st.query_params["folder"])


def done(what: str) -> None:
    with (FOLDER / "done").open("a", encoding="utf-8") as file:
        file.write(f"{what}\n")


st.checkbox("Another message", key="other")
for _ in range(10):
    st.write("on the way")  # a message that has come by then begins another run
    time.sleep(0.1)
if button("Plain", key="plain"):
    done("plain")
with st.form("form"):
    if submit_button("Of a form", key="of a form"):
        done("form")
COMPONENT(key="picker", on_open_change=noting("picker", "open"))
if (picked := noted("picker open")) is not None:
    done(f"picked {picked}")
if st.session_state["other"] and button("Only now", key="only now"):
    done("only now")
forget_clicks()
st.write("whole")
