"""What a page's parts are, told to screen readers: its heading, and the menu as the way around."""

from pathlib import Path

import streamlit as st

LANDMARKS = st.components.v2.component(
    "septum_landmarks", js=Path(__file__).with_name("landmarks.js").read_text(encoding="utf-8")
)


def heading(title: str) -> str:
    """Return the page's first heading in HTML; the menu shows the same to whoever can see it.

    >>> heading("Review")
    '<h1 class="septum-unseen">Review</h1>'
    """
    return f'<h1 class="septum-unseen">{title}</h1>'


def mark_landmarks(address: str) -> None:
    """Have the browser call the menu a navigation, and its link to this address the current one."""
    LANDMARKS(data=address, key="landmarks")
