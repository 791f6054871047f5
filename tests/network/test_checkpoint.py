"""A checkpoint comes back as it was, is never overwritten, and every bad file gets its own sentence."""

import io
import json
import os
import pickle
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies

from core.errors import BadCheckpoint
from core.imaging.processing.normalise import IntensityRule
from core.network import checkpoint
from core.network.architectures.registry import build
from core.recipes.architectures import ARCHITECTURES
from core.recipes.checkpoint_header import MAX_HEADER_BYTES, file_sha256, read_config
from core.recipes.model import ModelConfig

KEYS = ("training_slices", "validation_dice", "loss", "final", "low_percentile", "RV")  # of free fields
FULL = ModelConfig(
    "unet",
    (3, 4),
    5,
    spacing_mm=1.5,
    intensity=IntensityRule(0.5, 99.5),
    name="heart é",
    training={"loss": "dice-focal", "epochs": 3},
    data={"sha256": "ab", "training_slices": ["p1 ED", "p2 ES"]},
    parent="elder",
    scores={"dice": 0.9},
    created="2026-11-23T10:00:00+00:00",
)


def seeded(config: ModelConfig) -> torch.nn.Module:
    torch.manual_seed(0)
    network = build(config)
    network.train()(
        torch.randn(4, 1, 32, 32)
    )  # so that batch norm's averages are not the ones it starts with
    return network.eval()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    checkpoint.save(path, seeded(FULL), FULL)
    return path


def parts(path: Path) -> tuple[dict, bytes]:
    """Header and weights of a file."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write(path: Path, header: dict | bytes, weights: bytes) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + weights)
    return path


def refused(path: Path) -> str:
    """The sentence that both the header's reader and the loader may refuse with."""
    with pytest.raises(BadCheckpoint) as error:
        checkpoint.load(path)
    sentence = str(error.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
@pytest.mark.parametrize("half", [False, True], ids=["float32", "float16"])
def test_what_is_loaded_predicts_what_was_saved(architecture, half, tmp_path):
    widths = (4, 4, 6, 6) if architecture == "deeplabv3" else (4, 6)
    config = ModelConfig(architecture, widths, 8, deep_supervision=architecture == "unet3plus")
    network, path = seeded(config), tmp_path / "m.safetensors"
    checkpoint.save(path, network, config, half=half)
    loaded, loaded_config = checkpoint.load(path)
    assert loaded_config == config
    assert not loaded.training
    assert {value.dtype for value in loaded.state_dict().values()} == {torch.float32, torch.int64}
    images = torch.randn(2, 1, 32, 32)
    with torch.inference_mode():
        assert torch.allclose(loaded(images), network(images), atol=2e-2 if half else 0)
    assert all(parameter.requires_grad for parameter in loaded.parameters())


def test_half_takes_half_the_room_and_keeps_the_statistics_whole(tmp_path):
    config = ModelConfig(widths=(16, 32), bottleneck=64)
    network = seeded(config)
    checkpoint.save(tmp_path / "whole", network, config)
    checkpoint.save(tmp_path / "half", network, config, half=True)
    sizes = [(tmp_path / name).stat().st_size for name in ("whole", "half")]
    assert sizes[1] < 0.6 * sizes[0]
    loaded = checkpoint.load(tmp_path / "half")[0].state_dict()
    mine = network.state_dict()
    assert all(torch.equal(loaded[key], mine[key]) for key in mine if "running" in key)


def test_a_saved_network_is_not_changed_by_saving(tmp_path):
    network = seeded(FULL)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    checkpoint.save(tmp_path / "m", network, FULL, half=True)
    after = network.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)


def test_loading_leaves_the_random_numbers_alone(saved):
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    checkpoint.load(saved)
    assert torch.equal(torch.rand(1), expected)


def test_the_configuration_comes_back_whole(saved):
    assert read_config(saved) == checkpoint.read_config(saved) == FULL


