"""Whatever a row of the store says of a model, the pages that show it stay usable."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from streamlit.testing.v1 import AppTest

from core.store.database import open_store
from core.store.models.models import register_model
from core.store.tables.models import ModelTable
from core.workflow.models import cards as model_cards
from core.workflow.models import listing
from core.workflow.models.registry import active_model
from core.workflow.promotion import gate
from tests.pages.conftest import problems, words
from tests.workflow.promotion.candidates import pair, perfect

ODD_CARDS = {
    "slices are a number": '{"data": {"training_slices": 5}}',
    "slices are numbers": '{"data": {"training_slices": [1, null, {}]}}',
    "marks are numbers": '{"data": {"store": 5, "patient_marks": [1, null, {}], "n_training_slices": "x"}}',
    "patients are a text": '{"data": {"training_patients": "anna"}}',
    "Dice is a text": '{"scores": {"validation_dice": "x"}}',
    "Dice has texts": '{"scores": {"validation_dice": {"RV": "high", "LV": true, "Myo": null}}}',
    "loss is an object": '{"training": {"loss": {}, "augmentation": 3, "final": "yes"}}',
    "a huge number": f'{{"spacing_mm": {10**400}, "widths": [{10**400}]}}',
    "no numbers": '{"spacing_mm": NaN, "widths": [NaN], "scores": {"validation_dice": {"RV": Infinity}}}',
    "parent is a list": '{"parent": ["a"], "created": 2026}',
    "half letters": '{"parent": "\\ud800", "created": "\\ud800", "\\ud800": "\\ud800"}',
    "deep": "[" * 900 + "]" * 900,
    "deeper than can be read": '{"data": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep in a field": '{"data": {"note": ' + "[" * 400 + "]" * 400 + "}}",
    "wide": json.dumps({"data": {"training_slices": ["a/b/0/0"] * 20_000}, "parent": "x" * 100_000}),
    "a list": "[1, 2]",
    "a text": '"card"',
    "nothing": "null",
    "no JSON": "{",
    "empty": "",
}
WORST = ("slices are a number", "half letters", "deeper than can be read", "no JSON")
WORDS = (
    "data",
    "training",
    "scores",
    "training_slices",
    "training_patients",
    "patient_marks",
    "store",
    "validation_dice",
    "RV",
    "LV",
)
WORDS += ("widths", "spacing_mm", "parent", "created", "loss", "augmentation", "final", "architecture")
ANY_JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats()
    | strategies.text(strategies.characters(), max_size=8),
    lambda inner: strategies.lists(inner, max_size=3)
    | strategies.dictionaries(strategies.sampled_from(WORDS), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Runs stay queued."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def give_card(model_id: int, card: str) -> None:
    """What an earlier version let in."""
    with open_store().unit_of_work() as session:
        session.get_one(ModelTable, model_id).card = card


@pytest.mark.usefixtures("model")
def test_odd_cards_of_candidates_take_no_page_away(home, open_page):
    model = pair(home, perfect, perfect)
    app = open_page("pages/5_Models.py")
    for name in WORST:
        give_card(model.id, ODD_CARDS[name])
        app.run()
        assert problems(app) == []
        assert "candidate beside unet-cine" in words(app)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("page", ["app.py", "pages/4_Train.py", "pages/5_Models.py"])
def test_an_odd_card_of_the_active_model_takes_no_page_away(home, open_page, page):
    row = active_model()
    app = open_page(page)
    for name in WORST:
        give_card(row.id, ODD_CARDS[name])
        app.run()
        told = problems(app)
        assert all("no training can start from unet-cine" in problem.lower() for problem in told)
        assert bool(told) == (page == "pages/4_Train.py")


def draw_cards() -> None:
    """The cards of all models that the store has, one below the other."""
    from core.store.database import open_store
    from core.store.models.models import list_models
    from pages.shared.models.card import model_card

    for row in list_models(open_store()):
        model_card(row)


def drawn_and_judged(cards: Iterable[str]) -> None:
    """Every card on one page, and everything else that reads them."""
    for number, card in enumerate(cards):
        row = register_model(open_store(), name=f"m{number}", sha256=f"{number}", path="none", card="")
        give_card(row.id, card)
    app = AppTest.from_function(draw_cards).run(timeout=60)
    assert not app.exception
    for line in listing.model_lines():
        line.parent.encode()
        seen, known = gate.learnt_from(line.row, {"anna"})
        assert seen <= {"anna"}
        assert isinstance(known, bool)
        assert isinstance(gate.learnt_from_validation(line.row), bool)
        assert isinstance(model_cards.card_file(line.row).encode(), bytes)
        json.loads(json.dumps(model_cards.whole_card(line.row), allow_nan=False))


@pytest.mark.usefixtures("home")
def test_every_odd_card_is_drawn_read_and_judged():
    drawn_and_judged(ODD_CARDS.values())


@pytest.mark.usefixtures("home")
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(strategies.lists(ANY_JSON, min_size=20, max_size=20))
def test_a_card_of_any_values_is_drawn_read_and_judged(cards):
    drawn_and_judged(json.dumps(values) for values in cards)


def test_what_an_honest_card_says_is_shown(home, open_page, model):
    card = {
        "architecture": "unet", "widths": [8, 16], "spacing_mm": 1.5, "created": "2026-11-24T10:00:00",
        "parent": "elder", "training": {"loss": "dice-focal", "augmentation": "report"},
        "data": {"training_slices": ["a/b/0/0", "a/b/1/0"]},
        "scores": {"validation_dice": {"RV": 0.5, "LV": None}},
    }  # fmt: skip
    row = active_model()
    give_card(row.id, json.dumps(card))
    app = open_page("pages/5_Models.py")
    told = words(app)
    for line in (
        "Unet, widths 8-16, at 1.5 mm a pixel",
        "Learnt from 2 slices",
        "Loss dice-focal, augmentation report",
        "Trained 2026-11-24",
        "Started from elder",
    ):
        assert line in told
    assert [(metric.label, metric.value) for metric in app.metric][:3] == [
        ("RV", "0.500"), ("Myo", "n/a"), ("LV", "n/a"),
    ]  # fmt: skip
