"""What a network is computed with: torch, ONNX Runtime, OpenVINO and its 8 bits, beside MONAI's BasicUNet.

    python -m benchmarks.speed.engines [--model unet-cine] [--data FOLDER ...] [--rounds 40] [--threads 1]

One 96 x 96 slice with the model's usual looks, in turn in one run: trust the ratios. With --data, the mean
Dice of validation slices that each engine reaches is told as well, and training slices calibrate the 8 bits,
for which NNCF is needed (`pip install nncf==3.4.0`); without either there are none.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
import openvino
import torch
from monai.networks.nets import BasicUNet

from benchmarks.quality.scored_cases import labelled_series, scored_volumes, slice_dice
from benchmarks.speed.inference import MONAI_FEATURES, SIDE, SPACING_MM, decoded, plain, slice_as_png
from core.labels import FOREGROUND
from core.network import checkpoint
from core.network.device import has_fast_bfloat16
from core.network.engines import Logits, openvino_logits, torch_logits
from core.network.onnx_file import to_onnx
from core.network.predict import Predictor
from core.network.prepare import prepared
from core.workflow.models.registry import find_checkpoint

CALIBRATED_ON = 100  # training slices
WARM_UP = 5  # rounds


def onnxruntime_logits(data: bytes, threads: int) -> Logits:
    """Return what computes an ONNX file's logits by ONNX Runtime, in float32."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return lambda images: torch.from_numpy(session.run(None, {"image": images.contiguous().numpy()})[0])


def eight_bit_logits(data: bytes, calibration: Sequence[np.ndarray], threads: int) -> Logits:
    """Return what computes an ONNX file's logits by OpenVINO in 8 bits, calibrated on images (1, 1, h, w)."""
    import nncf

    model = nncf.quantize(openvino.Core().read_model(data), nncf.Dataset(calibration))
    compiled = openvino.Core().compile_model(
        model, "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    )
    return lambda images: torch.from_numpy(compiled([images.contiguous().numpy()])[0].copy())


def training_images(predictor: Predictor, folders: list[Path]) -> Iterator[np.ndarray]:
    """Yield training slices as the network takes them, (1, 1, height, width), sides in whole strides."""
    stride = predictor.config.stride
    for series in labelled_series(folders, "train", None):
        for one in series.slices:
            image = prepared(one.pixels, series.geometry.spacing_mm or SPACING_MM, predictor.config)
            height, width = (length - length % stride for length in image.shape)
            yield image[None, None, :height, :width]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--model", default="unet-cine")
    arguments.add_argument("--data", type=Path, action="append", default=[])
    arguments.add_argument("--rounds", type=int, default=40)
    arguments.add_argument("--threads", type=int, default=1)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)

    file = find_checkpoint(chosen.model)
    predictor = Predictor(file, "cpu", remove_islands=True)
    network, config = checkpoint.load(file)
    data = to_onnx(network, config)
    engines = {
        "torch": torch_logits(network, torch.device("cpu")),
        "ONNX Runtime": onnxruntime_logits(data, chosen.threads),
        "OpenVINO": openvino_logits(network, config),
    }
    if chosen.data and find_spec("nncf"):
        some = list(itertools.islice(training_images(predictor, chosen.data), CALIBRATED_ON))
        engines["OpenVINO, 8 bits"] = eight_bit_logits(data, some, chosen.threads)
    other = plain(BasicUNet(2, 1, 4, MONAI_FEATURES), torch.device("cpu"))

    png = slice_as_png()
    times: dict[str, list[float]] = {name: [] for name in (*engines, "MONAI BasicUNet")}
    for number in range(chosen.rounds + WARM_UP):
        for name, seconds in times.items():
            began = time.perf_counter()
            if name in engines:
                predictor.logits = engines[name]
                predictor.predict([decoded(png)], [SPACING_MM])
            else:
                other(png)
            if number >= WARM_UP:
                seconds.append(time.perf_counter() - began)
    reference = statistics.median(times["MONAI BasicUNet"])
    print(f"{config.name}, {SIDE} x {SIDE} slice, {predictor.tta_flips} look(s), {chosen.threads} thread(s)")
    print(f"bfloat16 in hardware: {has_fast_bfloat16('cpu')}")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:20} {1000 * median:7.1f} ms  {median / reference:5.2f}")
    for name, logits in engines.items() if chosen.data else ():
        predictor.logits = logits
        every = scored_volumes(predictor, labelled_series(chosen.data, "validation", None))
        dice = slice_dice([one for volume in every for one in volume.slices], FOREGROUND)
        print(f"{name:20} Dice {', '.join(f'{label} {found.mean:.4f}' for label, found in dice.items())}")


if __name__ == "__main__":
    main()
