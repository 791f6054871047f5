"""A model of the store as ONNX."""

from pathlib import Path

import onnxruntime
import pytest
import torch

from core.errors import BadCheckpoint
from core.network import checkpoint
from core.recipes.model import ModelConfig
from core.workflow.models.export_checkpoint import export_onnx
from core.workflow.models.registry import active_model


def outputs(data: bytes, images: torch.Tensor) -> torch.Tensor:
    runtime = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return torch.from_numpy(runtime.run(None, {"image": images.numpy()})[0])


def test_a_model_of_the_store_gives_the_same_as_onnx(model):
    network, _ = checkpoint.load(model)
    images = torch.randn(2, 1, 48, 32)
    with torch.inference_mode():
        expected = network(images)
    assert torch.allclose(outputs(export_onnx(active_model().id), images), expected, atol=1e-4)


def test_one_that_was_replaced_is_not_given_out(model):
    row = active_model()
    for file in (model, Path(row.path)):  # the shipped one and the store's own
        file.write_bytes(b"something else")
    with pytest.raises(BadCheckpoint, match="gone or was replaced"):
        export_onnx(row.id)


def test_the_configuration_travels_in_the_file(model):
    runtime = onnxruntime.InferenceSession(export_onnx(active_model().id), providers=["CPUExecutionProvider"])
    told = runtime.get_modelmeta().custom_metadata_map
    assert ModelConfig.from_json(told["septum"]) == checkpoint.read_config(model)
