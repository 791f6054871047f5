"""That each example of CONTRIBUTING.md works: `python -m tests.doors.proofs HEADING` in a tree that holds it.

Every function does with the example what the app does, and fails where it is not known there.
"""

import io
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np


def network() -> None:
    """It is built, trained for a step, written, read and asked for its cost."""
    import torch

    from core.network import checkpoint
    from core.network.architectures.registry import build
    from core.recipes.architectures import ARCHITECTURES
    from core.recipes.model import ModelConfig
    from core.workflow.training.cost import cost_of

    new = list(ARCHITECTURES.values())[-1]
    config = ModelConfig(new.key, new.widths, new.bottleneck, name="new")
    built = build(config)
    side = 4 * new.stride_with(new.widths)
    images = torch.randn(2, 1, side, side)
    for logits in built.training_outputs(images):
        assert logits.shape == (2, 4, side, side)
        logits.sum().backward()
    assert all(parameter.grad is not None for parameter in built.parameters())
    checkpoint.save(Path("new.safetensors"), built, config)
    read, again = checkpoint.load(Path("new.safetensors"))
    assert again.architecture == new.key
    with torch.inference_mode():
        assert torch.equal(read.eval()(images), built.eval()(images))
    assert cost_of(config).weights == sum(
        weights.numel() for weights in built.parameters() if weights.ndim == 4
    )


def loss() -> None:
    """It can be chosen, and is lower for a better mask."""
    import torch

    from core.recipes.losses import LOSSES
    from core.recipes.training import RECOMMENDED
    from core.training.losses import make_loss

    new = list(LOSSES)[-1]
    formula = make_loss(replace(RECOMMENDED, loss=new), torch.tensor([70.0, 10.0, 10.0, 10.0]))
    labels = torch.arange(64).reshape(1, 8, 8) % 4
    right = torch.nn.functional.one_hot(labels, 4).movedim(-1, 1) * 9.0
    assert 0 <= float(formula(right, labels)) < float(formula(torch.zeros_like(right), labels))


def metric() -> None:
    """It is computed of two masks and of many, and stands in the table of `evaluate`."""
    from PIL import Image

    from core.metrics.registry import METRICS

    new = list(METRICS)[-1]
    heart = np.zeros((24, 20), np.uint8)
    heart[4:18, 8:18], heart[7:15, 10:16], heart[6:16, 3:8] = 2, 3, 1
    for folder, mask in (("references", heart), ("predictions", np.roll(heart, 1, axis=1))):
        Path(folder).mkdir()
        Image.fromarray(mask).save(f"{folder}/slice_1.png")
    told("evaluate", "--predictions", "predictions", "--reference", "references", "--output", "scores.csv")
    assert new in Path("scores.csv").read_text()


def file_format() -> None:
    """A file of it comes in, and its mask goes out."""
    from core.store.database import open_store
    from core.store.slices.slices import list_slices, slice_pixels

    pixels = np.arange(24 * 10, dtype=np.uint8).reshape(24, 10)
    Path("heart.pgm").write_bytes(b"P5 10 24 255\n" + pixels.tobytes())
    told("import", "heart.pgm", "--spacing", "1.8")
    (row,) = list_slices(open_store(), limit=None)
    assert (slice_pixels(open_store(), row) == pixels).all()
    Path("cut.pgm").write_bytes(b"P5 4 4 255\n123")
    told("import", "cut.pgm", code=1)


def kind() -> None:
    """A run of it is asked for, done by the worker of its kind, and finished."""
    from core.jobs.kinds import JOB_KINDS
    from core.jobs.worker import drain_queue
    from core.records.runs import RunState
    from core.store.database import open_store
    from core.store.runs import runs

    new = list(JOB_KINDS)[-1]
    run_id = runs.enqueue(open_store(), new, {})
    drain_queue(open_store(), new)
    row = runs.run_row(open_store(), run_id)
    assert row.state is RunState.FINISHED, row.message
    assert row.message


def page() -> None:
    """It stands in the menu and is drawn without a complaint."""
    from streamlit.testing.v1 import AppTest

    from core.settings import ROOT
    from pages.shared.frame import MENU

    file, title, _ = MENU[-1]
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page(file).run()
    assert not app.exception
    assert [item.value for item in app.markdown if "slice" in item.value], title


def told(*arguments: str, code: int = 0) -> str:
    """What a command says; it ends with this exit code."""
    from core.cli.app import app

    said = io.StringIO()
    with redirect_stdout(said):
        try:
            result = app(list(arguments), standalone_mode=False)
        except SystemExit as ended:
            result = ended.code
    assert (result or 0) == code, said.getvalue()
    return said.getvalue()


PROOFS = {
    "A network": network,
    "A loss": loss,
    "A metric": metric,
    "A file format": file_format,
    "A kind of run": kind,
    "A page": page,
}

if __name__ == "__main__":
    PROOFS[sys.argv[1]]()
