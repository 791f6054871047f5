"""What every page shares: its set-up, the menu, and problems told as messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from core.errors import BadSetting, SeptumError, one_memory_error
from core.settings import settings
from pages.shared.clicks import forget_clicks
from pages.shared.figures import begin_page
from pages.shared.landmarks import heading, mark_landmarks
from pages.shared.line import watch_line
from pages.shared.messages import tell, tell_again
from pages.shared.plain import plain
from pages.shared.reader import reader_choice, require_sign_in
from pages.shared.tour import draw_tour

MENU = (
    ("app.py", "Home", ":material/home:"),
    ("pages/1_Import.py", "Import", ":material/upload_file:"),
    ("pages/2_Review.py", "Review", ":material/rate_review:"),
    ("pages/3_Heart.py", "Heart", ":material/monitor_heart:"),
    ("pages/4_Train.py", "Train", ":material/model_training:"),
    ("pages/5_Models.py", "Models", ":material/deployed_code:"),
    ("pages/6_Class_balance.py", "Class balance", ":material/donut_large:"),
    ("pages/7_Metrics.py", "Metrics", ":material/query_stats:"),
)

# Streamlit leaves a hand's breadth above a page; a reading room has no room for that.
STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 0.6rem 1.5rem 1rem; max-width: 1800px; }
[data-testid="stHeader"] { height: 0; min-height: 0; }
[data-testid="stToolbar"] { top: 0.3rem; right: 0.5rem; }
/* A message must lie neither on the buttons that gave rise to it nor on the picture. */
[data-testid="stToastContainer"] { inset: auto auto 1rem 1rem; }
/* The name gives way to the buttons, in two lines: a bar that wraps pushes the picture out of sight. */
.st-key-bar { flex-wrap: nowrap; }
.st-key-bar > * { flex: none; }
/* All the room that is left, and always two lines of it: no button moves with what stands there. */
.st-key-bar > [data-testid="stElementContainer"]:first-child { flex: 1 1 0; min-width: 0; }
.st-key-bar [data-testid="stMarkdownContainer"] p {
  line-height: 1.25; max-height: 2.5em; overflow: hidden; overflow-wrap: anywhere;
}
/* Streamlit's box of a broken line would lie over the picture; line.js says it, and that strokes are safe. */
[data-septum-line="broken"] [data-testid="stDialog"] { display: none; }
.septum-line {
  position: fixed; z-index: 1000000; top: 0.5rem; left: 50%; transform: translateX(-50%);
  max-width: calc(100vw - 2rem); padding: 0.5rem 0.9rem; border-radius: 0.5rem;
  background: #f0e442; color: #16181b; box-shadow: 0 6px 20px rgb(0 0 0 / 45%);
}
/* One level below the page's own heading, and no larger than what stands below it is worth. */
[data-testid="stHeading"] h2 { font-size: 1.5rem; padding: 0.5rem 0; }
.st-key-menu { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.st-key-menu [data-testid="stMarkdownContainer"] p { font-weight: 700; letter-spacing: 0.02em; }
@media (max-width: 1250px) {  /* eight pages fit into one line of a small screen without their icons */
  .st-key-menu, .st-key-bar { gap: 0.4rem; }
  .st-key-menu [data-testid="stPageLink"] span:has(> [data-testid="stIconMaterial"]) { display: none; }
  .st-key-bar [data-testid="stMarkdownContainer"] p {
    font-size: 0.78rem; line-height: 1.05; max-height: 3.15em;  /* three lines, no higher than a button */
  }
}
</style>
"""
# What all pages share beside it, a file a subject; a later one overrules an earlier one.
SHEETS = ("unseen", "colours", "narrow", "forced")
COMMON_STYLE = "".join(
    f"<style>{(Path(__file__).parent / 'style' / f'{name}.css').read_text(encoding='utf-8')}</style>"
    for name in SHEETS
)
OPEN_PAGE_STYLE = "<style>.st-key-menu a[href='{}'] {{ background: rgb(128 128 128 / 20%); }}</style>"


def address_of(title: str) -> str:
    """Return where the menu's link to a page leads; Streamlit's own mark of the open page is too faint.

    >>> address_of("Class balance")
    'Class_balance'
    """
    file = next((file for file, name, _ in MENU if name == title), "")
    return file.removeprefix("pages/").partition("_")[2].removesuffix(".py")


@contextmanager
def frame(title: str) -> Iterator[None]:
    """Set the page up, draw the menu, and show what a person can mend as a message instead of a traceback."""
    # An emoji and no material icon, since a tab's material icon is fetched from the internet.
    st.set_page_config(page_title=f"{title} - Septum", page_icon="🫀", layout="wide")
    st.html(STYLE + COMMON_STYLE + OPEN_PAGE_STYLE.format(address_of(title)))
    st.html(heading(title))
    begin_page()
    watch_line()
    require_settings()
    require_sign_in()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="menu"):
        st.markdown(":material/cardiology: Septum", width="content")
        for page, name, icon in MENU:
            st.page_link(page, label=name, icon=icon, width="content")
        st.space("stretch")
        reader_choice()
    mark_landmarks(address_of(title))
    draw_tour(title)
    with errors_shown():
        yield
    tell_again()
    forget_clicks()


def require_settings() -> None:
    """Show nothing but a sentence where a setting cannot be used."""
    try:
        settings()
    except BadSetting as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        st.stop()


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show what a person can mend as a message; fragments need it for themselves."""
    try:
        with one_memory_error():
            yield
    except SeptumError as error:
        tell(sentence(str(error)))


def sentence(text: str) -> str:
    """Return a message as a sentence, with a capital and a full stop; a file at its beginning keeps its name.

    >>> sentence("there is no slice 7")
    'There is no slice 7.'
    >>> sentence("notes.png is empty")
    'notes.png is empty.'
    """
    text = text.strip()
    is_file = "." in text.partition(" ")[0].rstrip(".:")
    return (text if is_file else text[:1].upper() + text[1:]) + (
        "" if text.endswith((".", "!", "?")) else "."
    )
