"""No page has a button whose click can be forgotten."""

import ast

from core.settings import ROOT

LEFT = {"carry stop"}  # it ends the run by being clicked, and nothing waits for it


def key_of(call: ast.Call) -> str:
    return next((ast.unparse(each.value).strip("'") for each in call.keywords if each.arg == "key"), "")


def test_every_button_notes_its_click():
    forgetful = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in ("button", "form_submit_button")
        and not any(each.arg == "on_click" for each in node.keywords)
        and key_of(node) not in LEFT
    ]
    assert forgetful == []
