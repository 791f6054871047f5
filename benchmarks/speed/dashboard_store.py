"""A store full of made-up figures, as large as wanted, for measuring how fast dashboards are.

It holds no images: dashboards read figures that were kept beside every save, and only these are made here.
"""

import json
import secrets
from datetime import timedelta

import numpy as np
from sqlalchemy import insert

from core.metrics.statistics.calibration import N_BINS, Reliability
from core.records.masks import Origin
from core.records.slices import Split, Status
from core.store.codec import pack
from core.store.database import Store
from core.store.slices.scores import pack_reliability
from core.store.tables.base import now
from core.store.tables.derived import (
    CorrectionTable,
    ImageFigureTable,
    MaskLabelTable,
    ScoredMaskTable,
    ScoreTable,
    StatusChangeTable,
)
from core.store.tables.masks import MaskTable
from core.store.tables.models import ModelTable
from core.store.tables.slices import PatientTable, SeriesTable, SliceTable

POSITIONS, PHASES = 10, 2
SIDE = 160  # pixels
SPLITS = [Split.TRAIN] * 7 + [Split.VALIDATION] + [Split.TEST] * 2
SCORED = (Split.VALIDATION, Split.TEST)  # nobody asks how good a model is on what it has learnt
READERS = ("ann", "bea", "cem")
AT_ONCE = 20_000


