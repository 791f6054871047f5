"""Small series, and stores to put them into."""

from pathlib import Path

import numpy as np

from core.records.slices import Geometry, Series, Slice, Split
from core.store.checks.images import image_problems
from core.store.database import Store
from tests.servers.databases import database_of


def small_series(
    patient: str = "anna",
    name: str = "cine",
    *,
    seed: int = 0,
    n_positions: int = 2,
    masked: bool = False,
    split: Split | None = None,
) -> Series:
    """Random slices of 6x5 pixels."""
    random = np.random.default_rng(seed)
    slices = tuple(
        Slice(
            position,
            0,
            random.integers(0, 1000, (6, 5)).astype(np.uint16),
            mask=random.integers(0, 4, (6, 5)).astype(np.uint8) if masked else None,
            source=f"{name}.nii.gz",
        )
        for position in range(n_positions)
    )
    geometry = Geometry("nifti", (5, 6, n_positions), (1.5, 1.25), 8.0, header=b"\x00\xff header")
    return Series(patient, name, geometry, slices, split=split, notes=("a note",))


def damaged_images(store: Store) -> list[str]:
    """A sentence for each image that is missing or not what was written."""
    return list(image_problems(store, lambda n: None))


def broken_references(store: Store) -> list:
    """Rows that refer to rows that are not there."""
    checked = {
        "sqlite": "PRAGMA foreign_key_check",
        "postgresql": "SELECT conname FROM pg_constraint WHERE NOT convalidated",  # it keeps the others
    }
    with store.engine.connect() as connection:
        return list(connection.exec_driver_sql(checked[connection.dialect.name]).fetchall())


def open_at(folder: Path) -> Store:
    return Store(database_of(folder), str(folder / "arrays"))