def test_the_card_is_read_without_torch(saved):
    code = (
        "import sys, pathlib; from core.recipes.checkpoint_header import read_config\n"
        f"print(read_config(pathlib.Path({str(saved)!r})).parent); print('torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["elder", "False"]


def test_a_score_that_is_no_number_is_kept_as_null(tmp_path):
    config = replace(FULL, scores={"dice": float("nan"), "list": (1.0, float("inf"))})
    checkpoint.save(tmp_path / "m", seeded(FULL), config)
    assert read_config(tmp_path / "m").scores == {"dice": None, "list": [1.0, None]}


def test_an_existing_file_is_never_overwritten(saved):
    before = saved.read_bytes()
    with pytest.raises(BadCheckpoint, match=r"model.safetensors exists and is never overwritten"):
        checkpoint.save(saved, seeded(FULL), FULL)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left(tmp_path):
    with pytest.raises(BadCheckpoint, match="cannot be written .*; choose another folder"):
        checkpoint.save(tmp_path / "none" / "m", seeded(FULL), FULL)
    assert list(tmp_path.iterdir()) == []


def test_a_failing_disk_leaves_no_half_file(tmp_path, monkeypatch):
    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(BadCheckpoint, match="No space left on device"):
        checkpoint.save(tmp_path / "m", seeded(FULL), FULL)
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_no_numbers_are_neither_saved_nor_loaded(tmp_path, saved):
    network = seeded(FULL)
    network.head.bias.data[0] = float("nan")
    with pytest.raises(BadCheckpoint, match="no numbers, first in head.bias"):
        checkpoint.save(tmp_path / "m", network, FULL)
    header, weights = parts(saved)
    start, end = header["bottleneck.0.weight"]["data_offsets"]
    spoilt = weights[:start] + struct.pack("<f", float("inf")) + weights[start + 4 :]
    assert end > start
    assert "no numbers, first in bottleneck.0.weight" in refused(write(tmp_path / "inf", header, spoilt))


def test_weights_too_large_for_16_bits_are_not_saved_in_16_bits(tmp_path):
    network = seeded(FULL)
    network.head.bias.data[0] = 1e6
    with pytest.raises(BadCheckpoint, match="head.bias"):
        checkpoint.save(tmp_path / "m", network, FULL, half=True)


def test_a_network_that_is_not_the_configured_one_is_not_saved(tmp_path):
    with pytest.raises(
        BadCheckpoint, match="says it is a unet 3-4 with bottleneck 6, but its weights differ"
    ):
        checkpoint.save(tmp_path / "m", seeded(FULL), replace(FULL, bottleneck=6))
    assert list(tmp_path.iterdir()) == []


def test_no_file_and_a_folder(tmp_path):
    assert "there is no checkpoint" in refused(tmp_path / "none.safetensors")
    assert "cannot be read (Is a directory)" in refused(tmp_path)


def test_a_file_cut_short_anywhere_is_refused(saved, tmp_path):
    data = saved.read_bytes()
    header_end = len(data) - len(parts(saved)[1])
    sentences = {}
    for length in (0, 5, 8, 9, 100, header_end - 1, header_end, header_end + 1, len(data) - 1):
        path = tmp_path / "cut"
        path.write_bytes(data[:length])
        sentences[length] = refused(path)
    assert "is empty" in sentences[0]
    assert "too short" in sentences[5]
    assert "truncated within its header" in sentences[100]
    missing = len(data) - header_end
    assert f"{missing - 1} of {missing} bytes of weights" in sentences[len(data) - 1]


def torch_file() -> bytes:
    buffer = io.BytesIO()
    torch.save({"weight": torch.ones(3)}, buffer)
    return buffer.getvalue()


def zip_file() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model", "weights")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (torch_file(), "a zip file, as torch.save writes it"),
        (zip_file(), "a zip file, as torch.save writes it"),
        (pickle.dumps({"weight": [1.0] * 9}), "a Python pickle"),
        (b"\x89HDF\r\n\x1a\n" + bytes(20), "an HDF5 file"),
        (b"these are no weights at all", "of an unknown kind"),
    ],
    ids=["torch.save", "zip", "pickle", "hdf5", "text"],
)
def test_another_kind_of_file_is_named_and_not_opened(data, words, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    sentence = refused(path)
    assert f"is {words}; expected a .safetensors file that Septum wrote" in sentence


class Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_pickle_in_disguise_is_not_run(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    refused(path)
    assert not (tmp_path / "sprung").exists()


def test_a_header_bomb_is_refused_at_once(tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(struct.pack("<Q", 2**62) + b"{" + bytes(100))
    assert f"claims a header of {2**62} bytes" in refused(path)
    deep = b'{"a":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    assert "damaged header" in refused(write(path, deep, b""))
    path.write_bytes(struct.pack("<Q", MAX_HEADER_BYTES + 1) + b"{" + bytes(MAX_HEADER_BYTES + 8))
    assert "claims a header" in refused(path)


def change_config(saved: Path, **values: object) -> Path:
    """The same weights under a configuration with other values."""
    header, weights = parts(saved)
    config = json.loads(header["__metadata__"]["septum"]) | values
    header["__metadata__"]["septum"] = json.dumps({k: v for k, v in config.items() if v != "gone"})
    return write(saved.with_name("changed"), header, weights)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"architecture": "transformer"},
            "architecture must be one of unet, deeplabv3, unet3plus, got 'tran",
        ),
        (
            {"architecture": "unet3plus"},
            "says it is a unet3plus 3-4 with bottleneck 5, but its weights differ",
        ),
        ({"architecture": "deeplabv3"}, "deeplabv3 needs 4 widths"),
        ({"widths": [3, 5]}, "says it is a unet 3-5 with bottleneck 5, but its weights differ"),
        ({"widths": [4096] * 8, "bottleneck": 4096}, "but its weights differ"),
        ({"widths": [10**9]}, "whole numbers from 1 to 4096, got 1000000000"),
        ({"widths": [4] * 200}, "1 to 8 stages, got 200"),
        ({"widths": [True, 4]}, "whole numbers from 1 to 4096, got True"),
        ({"widths": "wide"}, "widths must be a list, got 'wide'"),
        ({"widths": 5}, "widths must be a list, got 5"),
        ({"bottleneck": 2.5}, "whole numbers from 1 to 4096, got 2.5"),
        ({"deep_supervision": 1}, "deep_supervision must be true or false, got 1"),
        ({"architecture": ["unet"]}, "architecture must be a text, got ['unet']"),
        ({"labels": ["Background", "Left ventricle", "Myocardium", "Right ventricle"]}, "its labels are"),
        ({"labels": ["Background", "Liver"]}, "its labels are ['Background', 'Liver'] instead of"),
        ({"format_version": 99}, "format version 99 is newer than the 1 this Septum reads"),
        ({"format_version": "gone"}, "names no format version"),
        ({"spacing_mm": -1}, "spacing_mm must be from 0.01 to 100.0, got -1"),
        ({"spacing_mm": float("inf")}, "spacing_mm must be from 0.01 to 100.0, got inf"),
        ({"spacing_mm": float("nan")}, "spacing_mm must be from 0.01 to 100.0, got nan"),
        ({"spacing_mm": "1.8"}, "spacing_mm must be a number, got '1.8'"),
        ({"spacing_mm": True}, "spacing_mm must be a number, got True"),
        ({"spacing_mm": 10**400}, "spacing_mm must be a number, got one of 401 digits"),
        ({"intensity": {"low_percentile": 99, "high_percentile": 1}}, "percentiles must satisfy"),
        ({"intensity": {"scale": 3}}, "intensity has what this Septum does not know: ['scale']"),
        ({"intensity": [1, 99]}, "intensity must be an object, got [1, 99]"),
        ({"intensity": {"low_percentile": "1"}}, "intensity.low_percentile must be a number, got '1'"),
        ({"intensity": {"low_percentile": float("nan")}}, "percentiles must satisfy"),
        ({"spacing_mm": "gone", "widths": "gone"}, "these fields are missing: widths, spacing_mm"),
        ({"scores": "good"}, "scores must be an object, got 'good'"),
        ({"name": 5}, "name must be a text, got 5"),
        ({"parent": {}}, "parent must be a text, got {}"),
        ({"created": 2026}, "created must be a text, got 2026"),
        ({"data": {"training_slices": 5}}, "data.training_slices must be a list of texts, got 5"),
        ({"data": {"training_slices": ["a", 5]}}, "data.training_slices must be a list of texts, got 5"),
        ({"data": {"training_patients": "anna"}}, "data.training_patients must be a list of texts"),
        (
            {"scores": {"validation_dice": "x"}},
            "scores.validation_dice must be an object of numbers, got 'x'",
        ),
        ({"scores": {"validation_dice": {"RV": "high"}}}, "an object of numbers, got 'high' in it"),
        ({"scores": {"validation_dice": {"RV": True}}}, "an object of numbers, got True in it"),
        ({"training": {"loss": {}}}, "training.loss must be a text, got {}"),
        ({"training": {"final": "no"}}, "training.final must be true or false, got 'no'"),
        ({"training": {"epochs": 10**30}}, "training holds a number beyond 64 bits"),
        ({"data": {"note": [[[[[[[[[1]]]]]]]]]}}, "data has more than 8 lists or objects within one another"),
        ({"scores": json.loads("[" * 500 + "]" * 500)}, "scores must be an object"),
    ],
    ids=str,
)
def test_a_configuration_that_does_not_fit_is_refused_by_what_is_wrong(values, words, saved):
    assert words in refused(change_config(saved, **values))


