"""No name of a patient leaves in a checkpoint, an ONNX file or a card, whoever trained the model."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.jobs.worker import drain_queue
from core.network import checkpoint
from core.records.models import ModelRow
from core.records.runs import RunKind
from core.records.slices import Geometry, Series, Slice, Split
from core.store.database import open_store
from core.store.models.models import model_row
from core.store.runs.runs import run_row
from core.store.series.series import add_series
from core.workflow.models.cards import card_file
from core.workflow.models.export_checkpoint import export_checkpoint, export_onnx, write_model
from core.workflow.models.import_checkpoint import import_model
from core.workflow.models.patient_marks import PatientMarks
from core.workflow.models.registry import register
from core.workflow.promotion.gate import learnt_from
from core.workflow.training.runs import start_training
from tests.conftest import ROOT
from tests.workflow.hearts import LOAD, SIDE, heart, tiny_request
from tests.workflow.small import save_model

NAMES = tuple(f"Mustermann-{number}" for number in range(8))  # as in the PatientID of a DICOM file
SERIES = "cine of 1958-03-12"
OLDER = {
    "sha256": "ab",
    "training_patients": list(NAMES),
    "training_slices": [f"{name}/{SERIES}/0/0" for name in NAMES],
    "validation_slices": [f"{NAMES[0]}/{SERIES}/1/0"],
}


@pytest.fixture
def trained(home) -> ModelRow:
    """A model that learnt in this store from patients of these names."""
    for number, name in enumerate(NAMES):
        pixels, mask = heart(1000 * number)
        split = Split.TRAIN if number < 6 else Split.VALIDATION
        geometry = Geometry("png", (SIDE, SIDE), (1.8, 1.8), 8.0)
        add_series(
            open_store(), Series(name, SERIES, geometry, (Slice(0, 0, pixels, mask=mask),), split=split)
        )
    run_id = start_training(tiny_request(), LOAD)
    drain_queue(open_store(), RunKind.TRAINING)
    model_id = run_row(open_store(), run_id).model_id
    assert model_id is not None
    return model_row(open_store(), model_id)


@pytest.fixture
def older(home) -> ModelRow:
    """A model with the names in its header, as earlier versions wrote them."""
    network, config = checkpoint.load(save_model(home.parent / "plain" / "older.safetensors", "older", 4))
    path = home.parent / "older.safetensors"
    checkpoint.save(path, network, replace(config, data=OLDER))
    return register(open_store(), path)


def require_no_name(data: bytes) -> None:
    for name in (*NAMES, "Mustermann", SERIES):
        assert name.encode() not in data


def require_no_export_names_anybody(model: ModelRow, folder: Path) -> None:
    """Every byte of what can be taken away, from the page and from the command line."""
    require_no_name(card_file(model).encode())
    require_no_name(export_checkpoint(model.id))
    require_no_name(export_onnx(model.id))
    for ending in (".safetensors", ".onnx"):
        write_model(model.path, folder / f"out{ending}")
        require_no_name((folder / f"out{ending}").read_bytes())


def test_a_new_model_names_nobody_in_any_of_its_bytes(trained, tmp_path):
    require_no_name(Path(trained.path).read_bytes())
    require_no_name(trained.card.encode())
    require_no_export_names_anybody(trained, tmp_path)
    assert export_checkpoint(trained.id) == Path(trained.path).read_bytes()  # as it is


def test_its_own_store_still_knows_whom_it_learnt_from_also_when_it_comes_back(trained):
    assert learnt_from(trained, set(NAMES)) == (set(NAMES[:6]), True)
    back, _ = import_model("back.safetensors", export_checkpoint(trained.id))
    assert learnt_from(back, set(NAMES)) == (set(NAMES[:6]), True)


def test_an_older_model_is_read_as_it_was_and_leaves_without_names(older, tmp_path):
    assert NAMES[0].encode() in Path(older.path).read_bytes()
    assert learnt_from(older, {NAMES[0], "nobody"}) == ({NAMES[0]}, True)
    require_no_export_names_anybody(older, tmp_path)
    network, config = checkpoint.parse("out", export_checkpoint(older.id))
    assert config.data == {
        "sha256": "ab", "n_training_patients": 8, "n_training_slices": 8, "n_validation_slices": 1,
    }  # fmt: skip
    before, _ = checkpoint.load(Path(older.path))
    for (name, value), (_, kept) in zip(
        network.state_dict().items(), before.state_dict().items(), strict=True
    ):
        assert value.equal(kept), name


@pytest.mark.parametrize("name", ["unet-cine", "unet-report"])
def test_the_shipped_models_are_read_and_say_whom_they_learnt_from(home, name):
    model = register(open_store(), ROOT / "checkpoints" / f"{name}.safetensors")
    assert learnt_from(model, {"patient001", "somebody else"}) == ({"patient001"}, True)


def test_a_mark_tells_nothing_without_the_key_and_the_same_to_whoever_has_it():
    one, other = PatientMarks(b"one" * 8), PatientMarks(b"other" * 8)
    assert one.of("anna") == PatientMarks(b"one" * 8).of("anna")
    assert len({one.of("anna"), other.of("anna"), one.of("berta"), one.store, other.store}) == 5
    assert "one" not in repr(one)
