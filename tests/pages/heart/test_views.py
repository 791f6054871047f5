"""What the browser is told of the views beside the open slice, and that its numbers find their planes."""

import json

import numpy as np
import pytest

from core.labels import Label
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.choices import count_slice
from core.workflow.hearts.pictures.views import Moment, heart_views
from pages.shared.heart.views.drawn import views_message
from pages.shared.heart.views.scripts import SCRIPT
from tests.workflow.hearts.phantom_files import ED, ES, heart

pytestmark = pytest.mark.usefixtures("home")


def told(position: int, phase: int, moment: Moment = Moment.OPEN):
    """The header and a function that finds a plane behind it."""
    number = add_series(open_store(), heart(0)).series_id
    of_series = list_slices(open_store(), Filter(series_id=number), limit=None)
    rows = {(row.position, row.phase): row for row in of_series}
    count_slice(number, 0, phase, Label.LEFT_VENTRICLE, counts=False, reader="ann")
    views = heart_views(rows[position, phase], "ann", moment)
    message = views_message(views, rows[position, phase], lambda slice_id: f"slice-{slice_id} of ann")
    length = int.from_bytes(message[:4], "little")
    header, body = json.loads(message[4 : 4 + length]), message[4 + length :]
    return views, header, lambda offset, size: np.frombuffer(body[offset : offset + size], np.uint8), rows


def test_every_plane_lies_where_the_header_says():
    views, header, plane, _ = told(2, 5)
    for shown, seen in zip(header["pictures"], views.short_axes, strict=True):
        size = shown["height"] * shown["width"]
        assert (plane(shown["grey"], size) == seen.grey.ravel()).all()
        assert (plane(shown["labels"], size) == seen.labels.ravel()).all()
    for shown, seen in zip(header["cuts"], views.long_axes.values(), strict=True):
        size = shown["n"] * len(header["places"])
        assert (plane(shown["grey"], size) == seen.pixels.ravel()).all()
        assert (plane(shown["labels"], size) == seen.labels.ravel()).all()


def test_words_say_which_slice_is_open_what_does_not_count_and_which_phase_it_is():
    _, header, _, rows = told(2, 5)
    titles = [picture["title"] for picture in header["pictures"]]
    assert titles == [f"ED: phase {ED + 1}", f"ES: phase {ES + 1}"]
    assert [place["says"] for place in header["places"]][:3] == [
        "slice 1, does not count for LV",
        "slice 2",
        "slice 3, open",
    ]
    assert header["phase"] == "phase 6 of 8"
    assert f"slice-{rows[2, ES].id} of ann" in header["documents"]


def test_the_script_is_one_scope_without_imports():
    assert "import " not in SCRIPT.replace("unpack", "")
    assert SCRIPT.count("export ") == 1
