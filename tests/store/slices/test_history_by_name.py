"""Statuses, slices and versions change in one place each, so that nothing changes unseen."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SeptumError
from core.records.masks import Origin, Seen
from core.records.slices import Status
from core.store.checks.masks import version_problems
from core.store.checks.statuses import newest_problems, status_problems
from core.store.database import Store
from core.store.masks import drafts, masks, publishing
from core.store.models import models
from core.store.series.attach import attach_masks
from core.store.series.series import add_series
from core.store.slices import slices
from tests.store.predicted import save_prediction
from tests.store.small import open_at, small_series

ROOT = Path(__file__).resolve().parents[3]
HISTORY = ROOT / "core" / "store" / "slices" / "history.py"
REPEATED = ("status", "newest_version_id", "newest_origin")  # columns of a slice that follow something else
OF_SLICES = ("SliceTable", "MaskTable")
VERBS = ("draw", "publish", "approve", "give up", "save", "restore", "predict", "attach", "status", "import")


def code() -> Iterator[tuple[Path, ast.AST]]:
    """Everything in the core but history itself and the steps from one form of the tables to the next."""
    for file in sorted((ROOT / "core").rglob("*.py")):
        if file != HISTORY and "migrations" not in file.parts:
            yield from ((file, node) for node in ast.walk(ast.parse(file.read_text())))


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """What an assignment assigns to."""
    assigned = node.targets if isinstance(node, ast.Assign) else []
    assigned = [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else assigned
    for target in assigned:
        yield from target.elts if isinstance(target, ast.Tuple) else [target]


def test_nobody_but_history_changes_what_a_slice_repeats():
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, node in code()
        for target in targets(node)
        if isinstance(target, ast.Attribute) and target.attr in REPEATED
    ]
    assert found == []


def test_nobody_changes_slices_or_versions_in_bulk():
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, node in code()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("update", "insert")
        and any(isinstance(word, ast.Name) and word.id in OF_SLICES for word in node.args)
    ]
    assert found == []


def do(store: Store, verb: str, slice_id: int, number: int) -> None:
    """One thing that somebody does to a slice."""
    row = slices.slice_row(store, slice_id)
    mask = np.full((6, 5), number % 4, np.uint8)
    draft = drafts.load_draft(store, slice_id, "ann")
    parent, strokes = (
        (draft.parent_id, draft.strokes) if draft else (row.newest_version_id, drafts.NO_STROKES)
    )
    seen = Seen(parent, strokes, row.newest_version_id)
    if verb == "draw":
        drafts.save_draft(
            store,
            slice_id,
            "ann",
            mask,
            parent_id=parent,
            seq=strokes.seq + 1,
            tab=strokes.tab,
            since=strokes,
        )
    elif verb in ("publish", "approve"):
        publishing.publish_draft(store, slice_id, "ann", seen, approve=verb == "approve")
    elif verb == "give up":
        drafts.clear_draft(store, slice_id, "ann", seen)
    elif verb == "save":
        status = (None, *Status)[number % 6]
        newest = row.newest_version_id
        masks.save_version(
            store, slice_id, mask, origin=Origin.READER, author="bob", parent_id=newest, status=status
        )
    elif verb == "restore" and row.newest_version_id is not None:
        oldest = masks.versions(store, slice_id)[-1].id
        publishing.restore_version(store, oldest, "ann", row.newest_version_id)
    elif verb == "predict":
        said = np.full((4, 6, 5), 0.25)
        save_prediction(store, slice_id, mask, said, 0.5, 1, "unet")
    elif verb == "attach":
        attach_masks(store, row.series_id, {(row.position, row.phase): mask})
    elif verb == "status":
        slices.set_status(store, slice_id, tuple(Status)[number % 5])
    elif verb == "import":
        add_series(store, small_series(f"patient {number}", seed=number, masked=number % 2 == 0))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    """A home with two slices and a model, to be copied: that is quicker than to make it anew."""
    home = tmp_path_factory.mktemp("fresh") / "home"
    store = open_at(home)
    add_series(store, small_series())
    models.register_model(store, name="unet", sha256="a", path="a", card="{}")
    store.engine.dispose()
    store.readers.dispose()
    return home


@settings(max_examples=15, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 2), st.integers(0, 40)), max_size=25))
def test_whatever_is_done_the_history_ends_with_what_the_slice_is(fresh, tmp_path_factory, done):
    store = open_at(shutil.copytree(fresh, tmp_path_factory.mktemp("copy") / "home"))
    for verb, slice_id, number in done:
        try:
            do(store, verb, slice_id, number)
        except SeptumError:
            continue  # nothing was changed then, which is looked at below like everything else
    assert list(status_problems(store)) == []
    assert list(newest_problems(store)) == []
    assert list(version_problems(store, lambda n: None)) == []
    store.engine.dispose()
    store.readers.dispose()
