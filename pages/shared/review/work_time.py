"""How long a reader has been at work where no stroke tells it: with contours, or on many slices at once."""

import time
from collections.abc import Hashable

import streamlit as st

MAX_PAUSE_SECONDS = 30  # seconds; a longer one is no work on this slice, as while painting


def work_seconds(key: str, of: Hashable) -> float:
    """Return the seconds of work on something: what lies between two touches, where it is no long pause.

    Args:
        key: where this session keeps them.
        of: what is worked on; they are counted anew for another thing.
    """
    now = time.monotonic()
    counted, seconds, touched = st.session_state.get(key, (of, 0.0, now))
    if counted != of:
        seconds, touched = 0.0, now
    pause = now - touched
    seconds += pause if pause < MAX_PAUSE_SECONDS else 0.0
    st.session_state[key] = (of, seconds, now)
    return float(seconds)
