"""A checkpoint goes out and comes back the same; anything else is refused and leaves no trace."""

import io
import json
import pickle
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from core.errors import BadCheckpoint, StoreUnavailable
from core.network import checkpoint
from core.store.database import open_store
from core.store.models import models
from core.workflow.models.checkpoint_files import tidy_name
from core.workflow.models.export_checkpoint import export_checkpoint
from core.workflow.models.import_checkpoint import import_model
from core.workflow.models.registry import active_model
from tests.workflow.small import save_model


@pytest.fixture
def data(home: Path) -> bytes:
    """A checkpoint from elsewhere."""
    return save_model(home.parent / "elsewhere" / "other.safetensors", "other", seed=3).read_bytes()


def changed_header(data: bytes, old: str, new: str) -> bytes:
    """The same weights under another header."""
    (length,) = struct.unpack("<Q", data[:8])
    header = data[8 : 8 + length].decode().replace(old, new).encode()
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def test_what_comes_in_is_a_candidate_and_what_goes_out_is_the_same_file(home, data):
    row, is_new = import_model("other.safetensors", data)
    assert is_new
    assert (row.name, row.active) == ("other", False)
    assert Path(row.path) == home / "models" / "other.safetensors"
    assert export_checkpoint(row.id) == data
    network, config = checkpoint.load(Path(row.path))
    assert config.name == "other"
    assert network(torch.zeros(1, 1, 16, 16)).shape == (1, 4, 16, 16)


def test_the_same_file_twice_is_one_model(home, data):
    first, _ = import_model("other.safetensors", data)
    again, is_new = import_model("renamed.safetensors", data)
    assert (again.id, is_new) == (first.id, False)
    assert [path.name for path in (home / "models").iterdir()] == ["other.safetensors"]


def test_a_file_that_went_missing_comes_back(home, data):
    first, _ = import_model("other.safetensors", data)
    Path(first.path).unlink()
    again, is_new = import_model("other.safetensors", data)
    assert (again.id, is_new) == (first.id, False)
    assert Path(again.path).exists()


def test_another_file_of_the_same_name_overwrites_nothing(home, data, tmp_path):
    first, _ = import_model("other.safetensors", data)
    second, _ = import_model(
        "other.safetensors", save_model(tmp_path / "b" / "other.safetensors", "other", seed=4).read_bytes()
    )
    assert first.path != second.path
    assert export_checkpoint(first.id) == data


def torch_pickle() -> bytes:
    file = io.BytesIO()
    torch.save({"weight": torch.zeros(2)}, file)
    return file.getvalue()


def not_finite(data: bytes) -> bytes:
    return data[:-4] + struct.pack("<f", float("nan"))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda data: torch_pickle(), "as torch.save writes it"),
        (lambda data: pickle.dumps({"weights": [1, 2]}), "a Python pickle"),
        (lambda data: changed_header(data, "right_ventricle", "left_atrium"), "its labels are"),
        (lambda data: data[:-100], "is truncated"),
        (lambda data: data + b"more", "belong to no weight"),
        (lambda data: changed_header(data, '\\"bottleneck\\": 8', '\\"bottleneck\\": 9'), "weights differ"),
        (not_finite, "no numbers"),
        (lambda data: b"", "is empty"),
    ],
    ids=["torch file", "pickle", "other labels", "cut short", "too long", "other network", "NaN", "empty"],
)
def test_anything_else_is_refused_and_leaves_no_file_and_no_model(home, data, spoil, told):
    spoilt = spoil(data)
    assert spoilt != data
    with pytest.raises(BadCheckpoint, match=told):
        import_model("other.safetensors", spoilt)
    assert not (home / "models").exists()
    assert models.list_models(open_store()) == []


def test_a_file_that_was_replaced_is_not_given_out(model):
    row = active_model()
    for file in (model, Path(row.path)):  # the shipped one and the store's own
        file.write_bytes(b"something else")
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        export_checkpoint(row.id)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\\\x.safetensors", "/abs.safetensors", "...", ""])
def test_a_name_is_never_a_path(name):
    tidy = tidy_name(name)
    assert tidy
    assert not set(tidy) & set("/\\\\")
    assert not tidy.startswith(".")


def test_a_card_is_what_the_header_says(home, data):
    row, _ = import_model("other.safetensors", data)
    assert json.loads(row.card)["name"] == "other"


def test_a_home_that_takes_no_file_is_told_and_leaves_none(home, data, small_disk, monkeypatch):
    monkeypatch.setattr("core.workflow.models.checkpoint_files.models_folder", lambda: small_disk / "models")
    (small_disk / "filler").write_bytes(bytes((1 << 20) - 8192))
    with pytest.raises(StoreUnavailable, match="No space left on device.*SEPTUM_HOME"):
        import_model("other.safetensors", data)
    assert list((small_disk / "models").iterdir()) == []
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreUnavailable, match="Read-only file system"):
        import_model("other.safetensors", data)
    assert models.list_models(open_store()) == []


def test_an_import_that_was_killed_before_it_was_registered_is_taken_up_by_the_next(home, data):
    (home / "models").mkdir(parents=True)
    (home / "models" / "other.safetensors").write_bytes(data)  # whole, as it is written, and of no model
    row, is_new = import_model("other.safetensors", data)
    assert is_new
    assert [path.name for path in (home / "models").iterdir()] == ["other.safetensors"]
    assert export_checkpoint(row.id) == data


def test_many_who_bring_the_same_file_at_once_bring_one_model(home, data):
    open_store()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: import_model("other.safetensors", data)[0].id, range(6)))
    assert len(set(found)) == 1
    assert len(models.list_models(open_store())) == 1
    assert export_checkpoint(found[0]) == data


def test_many_who_bring_different_files_of_one_name_bring_them_all(home, tmp_path):
    open_store()
    files = [save_model(tmp_path / f"{n}.safetensors", "other", n).read_bytes() for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda data: import_model("other.safetensors", data)[0].id, files))
    assert [export_checkpoint(model_id) for model_id in found] == files


@pytest.mark.parametrize("name", ["![x](http://evil.invalid/a.png).safetensors", "a\nb\u202e.safetensors"])
def test_a_name_with_marks_that_nobody_sees_is_told_on_one_line(home, name):
    with pytest.raises(BadCheckpoint) as told:
        import_model(name, b"nothing of the kind at all")
    assert "\n" not in str(told.value)
    assert "\u202e" not in str(told.value)


def test_a_models_name_is_one_line_that_fits_its_column(home, data):
    long = 'name\\": \\"a\\\\n' + "b" * 400
    row, _ = import_model("x.safetensors", changed_header(data, 'name\\": \\"other', long))
    assert row.name.startswith("a bbb")
    assert len(row.name) <= 255
