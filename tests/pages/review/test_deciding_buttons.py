"""A button on Review either decides, then waits for the slice on the screen, or is known to be harmless."""

import ast
import re
from collections.abc import Iterator

from core.settings import ROOT

REVIEW = ROOT / "pages" / "shared" / "review"
PAGE_BUTTONS = ROOT / "pages" / "shared" / "mask_editor" / "following" / "page_buttons.js"
# They change no slice and no mask: what is listed or looked at, and a prediction, which asks again first.
HARMLESS = {"clear filters", "drop", "leave version", "look", "predict now"}
KINDS = ("button", "submit_button")


def keys_of_buttons() -> Iterator[str]:
    """The key of each button on Review, as far as it is the same for all slices."""
    for file in REVIEW.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(node, "func", None)
            if not isinstance(node, ast.Call) or getattr(name, "attr", getattr(name, "id", "")) not in KINDS:
                continue
            (key,) = (each.value for each in node.keywords if each.arg == "key")
            first = key.values[0] if isinstance(key, ast.JoinedStr) else key
            assert isinstance(first, ast.Constant), f"{file}: the key of a button must begin with its name"
            yield str(first.value).rstrip()


def test_every_button_that_decides_waits_for_the_slice_on_the_screen():
    script = PAGE_BUTTONS.read_text(encoding="utf-8")
    listed = re.search(r"const DECISIONS = \[(.*?)\];", script, flags=re.DOTALL)
    assert listed is not None
    decisions = set(re.findall(r'"([^"]+)"', listed[1]))
    assert decisions == set(keys_of_buttons()) - HARMLESS
