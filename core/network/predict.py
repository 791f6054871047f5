"""From a slice as it was imported to its mask, on its own grid: what training did to pixels, done again."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.errors import BadInput, RunRefused
from core.imaging.geometry import resample_image, resample_to_shape, resampled_shape
from core.imaging.intensity import normalise
from core.imaging.islands import keep_largest_component
from core.labels import Label
from core.network import checkpoint
from core.network.config import ModelConfig
from core.network.precision import fast_autocast, pick_device
from core.network.registry import stride
from core.records import Prediction

MAX_NETWORK_PIXELS = 2048 * 2048  # of one slice at the network's pixel size: about 2 GB of features
FLIPS = ((), (2,), (3,), (2, 3))  # of (N, C, H, W)


class Predictor:
    """A network that is loaded once and predicts any number of slices."""

    def __init__(
        self,
        model: Path | tuple[nn.Module, ModelConfig],
        device: str = "auto",
        threads: int | None = None,
        *,
        flips: bool = False,
        remove_islands: bool = False,
    ) -> None:
        """Load a network.

        Args:
            model: a checkpoint, or a network with its configuration.
            device: auto, cpu or cuda.
            threads: of the processor, for this whole process; None leaves them as they are.
            flips: average the slice and its three mirror images; four times the work.
            remove_islands: keep only the largest piece of every label.

        Raises:
            BadCheckpoint: when the file is no usable checkpoint.
            RunRefused: when the device is not there.
        """
        network, self.config = checkpoint.load(Path(model)) if isinstance(model, str | Path) else model
        try:
            self.device = pick_device(device)
        except ValueError as error:
            raise RunRefused(str(error)) from error
        if threads is not None:
            torch.set_num_threads(threads)
        self.flips, self.remove_islands = flips, remove_islands
        # channels_last is the order in which convolutions are fastest, in bfloat16 most of all.
        self.network = network.eval().to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def predict(
        self,
        pixels: Sequence[np.ndarray],
        spacings_mm: Sequence[tuple[float, float]],
        batch: int = 16,
    ) -> list[Prediction]:
        """Predict slices, each on its own grid and in the order given.

        Args:
            pixels: (height, width) each, scanner units.
            spacings_mm: (row, column) of each.
            batch: most slices that go through the network at once; fewer where they are large.

        Raises:
            BadInput: when a slice would be absurdly large at the network's pixel size.
        """
        if len(pixels) != len(spacings_mm):
            raise ValueError(f"need one spacing a slice, got {len(spacings_mm)} for {len(pixels)} slices")
        prepared = [self.prepare(*pair) for pair in zip(pixels, spacings_mm, strict=True)]
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, image in enumerate(prepared):
            alike[self._canvas(image)].append(index)
        results: dict[int, Prediction] = {}
        for canvas, indices in alike.items():
            most = max(1, min(batch, MAX_NETWORK_PIXELS // (canvas[0] * canvas[1])))
            for start in range(0, len(indices), most):
                chosen = indices[start : start + most]
                planes = self._forward([prepared[index] for index in chosen], canvas)
                for index, plane in zip(chosen, planes, strict=True):
                    results[index] = self._finish(plane, prepared[index].shape, pixels[index].shape)
        return [results[index] for index in range(len(pixels))]

    def prepare(self, pixels: np.ndarray, spacing_mm: tuple[float, float]) -> np.ndarray:
        """The slice at the network's pixel size and intensity, (height, width) float32."""
        if pixels.ndim != 2:
            raise ValueError(f"pixels must be 2-D, got shape {pixels.shape}")
        if not (min(spacing_mm) > 0 and np.isfinite(spacing_mm).all()):
            raise BadInput(f"the pixel size must be above 0 mm, got {spacing_mm[0]} x {spacing_mm[1]} mm")
        height, width = resampled_shape(pixels.shape, spacing_mm, self.config.spacing_mm)
        if height * width > MAX_NETWORK_PIXELS:
            row_mm, column_mm = spacing_mm
            raise BadInput(
                f"at {row_mm:g} x {column_mm:g} mm a pixel the slice would have {height} x {width} pixels "
                f"for the model, more than {MAX_NETWORK_PIXELS}; check the spacing or crop the slice"
            )
        return normalise(resample_image(pixels, spacing_mm, self.config.spacing_mm), self.config.intensity)

    def _canvas(self, image: np.ndarray) -> tuple[int, ...]:
        """Height and width rounded up to what the network can take."""
        multiple = stride(self.config)
        return tuple(-(-length // multiple) * multiple for length in image.shape)

    @torch.inference_mode()
    def _forward(self, images: Sequence[np.ndarray], canvas: tuple[int, ...]) -> np.ndarray:
        """Probabilities (N, 4, *canvas) float32; slices lie at the top left, as they do in training."""
        filled = np.empty((len(images), 1, *canvas), np.float32)
        for place, image in zip(filled, images, strict=True):
            place[:] = image.min()
            place[0, : image.shape[0], : image.shape[1]] = image
        given = torch.from_numpy(filled).to(self.device).contiguous(memory_format=torch.channels_last)
        ways = FLIPS if self.flips else FLIPS[:1]
        total = torch.zeros(len(images), len(Label), *canvas, device=self.device)
        for axes in ways:
            with fast_autocast(self.device):
                logits = self.network(given.flip(axes))
            total += logits.float().softmax(dim=1).flip(axes)
        return (total / len(ways)).cpu().numpy()

    def _finish(self, planes: np.ndarray, prepared: tuple[int, ...], shape: tuple[int, ...]) -> Prediction:
        """Take the canvas away, go back to the slice's own grid, and only there choose labels."""
        cropped = planes[:, : prepared[0], : prepared[1]]
        probabilities = resample_to_shape(np.ascontiguousarray(cropped), (shape[0], shape[1]))
        probabilities = probabilities / probabilities.sum(axis=0)
        mask = probabilities.argmax(axis=0).astype(np.uint8)
        return Prediction(keep_largest_component(mask) if self.remove_islands else mask, probabilities)


def cached_predictor(
    path: Path, device: str = "auto", threads: int | None = None, *, remove_islands: bool = False
) -> Predictor:
    """The predictor of a checkpoint, loaded once in this process while the file stays the same."""
    path = Path(path).resolve()
    if not path.exists():
        return Predictor(path, device, threads)  # says what is wrong
    stat = path.stat()
    return _loaded(path, stat.st_mtime_ns, stat.st_size, device, threads, remove_islands)


@lru_cache(maxsize=2)
def _loaded(
    path: Path, mtime_ns: int, size: int, device: str, threads: int | None, remove_islands: bool
) -> Predictor:
    return Predictor(path, device, threads, remove_islands=remove_islands)
