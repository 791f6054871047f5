"""`promote` from the command line: judged first, refused in words, overridden with a reason, rolled back."""

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.errors import NotFound, NotPromotable
from core.labels import Label
from core.workflow.models.registry import active_model
from core.workflow.promotion import promote
from tests.workflow.hearts import add_hearts
from tests.workflow.promotion.candidates import candidate, pair, perfect, without

pytestmark = pytest.mark.usefixtures("model")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["promote", *arguments])


def test_a_candidate_that_earned_it_becomes_active_and_goes_again(home):
    pair(home, perfect, without(Label.LEFT_VENTRICLE, 2))
    assert run("candidate").exit_code == 0
    assert active_model().name == "candidate"
    assert run("--roll-back").exit_code == 0
    assert active_model().name == "unet-cine"


def test_one_that_did_not_is_refused_and_promoted_with_a_reason(home):
    pair(home, perfect, perfect)
    refused = run("candidate")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, NotPromotable)
    assert "no label's Dice is better" in str(refused.exception)
    assert "no label's Dice is better" not in refused.stderr  # whoever tells the error says it, once
    assert run("candidate", "--reason", "it reads the apex better").exit_code == 0
    assert promote.history()[0].row.reason == "it reads the apex better"


def test_models_that_were_never_scored_are_scored_first(home):
    add_hearts()
    candidate(home, "candidate")
    result = run("candidate")
    assert "Scoring on the hold-out" in result.stderr
    assert "not scored" not in str(result.exception or "")
    assert "slices of 3 test patients judge, and it takes 10" in str(result.exception)


def test_the_list_tells_standings_and_an_unknown_name_is_told(home):
    candidate(home, "candidate")
    active_model()
    listed = run("--list").stdout.splitlines()
    assert {tuple(line.split("\t")[1:]) for line in listed} == {
        ("unet-cine", "active"),
        ("candidate", "candidate"),
    }
    unknown = run("nobody")
    assert isinstance(unknown.exception, NotFound)
    assert "there are: unet-cine, candidate" in str(unknown.exception)
