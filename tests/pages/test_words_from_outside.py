"""Names, notes and messages from outside are shown letter by letter, on every page and in all its parts."""

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.settings import settings
from core.store.database import open_store
from core.workflow.import_runs import runs as import_runs
from core.workflow.review import strokes
from core.workflow.review.open_slice import OpenSlice
from core.workflow.training import runs as training_runs
from core.workflow.training.runs import TrainingRun
from pages.shared.plain import JOINER
from pages.shared.train import run_list as training_list
from tests.pages.conftest import OpenPage
from tests.pages.poison import columns_of_words, live_words, nodes, poison, poisoned_store, texts
from tests.pages.review.test_review import open_versions
from tests.workflow.small import png, save_model, sent

REVIEW, TRAIN, METRICS = "pages/2_Review.py", "pages/4_Train.py", "pages/7_Metrics.py"
READER = "![x](http://beacon.invalid/reader)"
SEEN = {  # where words of the store come to be Markdown; what is missing here is shown in tables and charts
    *("patient", "card.parent", "card.loss", "card.augmentation"),
    *("mask.author", "mask.note", "model.name", "presence.reader"),
    *("promotion.reader", "promotion.reason", "promotion.verdict"),
    *("run.name", "run.message", "run.device", "sweep.name", "reader", "error", "question", "attach"),
}
Visit = Callable[[OpenPage, pytest.MonkeyPatch], Iterator[AppTest]]


def home_page(open_page, monkeypatch):
    yield open_page(reader=READER)


def imports(open_page, monkeypatch):
    app = open_page("pages/1_Import.py")
    yield app.toggle(key="in store").set_value(True).run()
    name = poison("file").replace("/", "⁄")
    app.file_uploader(key="files").set_value([(f"{name}.png", png(), ""), (f"{name}.txt", b"letter", "")])
    yield app.run()
    import_runs.start_upload_import(sent([(f"{name}.png", png()), (f"{name}.txt", b"letter")]), dry_run=True)
    drain_queue(open_store(), RunKind.IMPORT)
    yield open_page("pages/1_Import.py")


def review(open_page, monkeypatch):
    app = open_page(REVIEW, slice="1")
    yield app
    open_versions(app, 1)
    yield app
    yield app.button(key="export").click().run()
    yield app.button(key="look 1").click().run()
    picture = png()
    monkeypatch.setattr(OpenSlice, "is_conflict", property(lambda _: True))
    monkeypatch.setattr(strokes, "conflict_pictures", lambda *_: [picture] * 3)
    yield open_page(REVIEW, slice="1", reader=READER)
    yield open_page(REVIEW, slice="1", reader=READER).button(key="approve").click().run()


def training(open_page, monkeypatch):
    yield open_page(TRAIN)
    for chosen in (slice(0, 1), slice(None)):
        found = [run for run in training_runs.training_runs() if run.epochs][chosen]
        monkeypatch.setattr(training_list, "choose_runs", always(found))
        yield open_page(TRAIN)


def always(found: list[TrainingRun]) -> Callable[[list[TrainingRun]], list[TrainingRun]]:
    return lambda _: found


def models(open_page, monkeypatch):
    app = open_page("pages/5_Models.py")
    yield app
    file = save_model(settings().home / "given.safetensors", poison("import"), seed=5)
    app.file_uploader(key="checkpoint").set_value([("given.safetensors", file.read_bytes(), "")]).run()
    yield app.button(key="import model").click().run()


def balance(open_page, monkeypatch):
    app = open_page("pages/6_Class_balance.py")
    for part in ("Masks", "Weights", "Images"):
        yield app.segmented_control(key="balance part").set_value(part).run()


def metrics(open_page, monkeypatch):
    app = open_page(METRICS)
    for part in app.segmented_control(key="metrics part").options:
        yield app.segmented_control(key="metrics part").set_value(part).run()


def told() -> None:
    """A page of what is told when something goes wrong or has ended."""
    import streamlit as st

    from core.errors import BadInput
    from core.records.results import FileResult, Topic
    from core.store.database import open_store
    from core.store.runs import runs
    from pages.shared import run_progress
    from pages.shared.frame import errors_shown
    from pages.shared.importing.questions import about
    from tests.pages.poison import poison

    with errors_shown():
        raise BadInput(poison("error"))
    for run in runs.list_runs(open_store()):
        run_progress.show_end(run)
    asking = FileResult(poison("file"), "asked", poison("question"), asks=Topic.SPACING)
    st.markdown(about([asking]))
    st.markdown(about([asking] * 9))


def leaving() -> None:
    """The question before series are deleted."""
    from pages.shared.importing.in_store import confirm_deletion

    confirm_deletion([1])


def given_masks() -> None:
    """The dialog that takes masks."""
    from pages.shared.importing.in_store import attach_masks
    from tests.pages.poison import poison

    attach_masks(1, poison("attach"))


def parts(open_page, monkeypatch):
    for page in (told, leaving, given_masks):
        yield AppTest.from_function(page, default_timeout=60).run()


@pytest.fixture
def poisoned(home, model, open_page, monkeypatch) -> OpenPage:
    """Opens pages of a store that is full of poison."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    poisoned_store(home)
    return open_page


def shown_from(app: AppTest) -> set[str]:
    """From which columns there are words on the page that Markdown looks at."""
    found = set()
    for node in nodes(app._tree):
        proto = getattr(node, "proto", None)
        for name, told in texts(proto, node.type) if proto is not None else ():
            if not name.startswith(("plotly", "json", "arrow")):
                bare = told.replace(JOINER, "").replace("\\", "")
                found |= set(re.findall(r"beacon\.invalid/([\w.]+)", bare))
    return found


def test_no_word_from_outside_does_anything_on_any_page(poisoned, monkeypatch):
    seen = set()
    for visit in (home_page, imports, review, training, models, balance, metrics, parts):
        for app in visit(poisoned, monkeypatch):
            assert not app.exception, visit.__name__
            assert live_words(app) == [], visit.__name__
            seen |= shown_from(app)
        monkeypatch.undo()
        monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)
    assert seen >= SEEN


def test_every_column_of_words_is_poisoned():
    assert {("patient", "name"), ("mask", "note"), ("run", "message")} <= set(columns_of_words())
