"""A store as the first release left it, row by row in SQL, so that no code of today has a hand in it."""

import hashlib
import io
import json
import zlib
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from core.store.connection.migrating import MIGRATIONS
from core.store.database import Store
from tests.servers.databases import database_of

HEART = ("right_ventricle", "myocardium", "left_ventricle")
MASK = (np.arange(30) % 4).astype(np.uint8).reshape(6, 5)
GEOMETRY = {  # without what came later
    "affine": None,
    "format": "nifti",
    "header": "AP8gaGVhZGVy",
    "shape": [5, 6, 2],
    "slice_axis": 2,
    "slice_distance_mm": 8.0,
    "spacing_mm": [1.5, 1.25],
}


def old_pixels(position: int) -> np.ndarray:
    """The image at a position of the one series."""
    return np.random.default_rng(position).integers(0, 1000, (6, 5)).astype(np.uint16)


def write_old_store(folder: Path, form: str = "0001") -> None:
    """One patient with two slices: a reference with a reader's correction of it, and a model's mask.

    Args:
        folder: where it shall lie.
        form: to which the tables are brought afterwards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(database_of(folder, empty=True))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for table, row in _rows(folder / "arrays"):
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
        count_on(connection)
        command.upgrade(config, form)
    engine.dispose()


def count_on(connection: sa.Connection) -> None:
    """Let ids go on after those that were given; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        for table in ("model", "series", "slice", "mask", "run"):
            counter = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(sa.text(f"SELECT setval({counter}, max(id)) FROM {table}"))


def take_back(store: Store, form: str) -> None:
    """Bring the tables back to an older form."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.downgrade(config, form)
        connection.commit()


def _rows(arrays: Path) -> list[tuple[str, dict[str, object]]]:
    at, packed = "2026-01-02 03:04:05.000000", zlib.compress(MASK.tobytes(), 6)
    model = {"id": 1, "name": "unet", "sha256": "m", "path": "m.safetensors", "card": "{}", "active": True}
    series = {"id": 1, "patient": "anna", "name": "cine", "content_sha256": "of the first release"}
    series |= {"geometry": json.dumps(GEOMETRY), "notes": '["a note"]', "n_positions": 2, "n_phases": 1}
    rows: list[tuple[str, dict[str, object]]] = [
        ("setting", {"name": "split seed", "value": "0123456789abcdef"}),
        ("model", model | {"created_at": at}),
        ("patient", {"name": "anna", "split": "test", "group": "DCM"}),
        ("series", series | {"imported_at": at}),
    ]
    for position, status, newest, origin in ((0, "approved", 2, "reader"), (1, "predicted", 3, "model")):
        image = {"id": position + 1, "series_id": 1, "patient": "anna", "split": "test"}
        image |= {"position": position, "phase": 0, "status": status, "height": 6, "width": 5}
        image |= {"image_sha256": _keep(arrays, old_pixels(position)), "source": "anna.nii.gz"}
        image |= {"newest_version_id": newest, "newest_origin": origin, "reasons": "[]"}
        rows.append(("slice", image))
    versions = (
        (1, 1, None, "reference", "import"),
        (2, 1, 1, "reader", "ann"),
        (3, 2, None, "model", "unet"),
    )
    for number, slice_id, parent, origin, author in versions:
        mask: dict[str, object] = {"id": number, "slice_id": slice_id, "parent_id": parent, "origin": origin}
        mask["author"] = author
        mask |= {"model_id": 1 if origin == "model" else None, "pixels": packed, "note": "", "created_at": at}
        rows.append(("mask", mask))
        counts = {"background": 8, "right_ventricle": 8, "myocardium": 7, "left_ventricle": 7}
        rows.append(("mask_pixels", {"mask_id": number, **counts}))
    rows.append(("draft", {"slice_id": 2, "reader": "bob", "parent_id": 3, "tab": "", "seq": 1}))
    rows[-1][1].update(pixels=packed, seconds=3.0, changed_at=at)
    run = {"id": 1, "kind": "training", "state": "running", "configuration": "{}", "done": 2, "total": 5}
    run |= {"message": "Epoch 3 of 5.", "created_at": at, "started_at": at, "cancel_asked": False}
    run |= {"token": "t", "lease_until": at, "name": "mine", "note": "", "device": ""}
    rows.append(("run", run))
    epoch: dict[str, object] = {"run_id": 1, "learning_rate": 0.001, "seconds": 2.5, "training_loss": 0.5}
    figures: dict[str, object] = {"validation_loss": 0.25}
    for metric, values in (("dice", (0.5, None, 0.75)), ("iou", (0.25, None, 0.625))):
        figures |= {f"{metric}_{name}": value for name, value in zip(HEART, values, strict=True)}
    rows.append(("epoch", epoch | {"number": 1, "best": False}))  # which was not validated
    rows.append(("epoch", epoch | {"number": 2, "best": True} | figures))
    return rows


def _keep(arrays: Path, pixels: np.ndarray) -> str:
    data = io.BytesIO()
    np.save(data, pixels)
    digest = hashlib.sha256(data.getvalue()).hexdigest()
    path = arrays / digest[:2] / f"{digest}.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.getvalue())
    return digest
