"""`export-model`: ONNX or the checkpoint into a file of its own; nothing is overwritten."""

import torch

from core.network import checkpoint
from tests.workflow.models.test_export_checkpoint import outputs


def test_the_command_line_writes_onnx_and_the_checkpoint(septum, model, tmp_path):
    code, told = septum("export-model", "unet-cine", "--output", tmp_path / "heart.onnx")
    assert (code, "Wrote unet-cine to" in told) == (0, True), told
    images = torch.randn(1, 1, 32, 32)
    with torch.inference_mode():
        expected = checkpoint.load(model)[0](images)
    assert torch.allclose(outputs((tmp_path / "heart.onnx").read_bytes(), images), expected, atol=1e-4)
    assert septum("export-model", model, "--output", tmp_path / "same.safetensors")[0] == 0
    assert (tmp_path / "same.safetensors").read_bytes() == model.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "heart.onnx",
        "same.safetensors",
    ]


def test_what_cannot_be_is_told_and_nothing_is_overwritten(septum, model, tmp_path):
    (tmp_path / "there.onnx").write_bytes(b"precious")
    for words, told in (
        (("unet-cine", "--output", tmp_path / "heart.pt"), "must end in .onnx or .safetensors"),
        (("unet-cine", "--output", tmp_path / "there.onnx"), "never overwritten"),
        (("unet-cine", "--output", tmp_path / "nowhere" / "heart.onnx"), "make it first"),
        (("nobody", "--output", tmp_path / "heart.onnx"), "there is no model 'nobody'"),
    ):
        code, said = septum("export-model", *words)
        assert code == 1
        assert told in said.replace("\n", " ")
    assert (tmp_path / "there.onnx").read_bytes() == b"precious"
    assert not (tmp_path / "heart.onnx").exists()
