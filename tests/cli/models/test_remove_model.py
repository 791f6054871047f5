"""`remove-model`: told and asked back, refused in words, and noted under the name of whoever typed it."""

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.errors import NotFound, RunRefused
from core.store.database import open_store
from core.store.trail import Action, events
from core.workflow.models import listing
from core.workflow.models.registry import active_model
from tests.workflow.promotion.candidates import candidate

pytestmark = pytest.mark.usefixtures("model")


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["remove-model", *arguments], input=answer)


def names() -> list[str]:
    return [line.row.name for line in listing.model_lines()]


def test_it_tells_what_goes_and_removes_only_what_was_meant(home):
    active_model()
    candidate(home, "candidate")
    told = run("candidate", answer="n\n")
    assert told.exit_code == 1
    assert "is deleted for good" in told.stderr
    assert names() == ["unet-cine", "candidate"]
    assert run("candidate", answer="y\n").exit_code == 0
    assert names() == ["unet-cine"]
    assert (events(open_store())[0].action, events(open_store())[0].person) == (
        Action.MODEL_REMOVED,
        "reader",
    )


def test_the_active_one_and_one_that_is_not_there_are_refused(home):
    active_model()
    for name, error in (("unet-cine", RunRefused), ("nobody", NotFound)):
        refused = run(name, "--yes")
        assert refused.exit_code == 1
        assert isinstance(refused.exception, error)
    assert names() == ["unet-cine"]