def fill(store: Store, n_slices: int, n_models: int, seed: int = 0) -> None:
    """Put so many slices into an empty store, and so many models with scores on validation and test."""
    random = np.random.default_rng(seed)
    per_series = POSITIONS * PHASES
    n_series = max(10, n_slices // per_series)
    geometry = json.dumps({"spacing_mm": [1.5, 1.5], "slice_distance_mm": 10.0})
    rows: dict[type, list[dict[str, object]]] = {}
    mask = pack(np.zeros((SIDE, SIDE), np.uint8))
    slice_id = mask_id = 0
    for series_id in range(1, n_series + 1):
        split, patient = SPLITS[series_id % 10], f"patient{series_id:05d}"
        add(rows, PatientTable, name=patient, split=split, group="")
        add(
            rows,
            SeriesTable,
            id=series_id,
            patient=patient,
            name="cine",
            content_sha256=secrets.token_hex(32),
            geometry=geometry,
            notes="[]",
            n_positions=POSITIONS,
            n_phases=PHASES,
            imported_at=now(),
        )
        size = random.normal(1, 0.15)
        for place in range(per_series):
            slice_id += 1
            position, phase = divmod(place, PHASES)
            shares = np.array([0.03, 0.025, 0.02]) * size * (1 - position / POSITIONS) * (1 - 0.3 * phase)
            heart = random.poisson(shares * SIDE**2)
            corrected = split == Split.TRAIN
            mask_id += 2 if corrected else 1
            saved = now() - timedelta(minutes=int(slice_id % 40_000))
            if corrected:
                add_mask(rows, mask_id - 1, slice_id, None, Origin.MODEL, "unet", mask, saved, heart)
            origin = Origin.READER if corrected else Origin.REFERENCE
            author = READERS[slice_id % 3] if corrected else "import"
            parent = mask_id - 1 if corrected else None
            add_mask(rows, mask_id, slice_id, parent, origin, author, mask, saved, heart)
            if corrected:
                add(
                    rows,
                    CorrectionTable,
                    mask_id=mask_id,
                    model_mask_id=mask_id - 1,
                    confusion=confusion_of(random, heart).tobytes(),
                )
            add(
                rows,
                SliceTable,
                id=slice_id,
                series_id=series_id,
                patient=patient,
                split=split,
                position=position,
                phase=phase,
                status=Status.APPROVED,
                height=SIDE,
                width=SIDE,
                image_sha256=secrets.token_hex(32),
                newest_version_id=mask_id,
                newest_origin=origin,
                source="",
            )
            add(
                rows,
                ImageFigureTable,
                slice_id=slice_id,
                mean=random.normal(200, 20),
                sd=random.normal(80, 8),
                low=5.0,
                high=random.normal(500, 40),
                look=secrets.token_hex(8),
            )
            for before, after in ((None, Status.NEW), (Status.NEW, Status.APPROVED)):
                add(
                    rows,
                    StatusChangeTable,
                    slice_id=slice_id,
                    before=before,
                    after=after,
                    changed_at=saved if before else now() - timedelta(days=30),
                )
        if slice_id % AT_ONCE < per_series or series_id == n_series:
            flush(store, rows)
    fill_models(store, n_series, n_models, random)


def fill_models(store: Store, n_series: int, n_models: int, random: np.random.Generator) -> None:
    """Models with scores whose figures differ from slice to slice."""
    per_series = POSITIONS * PHASES
    scored = [series_id for series_id in range(1, n_series + 1) if SPLITS[series_id % 10] in SCORED]
    corrected_before = np.cumsum([0] + [SPLITS[s % 10] == Split.TRAIN for s in range(1, n_series + 1)])
    table = Reliability(random.integers(0, 99, N_BINS), random.integers(0, 99, N_BINS), random.random(N_BINS))
    reliability, mask = pack_reliability((table,) * 4), pack(np.zeros((SIDE, SIDE), np.uint8))
    rows: dict[type, list[dict[str, object]]] = {}
    for model_id in range(1, n_models + 1):
        add(
            rows,
            ModelTable,
            id=model_id,
            name=f"model-{model_id}",
            sha256=secrets.token_hex(32),
            path="",
            card=json.dumps({"architecture": "unet", "widths": [16, 32], "spacing_mm": 1.5}),
            active=model_id == n_models,
            created_at=now(),
        )
        for series_id in scored:
            for place in range(per_series):
                slice_id = (series_id - 1) * per_series + place + 1
                confusion = confusion_of(random, np.array([400, 300, 250]))
                distances = np.concatenate([np.full((2, 1), np.nan), random.gamma(2, 1.5, (2, 3))], axis=1)
                add(
                    rows,
                    ScoreTable,
                    model_id=model_id,
                    slice_id=slice_id,
                    version_id=slice_id + int(corrected_before[series_id]) * per_series,
                    confusion=confusion.tobytes(),
                    distances_mm=distances.astype("<f8").tobytes(),
                    reliability=reliability,
                )
                add(rows, ScoredMaskTable, model_id=model_id, slice_id=slice_id, pixels=mask)
            if len(rows.get(ScoreTable, ())) > AT_ONCE:
                flush(store, rows)
        flush(store, rows)


def confusion_of(random: np.random.Generator, heart: np.ndarray) -> np.ndarray:
    """(4, 4) int32 of a mask with these heart pixels (3,) that was found more or less."""
    found = np.zeros((4, 4), "<i4")
    right = (heart * random.beta(20, 2, 3)).astype(int)
    found[[1, 2, 3], [1, 2, 3]] = right
    found[1:, 0] = heart - right
    found[0, 1:] = random.integers(0, 60, 3)
    found[0, 0] = SIDE**2 - found.sum()
    return found


def add_mask(  # type: ignore[no-untyped-def]
    rows, mask_id, slice_id, parent_id, origin, author, pixels, saved, heart
) -> None:
    """A version with its pixels."""
    add(
        rows,
        MaskTable,
        id=mask_id,
        slice_id=slice_id,
        parent_id=parent_id,
        origin=origin,
        author=author,
        model_id=None,
        pixels=pixels,
        note="",
        seconds=45.0 if origin == Origin.READER else None,
        created_at=saved,
    )
    for label, n_pixels in enumerate((SIDE**2 - int(sum(heart)), *heart)):
        add(rows, MaskLabelTable, mask_id=mask_id, label=label, pixels=int(n_pixels))


def add(rows: dict[type, list[dict[str, object]]], table: type, **values: object) -> None:
    """Remember a row."""
    rows.setdefault(table, []).append(values)


def flush(store: Store, rows: dict[type, list[dict[str, object]]]) -> None:
    """Write what is remembered, parents before children."""
    order = (PatientTable, ModelTable, SeriesTable, SliceTable, MaskTable)
    with store.unit_of_work() as session:
        for table in sorted(rows, key=lambda name: order.index(name) if name in order else len(order)):
            session.execute(insert(table), rows[table])
    rows.clear()
