"""Small files of every kind, a small network, and slices that are in the store."""

import io
import secrets
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
from PIL import Image
from torch import nn

from core.network import checkpoint
from core.network.architectures.registry import build
from core.recipes.model import INPUT_PLANES, ModelConfig, Task
from core.records.results import FileResult
from core.records.slices import Geometry, Series, Slice, SliceRow, Split
from core.store.database import open_store
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.importing.import_files import NO_ANSWERS, Answers, import_uploads
from core.workflow.uploads.sources import Upload
from core.workflow.uploads.spool import SPOOL

HEART = np.zeros((24, 20), np.uint8)
HEART[4:18, 8:18] = 2
HEART[7:15, 10:16] = 3
HEART[6:16, 3:8] = 1
PIXELS = (HEART * 60 + np.arange(20, dtype=np.uint8)).astype(np.uint8)


def save_corrector(path: Path) -> Path:
    """The same for a network that answers clicks."""
    return save_model(path, "correction", seed=0, task=Task.CORRECTION)


def save_model(path: Path, name: str, seed: int, task: Task = Task.SEGMENTATION) -> Path:
    """A tiny U-Net with random weights that finds every label somewhere, as a checkpoint."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    config = ModelConfig(widths=(4, 8), bottleneck=8, name=name, task=task, planes=INPUT_PLANES[task])
    network = build(config).eval()
    head = network.head
    assert isinstance(head, nn.Conv2d)
    assert head.bias is not None
    with torch.inference_mode():
        logits = network(torch.randn(4, config.planes, 64, 64))
        # Untrained, it would say one label everywhere, and a mask turned or shifted would look the same.
        spread = logits.std(dim=(0, 2, 3))
        head.weight /= spread[:, None, None, None]
        head.bias.copy_((head.bias - logits.mean(dim=(0, 2, 3))) / spread)
    checkpoint.save(path, network, config)
    return path


def png(pixels: np.ndarray = PIXELS) -> bytes:
    """The bytes of a PNG file."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()


def sent(files: Sequence[tuple[str, bytes]]) -> list[Upload]:
    """Files as a browser sent them and the server keeps them: (name, bytes) each."""
    return [Upload(name, SPOOL.hold("test", secrets.token_hex(8), data)) for name, data in files]


def import_sent(
    files: Sequence[tuple[str, bytes]],
    answers: Answers = NO_ANSWERS,
    only: Collection[str] | None = None,
    *,
    dry_run: bool = False,
) -> Iterator[FileResult]:
    """Import files as a browser sent them."""
    return import_uploads(sent(files), answers, only, dry_run=dry_run)


def write(path: Path, data: bytes) -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def write_volume(path: Path, n_positions: int = 3, seed: int = 0) -> Path:
    """A NIfTI of random (20, 24, positions) under an affine that is turned and shifted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    volume = np.random.default_rng(seed).integers(0, 900, (20, 24, n_positions)).astype(np.int16)
    affine = np.array([[0, -1.25, 0, 10], [1.5, 0, 0, -20], [0, 0, 8, 5], [0, 0, 0, 1.0]])
    nib.save(nib.Nifti1Image(volume, affine), path)
    return path


def cine(
    patient: str = "anna",
    n_positions: int = 2,
    n_phases: int = 3,
    *,
    masked: bool = False,
    split: Split = Split.TRAIN,
    seed: int = 0,
) -> Series:
    """Random slices of 24x20 pixels at 1.8 mm, with or without HEART as their reference."""
    random = np.random.default_rng(seed)
    slices = tuple(
        Slice(
            position,
            phase,
            random.integers(0, 1000, (24, 20)).astype(np.uint16),
            mask=HEART.copy() if masked else None,
            source=f"{patient}.nii.gz",
        )
        for position in range(n_positions)
        for phase in range(n_phases)
    )
    shape = (20, 24, n_positions, n_phases)
    geometry = Geometry("nifti", shape, (1.8, 1.8), 8.0, header=nib.Nifti1Header().binaryblock)
    return Series(patient, "cine", geometry, slices, split=split)


def stored(series: Series) -> list[SliceRow]:
    """The slices of a series, once they are in the store."""
    store = open_store()
    series_id = add_series(store, series).series_id
    return list_slices(store, Filter(series_id=series_id), limit=None)
