"""One 96x96 slice from PNG bytes to mask, model loaded: Septum beside MONAI's BasicUNet, in turn, in one run.

    python -m benchmarks.speed.inference [--rounds 60] [--threads 1] [--device auto] [--checkpoint FILE]

Both get the same bytes and have to give a mask. Septum does all that it does in the app: pixel size,
intensity, canvas, network, back to the own grid of the slice. BasicUNet, of about as many parameters, is used
the plain way: Pillow, zero mean and unit variance, float32, argmax. Trust the ratio, not the milliseconds,
on a machine that is shared.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from monai.networks.nets import BasicUNet
from PIL import Image

from core.network.architectures.registry import build, count_parameters
from core.network.device import has_fast_bfloat16
from core.network.engines import fastest_logits
from core.network.predict import Predictor
from core.recipes.architectures import ARCHITECTURES
from core.recipes.model import ModelConfig

SIDE, SPACING_MM = 96, (1.8, 1.8)
MONAI_FEATURES = (
    26,
    26,
    52,
    104,
    208,
    26,
)  # 1.31 million parameters, as near to the default U-Net as it gets


def slice_as_png() -> bytes:
    """A bright ring on noise, as 8-bit grey PNG."""
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    ring = np.abs(np.hypot(rows, columns) - 20) < 5
    noise = np.random.default_rng(0).normal(80, 20, (SIDE, SIDE))
    buffer = io.BytesIO()
    Image.fromarray((noise + 80 * ring).clip(0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def decoded(png: bytes) -> np.ndarray:
    """Pixels of a PNG, (height, width) uint8."""
    return np.asarray(Image.open(io.BytesIO(png), formats=["PNG"]))


def septum(predictor: Predictor) -> Callable[[bytes], np.ndarray]:
    """From PNG bytes to mask, as the app does it."""
    return lambda png: predictor.predict([decoded(png)], [SPACING_MM])[0].mask


def plain(network: torch.nn.Module, device: torch.device) -> Callable[[bytes], np.ndarray]:
    """From PNG bytes to mask, as a tutorial does it."""
    network = network.eval().to(device)

    @torch.inference_mode()
    def predict(png: bytes) -> np.ndarray:
        pixels = decoded(png).astype(np.float32)
        image = torch.from_numpy((pixels - pixels.mean()) / pixels.std())[None, None].to(device)
        return network(image).argmax(dim=1)[0].cpu().numpy().astype(np.uint8)

    return predict


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--device", default="auto")
    arguments.add_argument("--checkpoint", type=Path, help="measure this model too")
    chosen = arguments.parse_args()

    predictors = {}
    for architecture in ARCHITECTURES.values():
        config = ModelConfig(architecture.key, architecture.widths, architecture.bottleneck)
        name = f"Septum {architecture.key}"
        network = build(config)
        predictors[name] = Predictor((network, config), chosen.device, chosen.threads)
        predictors[name].logits = fastest_logits(network, config, predictors[name].device)  # as of a file
    if chosen.checkpoint:
        for looks in (1, 2):
            name = f"Septum {chosen.checkpoint.stem}, {looks} look{'s' * (looks > 1)}"
            predictors[name] = Predictor(chosen.checkpoint, chosen.device, chosen.threads, tta_flips=looks)
    device = next(iter(predictors.values())).device
    other = BasicUNet(2, 1, 4, MONAI_FEATURES)
    ways = {name: septum(predictor) for name, predictor in predictors.items()}
    sizes = {name: count_parameters(build(predictor.config)) for name, predictor in predictors.items()}
    ways["MONAI BasicUNet"], sizes["MONAI BasicUNet"] = plain(other, device), count_parameters(other)

    png = slice_as_png()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(chosen.rounds + 5):
        for name, predict in ways.items():
            started = time.perf_counter()
            mask = predict(png)
            elapsed = time.perf_counter() - started
            if mask.shape != (SIDE, SIDE):
                raise RuntimeError(f"{name} gave a mask of shape {mask.shape}")
            if round_number >= 5:  # the first rounds warm up
                times[name].append(1000 * elapsed)

    reference = statistics.median(times["MONAI BasicUNet"])
    print(
        f"device {device}, {chosen.threads} thread(s), bfloat16 in hardware: {has_fast_bfloat16(device.type)}"
    )
    print(f"one {SIDE}x{SIDE} slice, PNG bytes to mask, median of {chosen.rounds} interleaved rounds")
    print(f"{'':30}{'parameters':>12}{'median ms':>12}{'best ms':>10}{'ratio':>8}")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:30}{sizes[name]:12,}{median:12.1f}{min(values):10.1f}{median / reference:8.2f}")


if __name__ == "__main__":
    main()
