"""A line at the foot of the window: what was done a moment ago, with a button and a key to undo it."""

import time

import streamlit as st

from pages.shared.clicks import button

STATE_KEY = "decided"  # what was done last and can be undone, a decision or a change of many slices
SECONDS = 10  # for which the line stands
GRACE_SECONDS = 3  # in which a click that was on its way still counts
UNDO_KEY = "Alt+Z"  # from anywhere on the page; Ctrl+Z in the picture, where strokes drawn since go first
# It lies where messages lie, neither on the picture nor on its buttons. Each line has an animation of its
# own, else the second would go with the first; it vanishes at once, so that nothing moves.
STYLE = """<style>
.st-key-decided-{number} {{
  position: fixed; left: 1rem; bottom: 1rem; z-index: 999; width: auto; padding: 0.4rem 0.8rem;
  max-width: calc(25vw - 1.5rem); flex-wrap: wrap;
  border-radius: 8px; border: 1px solid rgb(128 128 128 / 40%); box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
  background: Canvas; color: CanvasText;
  animation: decided-{number} {seconds}s step-end forwards;
}}
@keyframes decided-{number} {{ to {{ visibility: hidden; }} }}
</style>"""


def undo_bar(words: str, at: float) -> bool:
    """Draw the line for a moment and return whether to undo; what can't be undone any more is forgotten.

    Args:
        words: what was done, in Markdown.
        at: when, seconds.
    """
    if time.time() - at > SECONDS + GRACE_SECONDS:
        del st.session_state[STATE_KEY]
        return False
    number = int(at * 1000)
    st.html(STYLE.format(number=number, seconds=SECONDS))
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"decided-{number}", width="content"
    ):
        st.markdown(words, width="content")
        with st.container(key="undo decision", width="content"):
            # Of this line alone: a click on the one before it that comes late undoes nothing else.
            if button("Undo", icon=":material/undo:", key=f"undo decision {number}", shortcut=UNDO_KEY):
                del st.session_state[STATE_KEY]
                return True
    return False
