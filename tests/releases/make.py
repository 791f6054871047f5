"""A small store as this Septum leaves it, called after the version that pyproject.toml names.

    python -m tests.releases.make

Two synthetic patients with references, one that is predicted, corrected and being drawn on, two models, a
training with its epochs, scores and a promotion. It is kept for good: later Septums have to open it.
"""

import json
import os
import tempfile
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.records.masks import Origin
from core.records.models import PromotionKind
from core.records.runs import Epoch, RunKind, RunState
from core.records.slices import SliceRow, Split, Status
from core.settings import ROOT, settings
from core.store.database import Store, open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_version, save_version
from core.store.models.models import list_models
from core.store.models.promotions import promote
from core.store.runs.epochs import save_epoch
from core.store.runs.runs import claim, end, enqueue, report
from core.workflow.evaluation.score_model import score_model
from core.workflow.models.registry import active_model, register
from core.workflow.prediction.predict_store import predict_slice
from tests.releases.contents import READER, contents
from tests.workflow.small import HEART, cine, save_model, stored

FOLDER = Path(__file__).parent
CONTENTS = "contents.json"  # beside home/ in each archive


def fill(home: Path) -> Store:
    """Do in an empty home what people do, by the verbs that they use."""
    for name, seed in (("unet-cine", 0), ("candidate", 1)):
        save_model(home / "models" / f"{name}.safetensors", name, seed)
    os.environ |= {
        "SEPTUM_HOME": str(home),
        "SEPTUM_CHECKPOINTS": str(home / "models"),
        "SEPTUM_DEVICE": "cpu",
    }
    settings.cache_clear()
    store = open_store()
    stored(cine("anna", 2, 2, masked=True, split=Split.TRAIN, seed=1))
    stored(cine("berta", 2, 1, masked=True, split=Split.VALIDATION, seed=2))
    clara = stored(cine("clara", 3, 1, split=Split.TEST, seed=3))
    active = active_model()
    for row in clara:
        predict_slice(row.id)
    correct(store, clara)
    candidate = register(store, home / "models" / "candidate.safetensors", parent_id=active.id)
    train(store, candidate.id)
    for model in list_models(store):
        score_model(model.id)
    promote(
        store,
        candidate.id,
        instead_of=active.id,
        kind=PromotionKind.OVERRIDDEN,
        reader=READER,
        reason="to be tried",
        verdict="No better.",
    )
    return store


def correct(store: Store, rows: list[SliceRow]) -> None:
    """One slice is approved, one is being drawn on, one stays as the model left it."""
    parents = [newest_version(store, row.id) for row in rows]
    approved, drawn = (None if parent is None else parent.id for parent in parents[:2])
    heart = HEART.copy()
    heart[5, 9] = 0
    save_version(
        store,
        rows[0].id,
        heart,
        origin=Origin.READER,
        author=READER,
        parent_id=approved,
        note="base, by eye",
        seconds=12.5,
        status=Status.APPROVED,
    )
    save_draft(
        store, rows[1].id, READER, np.flipud(HEART).copy(), parent_id=drawn, seq=3, tab="tab", seconds=4.0
    )


def train(store: Store, model_id: int) -> None:
    """A training of two epochs, the second not validated."""
    enqueue(store, RunKind.TRAINING, {"config": {}}, 2, name="first", note="by night")
    claimed = claim(store, RunKind.TRAINING)
    assert claimed is not None
    run, token = claimed
    epoch = Epoch(1, 1.25, 1.5, (0.5, 0.25, float("nan")), 1e-3, 2.0, True, (0.25, 0.125, 0.75))
    save_epoch(store, run.id, token, epoch)
    save_epoch(store, run.id, token, replace(epoch, number=2, validation_loss=float("nan"), best=False))
    report(store, run.id, token, done=2, device="CPU", model_id=model_id)
    end(store, run.id, token, RunState.FINISHED, "Done.")


def pack(home: Path, file: Path, held: dict[str, object]) -> None:
    """Write a home and what is in it into one archive."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(CONTENTS, json.dumps(held, indent=1))
        for path in sorted(home.rglob("*")):
            if path.is_file():
                archive.write(path, f"home/{path.relative_to(home).as_posix()}")


def version() -> str:
    """The version that is being made."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def main() -> None:
    """Make the archive of this version; one that is there is part of a release and stays."""
    file = FOLDER / f"{version()}.zip"
    if file.exists():
        raise SystemExit(f"{file} is there already; a release's store is never made anew")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        store = fill(home)
        held = contents(store)
        store.engine.dispose()
        store.readers.dispose()
        pack(home, file, held)


if __name__ == "__main__":
    main()
