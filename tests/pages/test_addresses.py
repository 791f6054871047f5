"""Whatever stands in the address bar, a page is drawn or says in a sentence what is wrong."""

import random
from urllib.parse import quote

import pytest

from pages.shared.frame import MENU
from tests.pages.conftest import problems
from tests.workflow.small import cine, stored

FILES = [file for file, _, _ in MENU]
N_ADDRESSES = 45  # of each page
NAMES = (
    "slice",
    "reader",
    *("filter", "series", "patient", "status", "split", "phase", "order"),
    "Slice",
    "page",
    "embed",
    "embed_options",
    "_stcore",
    "",
    "slice[]",
    "x" * 300,
    "ſlice",
)
VALUES = (
    *("", "0", "1", "-1", "+1", " 1 ", "1.0", "1e3", "0x1", "01", "²", "٣", "१", "1_0", "½", "None", "nan"),
    *(
        "2147483648",
        "9" * 18,
        "9" * 19,
        "9" * 40,
        "9" * 5000,
        "1;2",
        "1,2",
        "1 OR 1=1",
        "%00",
        "\x00",
        "\x7f",
    ),
    *("\u202e1", "\ufeff1", "🫀", "e\u0301", "\n", "\r\nX: y", "<script>", "![x](http://a)"),
    *("../../etc/passwd", "a" * 10_000, "true", "[]", "{}", "'", '"', "\\", "${x}", "{{7*7}}"),
)


@pytest.mark.parametrize("file", FILES)
def test_no_address_breaks_a_page(file, open_page):
    stored(cine("anna", 1, 2))
    app = open_page(file)
    drawn = random.Random(f"addresses of {file}")
    for _ in range(N_ADDRESSES):
        app.query_params.clear()
        address = {drawn.choice(NAMES): drawn.choice(VALUES) for _ in range(drawn.randint(1, 3))}
        address |= {drawn.choice(("slice", "reader")): drawn.choice(VALUES)}
        if drawn.random() < 0.2:
            address["slice"] = drawn.choices(VALUES, k=3)
        app.query_params.update(address)
        try:
            told = problems(app.run())
        except AssertionError as error:
            raise AssertionError(f"{file} with {quote(repr(address), safe=' {}:,')[:300]}") from error
        assert not any("\n" in sentence for sentence in told)


def test_what_an_odd_address_did_is_over_with_the_next_address(open_page):
    rows = stored(cine("anna", 1, 2))
    app = open_page("pages/2_Review.py", slice="9" * 19)
    problems(app)
    app.query_params.clear()
    app.query_params["slice"] = str(rows[1].id)
    assert problems(app.run()) == []
    assert app.session_state["open slice"] == rows[1].id