@pytest.mark.parametrize(
    "values",
    [
        {"name": "gone"},
        {"training": "gone", "data": "gone", "scores": "gone", "parent": "gone", "created": "gone"},
        {"secret": 1, "sponsor": {"name": "x"}},
        {"training": {"optimizer": "lion", "schedule": [1, 2]}, "data": {"sites": ["a"]}},
        {"scores": {"validation_dice": None}},
        {"scores": {"validation_dice": {"RV": None, "LV": 1}, "test": {"LV": [0.9, 0.8]}}},
    ],
    ids=str,
)
def test_what_an_older_or_newer_version_says_of_where_it_comes_from_refuses_nothing(values, saved):
    network, config = checkpoint.load(change_config(saved, **values))
    assert (config.widths, config.spacing_mm) == (FULL.widths, FULL.spacing_mm)
    assert ModelConfig.from_json(config.to_json()) == config


ANY_JSON = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats()
    | strategies.text(strategies.characters(), max_size=8),
    lambda inner: strategies.lists(inner, max_size=3)
    | strategies.dictionaries(strategies.text(max_size=6) | strategies.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(strategies.sampled_from([item.name for item in fields(ModelConfig)]), ANY_JSON)
def test_whatever_stands_in_a_field_is_told_in_a_sentence_or_comes_back_the_same(name, value):
    values = json.loads(FULL.to_json()) | {name: value}
    told, config = "", None
    try:
        config = ModelConfig.from_json(json.dumps(values))
    except ValueError as error:
        told = str(error)
    assert len(told) < 300
    assert "\n" not in told
    assert config is None or ModelConfig.from_json(config.to_json()).to_json() == config.to_json()


def first_entry(header: dict) -> dict:
    return next(entry for name, entry in header.items() if name != "__metadata__" and entry["shape"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda header: header.pop("head.bias"), "damaged header"),  # its bytes are left over in between
        (lambda header: first_entry(header).update(dtype="F64"), "has type 'F64'"),
        (lambda header: first_entry(header).update(shape=[-1]), "a shape that no weight has"),
        (lambda header: first_entry(header).update(shape=[2**62] * 200_000), "a shape that no weight has"),
        (lambda header: first_entry(header).update(shape=[2**40, 2**40]), "lies at"),
        (lambda header: first_entry(header).update(data_offsets=[0, 2**60]), "lies at"),
        (lambda header: header.update({"__metadata__": {"format": "pt"}}), "no Septum configuration"),
        (lambda header: header.update({"__metadata__": []}), "damaged header"),
        (lambda header: header.update({"head.bias": None}), "damaged header"),
        (lambda header: header["__metadata__"].update(septum="{"), "does not fit this Septum"),
        (lambda header: header["__metadata__"].update(septum="[]"), "no JSON object"),
        (lambda header: header["__metadata__"].update(septum="[" * 100_000), "does not fit this Septum"),
    ],
    ids=[
        "gap",
        "type",
        "negative",
        "axes",
        "huge",
        "offsets",
        "foreign",
        "list",
        "null",
        "cut",
        "no object",
        "deep",
    ],
)
def test_a_damaged_header_is_refused(change, words, saved, tmp_path):
    header, weights = parts(saved)
    change(header)
    assert words in refused(write(tmp_path / "damaged", header, weights))


def test_bytes_after_the_weights_are_refused(saved):
    saved.write_bytes(saved.read_bytes() + b"payload")
    assert "7 bytes that belong to no weight" in refused(saved)


def test_a_renamed_weight_is_refused(saved, tmp_path):
    header, weights = parts(saved)
    header["tail.bias"] = header.pop("head.bias")
    assert re.search(
        "weights differ from that, first at (head|tail).bias", refused(write(tmp_path / "r", header, weights))
    )


def test_every_flipped_byte_of_the_header_is_refused_or_harmless(saved, tmp_path):
    """No damage to a header ends in anything but a sentence or the same network."""
    data, path = bytearray(saved.read_bytes()), tmp_path / "flipped"
    expected = checkpoint.load(saved)[0].state_dict()
    for place in range(0, len(data) - len(parts(saved)[1]), 37):
        data[place] ^= 0x15
        path.write_bytes(data)
        try:
            found = checkpoint.load(path)[0].state_dict()
        except BadCheckpoint:
            found = expected
        assert {key: value.shape for key, value in found.items()} == {k: v.shape for k, v in expected.items()}
        data[place] ^= 0x15


def test_the_hash_of_a_file(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4's example
    assert file_sha256(tmp_path / "abc") == expected
