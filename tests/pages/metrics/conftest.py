"""The Metrics page and its parts."""

from streamlit.testing.v1 import AppTest

PAGE = "pages/7_Metrics.py"


def look_at(app: AppTest, part: str) -> AppTest:
    """Turn to a part of the page."""
    return app.segmented_control(key="metrics part").set_value(part).run()
