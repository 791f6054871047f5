"""The browser fixtures themselves: a script is served, drawn, and follows the system's theme."""

import pytest

SCRIPT = """
import streamlit as st

st.title("Hearts")
st.write(f"theme {st.context.theme.type}")
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_served_script_is_drawn_in_the_theme_asked_for(serve, page, tmp_path_factory, theme):
    script = tmp_path_factory.getbasetemp() / "hearts.py"
    script.write_text(SCRIPT)
    opened = page(theme=theme)
    opened.goto(serve(script))
    opened.get_by_role("heading", name="Hearts").wait_for()
    opened.get_by_text(f"theme {theme}").wait_for()
