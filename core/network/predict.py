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
from core.imaging.islands import without_islands
from core.network import checkpoint
from core.network.config import ModelConfig
from core.network.precision import fast_autocast, pick_device
from core.network.registry import stride
from core.records import Prediction

MAX_NETWORK_PIXELS = 2048 * 2048  # of one slice at the network's pixel size: about 2 GB of features
# Axes of (N, C, H, W) to flip: as it is, upside down (a half turn), and the two mirror images.
LOOKS = ((), (2, 3), (2,), (3,))


class Predictor:
    """A network that is loaded once and predicts any number of slices."""

    def __init__(
        self,
        model: Path | tuple[nn.Module, ModelConfig],
        device: str = "auto",
        threads: int | None = None,
        *,
        looks: int | None = None,
        remove_islands: bool = False,
    ) -> None:
        """Load a network.

        Args:
            model: a checkpoint, or a network with its configuration.
            device: auto, cpu or cuda.
            threads: of the processor, for this whole process; None leaves them as they are.
            looks: at each slice, averaged: 1 as it is, 2 upside down, too, 4 with both mirror images; each
                costs the same work. None takes what is usual for the network, see `usual_looks`.
            remove_islands: clear what is too small to be part of the heart, see `without_islands`.

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
        self.looks = usual_looks(self.config) if looks is None else looks
        if self.looks not in (1, 2, 4):
            raise RunRefused(f"a slice can be looked at 1, 2 or 4 times, not {self.looks}")
        self.remove_islands = remove_islands
        # channels_last is the order in which convolutions are fastest, in bfloat16 most of all.
        self.network = network.eval().to(self.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def predict(
        self,
        pixels: Sequence[np.ndarray],
        spacings_mm: Sequence[tuple[float, float]],
        batch: int = 16,
        *,
        second_look: bool = False,
    ) -> list[Prediction]:
        """Predict slices, each on its own grid and in the order given.

        Args:
            pixels: (height, width) each, scanner units.
            spacings_mm: (row, column) of each.
            batch: most slices that go through the network at once; fewer where they are large.
            second_look: look at each slice upside down even where that is not averaged, to see whether the
                network then says the same.

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
                planes, masks = self._forward([prepared[index] for index in chosen], canvas, second_look)
                for index, plane, seen in zip(chosen, planes, masks, strict=True):
                    height, width = prepared[index].shape
                    results[index] = self._finish(
                        plane[:, :height, :width],
                        seen[:, :height, :width],
                        pixels[index].shape,
                        spacings_mm[index],
                    )
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
    def _forward(
        self, images: Sequence[np.ndarray], canvas: tuple[int, ...], second_look: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (N, 4, *canvas) float32, and the masks (N, 1 or 2, *canvas) of the first looks alone.

        Slices lie at the top left, as they do in training.
        """
        filled = np.empty((len(images), 1, *canvas), np.float32)
        for place, image in zip(filled, images, strict=True):
            place[:] = image.min()
            place[0, : image.shape[0], : image.shape[1]] = image
        given = torch.from_numpy(filled).to(self.device).contiguous(memory_format=torch.channels_last)
        said = []
        for axes in LOOKS[: max(self.looks, 1 + second_look)]:
            with fast_autocast(self.device):
                logits = self.network(given.flip(axes))
            said.append(logits.float().softmax(dim=1).flip(axes))
        masks = torch.stack([look.argmax(dim=1) for look in said[:2]], dim=1).to(torch.uint8)
        return torch.stack(said[: self.looks]).mean(dim=0).cpu().numpy(), masks.cpu().numpy()

    def _finish(
        self,
        planes: np.ndarray,
        seen: np.ndarray,
        shape: tuple[int, ...],
        spacing_mm: tuple[float, float],
    ) -> Prediction:
        """Go back to the slice's own grid, and only there choose labels."""
        probabilities = resample_to_shape(np.ascontiguousarray(planes), (shape[0], shape[1]))
        probabilities = probabilities / probabilities.sum(axis=0)
        mask = probabilities.argmax(axis=0).astype(np.uint8)
        if self.remove_islands:
            mask = without_islands(mask, spacing_mm)
        return Prediction(mask, probabilities, seen)


def usual_looks(config: ModelConfig) -> int:
    """Two for a network that has learnt from slices either way up, one for any other.

    The recommended augmentation flips and transposes at random, so that upside down is as good a look; the
    mean of both was better on slices that no network had seen (docs/decisions.md). A network that has seen
    the heart one way up only gets worse by it.
    """
    return 2 if config.training.get("augmentation") == "recommended" else 1


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
