"""`trail` tells who did what."""

from core.store.database import open_store
from core.store.series.deletion import delete_series
from core.store.series.series import add_series
from tests.store.small import small_series


def test_what_was_done_is_listed_newest_first(septum):
    store = open_store()
    for name in ("anna", "berta"):
        delete_series(store, add_series(store, small_series(name)).series_ids, f"reader of {name}")
    _, text = septum("trail")
    assert text.index("reader of berta") < text.index("reader of anna")
    _, only = septum("trail", "series 1")
    assert "reader of anna" in only
    assert "berta" not in only


def test_an_empty_trail_says_so(septum):
    assert septum("trail") == (0, "Nothing was done yet.\n")
