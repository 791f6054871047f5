"""Words from outside keep their letters and lose their power."""

import pytest

from pages.shared.plain import JOINER, plain


@pytest.mark.parametrize(
    ("outside", "written"),
    [
        ("patient_1 slice-2.png", "patient_1 slice-2.png"),
        ("![x](y)", "!\\[x\\](y)"),
        ("_a_ *b* `c` <d> $e$", "\\_a\\_ \\*b\\* \\`c\\` \\<d\\> \\$e\\$"),
        ("# a\n- b", "\\# a - b"),
        ("1. a", "1\\. a"),
        ("at 12:30, file: a", "at 12:30, file: a"),
        ("http://a", f"http:{JOINER}//a"),
        (":red[a]", f":{JOINER}red\\[a\\]"),
        ("a@b www.c", f"a@{JOINER}b www{JOINER}.c"),
        ("a\udcffb", "a?b"),
    ],
)
def test_markdown_finds_nothing_to_do(outside, written):
    assert plain(outside) == written
