"""Slices are predicted with their stack, alone or in a run, and what lies beyond the base is left out."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from core.imaging.reading import find_series
from core.jobs.worker import drain_queue
from core.labels import FOREGROUND
from core.network.predict import Predictor
from core.records.orientation import BaseEnd
from core.records.runs import RunKind
from core.records.slices import SliceRow, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.predictions import load_prediction
from core.store.slices.base import count_from_other_end
from core.store.slices.scores import scored_masks
from core.store.slices.slices import set_status, slice_pixels
from core.workflow.evaluation.score_model import score_model
from core.workflow.hearts.folder import FolderPredictor
from core.workflow.models.registry import active_model
from core.workflow.prediction import predict_store, stacks
from core.workflow.prediction.predict_files import predict_files
from core.workflow.prediction.stacks import MOST_IN_STACK, batches, predict_stacks, stacks_of
from tests.workflow.small import cine, stored, write_volume

N = 6  # positions


@pytest.fixture(autouse=True)
def two_slices_lie_beyond(monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    """The two at the base, whatever the tiny network says of a stack."""
    monkeypatch.setattr(stacks, "beyond_base", lambda said: [FOREGROUND] * 2 + [()] * (len(said) - 2))
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)


def untrimmed(model: Path, row: SliceRow) -> np.ndarray:
    """The mask that the network gives a slice by itself."""
    predictor = Predictor(model, "cpu", remove_islands=True)
    return predictor.predict([slice_pixels(open_store(), row)], [(1.8, 1.8)])[0].mask


def stack(n_phases: int = 2) -> list[SliceRow]:
    """A series in the store whose last position is the base."""
    rows = stored(cine(n_positions=N, n_phases=n_phases, seed=3))
    count_from_other_end(open_store(), rows[0].series_id)
    return rows


def kept(row: SliceRow) -> np.ndarray:
    """The mask that is stored of a prediction."""
    prediction = load_prediction(open_store(), row.id)
    assert prediction is not None
    return prediction.mask


def is_trimmed(row: SliceRow, model: Path) -> bool:
    """Whether a stored prediction is empty; else it has to be the network's own mask."""
    mask, own = kept(row), untrimmed(model, row)
    assert own.any()
    assert np.array_equal(mask, own) or not mask.any()
    return not mask.any()


def test_a_run_leaves_out_what_lies_beyond_the_base_of_every_phase(model):
    rows = stack()
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    assert [row.position for row in rows if is_trimmed(row, model)] == [N - 2, N - 2, N - 1, N - 1]


def test_a_slice_that_is_predicted_alone_gets_the_mask_that_a_run_would_give_it(model):
    rows = stack(n_phases=1)
    for row in rows[2:]:
        predict_store.predict_slice(row.id)
    assert [is_trimmed(row, model) for row in rows[2:]] == [False, False, True, True]


def test_a_stack_that_readers_have_begun_is_still_seen_as_a_whole(model):
    rows = stack(n_phases=1)
    set_status(open_store(), rows[-1].id, Status.REJECTED)
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    assert [is_trimmed(row, model) for row in rows[:-1]] == [False, False, False, False, True]


def test_a_damaged_slice_beside_those_that_are_predicted_costs_only_the_look_at_the_stack(model):
    rows = stack(n_phases=1)
    set_status(open_store(), rows[0].id, Status.REJECTED)
    (file,) = [path for path in settings().home.rglob("*.npy") if path.stem == rows[0].image_sha256]
    file.write_bytes(file.read_bytes()[:-4])
    predict_store.start_prediction()
    drain_queue(open_store(), RunKind.PREDICTION)
    assert [is_trimmed(row, model) for row in rows[1:]] == [False] * (N - 1)


def test_slices_that_others_of_the_run_have_to_do_are_not_looked_at():
    rows = stack(n_phases=1)
    (alone,) = stacks_of(open_store(), rows[1:], lambda others: {row.id for row in others})
    assert (alone.rows, alone.around, alone.is_whole) == (tuple(rows[1:]), (), False)
    (whole,) = stacks_of(open_store(), rows[1:])
    assert ([row.id for row in whole.around], whole.is_whole) == ([rows[0].id], True)


def test_a_stack_too_long_for_a_heart_is_no_stack():
    rows = stored(cine(n_positions=MOST_IN_STACK + 1, n_phases=1))
    assert [len(each.rows) for each in stacks_of(open_store(), rows)] == [1] * len(rows)


def test_stacks_are_predicted_together_until_they_are_a_batch():
    rows = stored(cine(n_positions=N, n_phases=4))
    assert [len(batch) for batch in batches(stacks_of(open_store(), rows))] == [3, 1]


def test_the_setting_keeps_all(model, monkeypatch):
    monkeypatch.setenv("SEPTUM_TRIM_BASE", "0")
    settings.cache_clear()
    rows = stack(n_phases=1)
    predictor = predict_store.predictor_of(active_model())
    predicted, left_out = predict_stacks(open_store(), predictor, list(stacks_of(open_store(), rows)))
    assert left_out == []
    for row, prediction in predicted:
        assert np.array_equal(prediction.mask, untrimmed(model, row))


def test_models_are_scored_by_what_they_would_show():
    series = stored(cine(n_positions=N, n_phases=1, masked=True))
    count_from_other_end(open_store(), series[0].series_id)
    model_id = active_model().id
    assert score_model(model_id) == N
    masks = scored_masks(open_store(), model_id, [row.id for row in series])
    assert [bool(masks[row.id].any()) for row in series] == [True] * (N - 2) + [False] * 2


def test_files_and_folders_are_trimmed_as_well(tmp_path, model, monkeypatch):
    monkeypatch.setattr(stacks, "larger_end", lambda heart: BaseEnd.FIRST)
    path = write_volume(tmp_path / "heart.nii.gz", N)
    for folder, trim_base in (("trimmed", True), ("kept", False)):
        list(predict_files(path, tmp_path / folder, trim_base=trim_base))
    trimmed, whole = (
        np.asarray(nib.load(tmp_path / folder / "heart_mask.nii.gz").dataobj)
        for folder in ("trimmed", "kept")
    )
    assert [bool(plane.any()) for plane in whole.T] == [True] * N
    n_cleared = sum(not plane.any() for plane in trimmed.T)
    assert n_cleared == 2
    assert np.array_equal(trimmed[trimmed > 0], whole[trimmed > 0])
    (series,) = find_series([path], None)
    areas = FolderPredictor("", "cpu", 4).areas(series)
    assert sum(not pixels for pixels in areas.stack.pixels[:, 0, 1:].sum(axis=-1)) == 2
