"""The table of commands: a verb for each key, done on the slice and the mask that it was meant for."""

import re
from unittest.mock import Mock

import pytest
import streamlit as st

from core.errors import BadInput, Conflict, NotFound
from core.records.masks import Origin, Strokes
from core.records.slices import Status
from core.store.database import open_store
from core.store.masks.masks import newest_version
from core.workflow.review import Filter, Order, slice_row
from core.workflow.review.open_slice import open_slice
from core.workflow.review.queue import NEIGHBOURS
from pages.shared.mask_editor import Command
from pages.shared.mask_editor.assets import FOLDER
from pages.shared.review.commands import VERBS, perform
from pages.shared.review.desk import Desk, document_of
from pages.shared.review.turning import OTHER_END, TURN, showing_of
from tests.workflow.review.readers import draw
from tests.workflow.small import cine, stored


@pytest.fixture
def desk(home, monkeypatch):
    """Ann's desk with the first of three slices that have references, and the rest in the queue."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "toast", Mock())
    rows = stored(cine(n_positions=3, n_phases=1, masked=True))
    return Desk(open_slice(rows[0].id, "ann"), "ann", Filter(), Order.IMPORTED)


def command(desk: Desk, name: str, **change) -> Command:
    """A key that was pressed while the desk's slice was open and shown as it is."""
    return Command(
        name, **{"document": desk.document, "revision": desk.opened.revision, "edit_seq": 0} | change
    )


def test_every_command_that_the_editor_gives_has_a_verb():
    scripts = "\n".join(file.read_text() for file in FOLDER.rglob("*.js"))
    given = set(re.findall(r'"command:(\w+)"', scripts)) | set(re.findall(r'\.command\("(\w+)"\)', scripts))
    assert given == {*NEIGHBOURS, *VERBS, OTHER_END}


def test_a_turn_is_of_the_view_and_what_readers_count_from_goes_the_other_way(desk):
    row = desk.opened.row
    assert perform(command(desk, f"{TURN}90m"), desk, row.id) == row.id
    assert perform(command(desk, OTHER_END), desk, row.id) == row.id
    opened = open_slice(row.id, "ann")
    assert showing_of(opened.series)["turn"] == "90m"
    assert (opened.row.position, opened.row.number) == (0, 3)
    assert set(opened.neighbours) == {"previous_slice"}
    with pytest.raises(BadInput, match="cannot be turned by"):
        perform(command(desk, f"{TURN}45"), desk, row.id)


@pytest.mark.parametrize(("name", "status"), [("approve", Status.APPROVED), ("reject", Status.REJECTED)])
def test_a_decision_leads_to_the_next_slice(desk, name, status):
    first = desk.opened.row
    following = perform(command(desk, name), desk, first.id)
    assert slice_row(first.id).status == status
    assert following == desk.opened.neighbours["next_slice"].id


def test_a_save_makes_a_version_of_the_strokes_and_stays(desk):
    row = desk.opened.row
    draw(row, "ann")
    desk = Desk(open_slice(row.id, "ann"), "ann", desk.chosen, desk.order)
    assert perform(command(desk, "save", edit_seq=1), desk, row.id) == row.id
    assert newest_version(open_store(), row.id).origin == Origin.READER


def test_a_move_goes_to_the_slice_around_and_stays_at_the_end(desk):
    below = desk.opened.neighbours["next_slice"].id
    assert perform(command(desk, "next_slice"), desk, desk.opened.row.id) == below
    assert perform(command(desk, "previous_slice"), desk, desk.opened.row.id) == desk.opened.row.id


def test_the_page_opens_the_slice_that_the_reader_moved_to(desk):
    below = desk.opened.neighbours["next_slice"].id
    wanted = command(desk, "open", document=document_of(below, "ann"), revision=0)
    assert perform(wanted, desk, desk.opened.row.id) == below
    for nonsense in (f"slice-{below} of bob", "slice- of ann", f"slice-{'9' * 30} of ann", "ann", ""):
        assert (
            perform(command(desk, "open", document=nonsense), desk, desk.opened.row.id) == desk.opened.row.id
        )
    with pytest.raises(NotFound):
        perform(command(desk, "open", document=document_of(777, "ann")), desk, desk.opened.row.id)


@pytest.mark.parametrize("name", ["approve", "reject", "save"])
def test_a_key_meant_for_another_slice_changes_nothing(desk, name):
    here, below = desk.opened.row, desk.opened.neighbours["next_slice"].id
    assert perform(command(desk, name, document="slice-9 of ann"), desk, here.id) == here.id
    assert perform(command(desk, name), desk, below) == below  # a move came first
    assert slice_row(here.id).status == here.status
    assert newest_version(open_store(), here.id).id == desk.opened.newest.id


@pytest.mark.parametrize("name", ["approve", "reject", "save"])
def test_a_key_meant_for_another_mask_is_a_conflict(desk, name):
    with pytest.raises(Conflict, match="another one since the key was pressed"):
        perform(command(desk, name, revision=desk.opened.revision + 1), desk, desk.opened.row.id)
    assert slice_row(desk.opened.row.id).status == desk.opened.row.status


def test_a_key_that_nobody_knows_does_nothing(desk):
    assert perform(command(desk, "delete everything"), desk, desk.opened.row.id) == desk.opened.row.id


def test_a_key_that_was_pressed_on_the_strokes_of_another_moment_decides_nothing(desk):
    row = desk.opened.row
    draw(row, "ann")
    desk = Desk(open_slice(row.id, "ann"), "ann", desk.chosen, desk.order)
    for strokes, edit_seq in ((Strokes(), 0), (Strokes("another tab", 1), 1)):
        with pytest.raises(Conflict, match="another one since the key was pressed"):
            perform(command(desk, "approve", strokes=strokes, edit_seq=edit_seq), desk, row.id)
    perform(command(desk, "approve", strokes=desk.seen.strokes), desk, row.id)
    assert newest_version(open_store(), row.id).author == "ann"
