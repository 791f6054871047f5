"""An older store keeps why its slices are worth a look as rules and numbers; the way back gives phrases."""

import json

import pytest

from core.records.reasons import Beside, Reason, Rule
from core.store.slices.slices import save_worth, slice_row
from pages.shared.review.why import phrase
from tests.servers.databases import behind
from tests.store.old_form import take_back, write_old_store
from tests.store.small import open_at

SAID = {
    "the model is unsure": Reason(Rule.UNSURE),
    "upside down it is segmented differently (Dice 0.70)": Reason(Rule.UPSIDE_DOWN, amount=0.7),
    "myocardium does not enclose the LV (25 % open)": Reason(
        Rule.OPEN, "left_ventricle", "myocardium", amount=25
    ),
    "Myo in 2 pieces": Reason(Rule.PIECES, "myocardium", amount=2),
    "RV touches LV along 3 pixels": Reason(Rule.TOUCHING, "right_ventricle", "left_ventricle", amount=3),
    "a hole of 1 pixel in the heart": Reason(Rule.HOLE, amount=1),
    "no RV, though the slices on both sides have it": Reason(
        Rule.MISSING, "right_ventricle", beside=Beside.SLICES
    ),
    "LV 2.1 times larger than in the slices beside": Reason(
        Rule.LARGER, "left_ventricle", beside=Beside.SLICES, amount=2.1
    ),
    "RV far larger than in the phases beside": Reason(Rule.LARGER, "right_ventricle", beside=Beside.PHASES),
    "RV 2.5 times smaller than in the phases beside": Reason(
        Rule.SMALLER, "right_ventricle", beside=Beside.PHASES, amount=2.5
    ),
}


@pytest.mark.parametrize("form", ["0001", "0012"])
def test_phrases_of_an_older_store_become_what_they_said(tmp_path, form):
    write_old_store(tmp_path, form)
    phrases = json.dumps([*SAID, "what nobody ever wrote"])
    with behind(tmp_path) as connection:
        connection.execute("UPDATE slice SET reasons = ? WHERE id = 2", (phrases,))
        connection.commit()
    store = open_at(tmp_path)
    assert slice_row(store, 1).reasons == ()
    assert slice_row(store, 2).reasons == tuple(SAID.values())
    assert [phrase(reason) for reason in SAID.values()] == list(SAID)


def test_the_way_back_gives_the_phrases(tmp_path):
    write_old_store(tmp_path)
    store = open_at(tmp_path)
    save_worth(store, {2: (1.0, tuple(SAID.values()))})
    take_back(store, "0012")
    with behind(tmp_path) as connection:
        rows = connection.execute("SELECT reasons FROM slice ORDER BY id").fetchall()
    assert [json.loads(text) for (text,) in rows] == [[], list(SAID)]
