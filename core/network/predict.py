"""From a slice as it was imported to its mask, on its own grid: what training did to pixels, done again."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.errors import RunRefused
from core.imaging.processing.islands import without_islands
from core.imaging.processing.resample import resample_to_shape
from core.network import checkpoint
from core.network.device import pick_device
from core.network.engines import fastest_logits, torch_logits
from core.network.prepare import MAX_NETWORK_PIXELS, prepared
from core.recipes.checkpoint_header import require_task
from core.recipes.model import TTA_FLIPS, ModelConfig, Task
from core.records.masks import Prediction

# Axes of (N, C, H, W) that test-time augmentation flips: none, both (a half turn), and the two mirror images.
FLIPPED_AXES = ((), (2, 3), (2,), (3,))


class Predictor:
    """A loaded network that predicts masks and probabilities of any number of slices."""

    def __init__(
        self,
        model: Path | tuple[nn.Module, ModelConfig],
        device: str = "auto",
        threads: int | None = None,
        *,
        tta_flips: int | None = None,
        remove_islands: bool = False,
    ) -> None:
        """Load a network.

        Args:
            model: a checkpoint, or a network with its configuration.
            device: auto, cpu or cuda.
            threads: of the processor, for this whole process; None leaves them as they are.
            tta_flips: ways to turn a slice whose predictions are averaged: 1 as it is, 2 upside down, too, 4
                with both mirror images; each costs the same work. None takes what the network's configuration
                says, see `ModelConfig.usual_tta_flips`.
            remove_islands: clear what is too small to be part of the heart, see `without_islands`.

        Raises:
            BadCheckpoint: when the file is no usable checkpoint, or does not segment.
            RunRefused: when the device is not there.
        """
        network, self.config = model if isinstance(model, tuple) else checkpoint.load(Path(model))
        require_task(self.config.name, self.config, Task.SEGMENTATION)
        try:
            self.device = pick_device(device)
        except ValueError as error:
            raise RunRefused(str(error)) from error
        if threads is not None:
            torch.set_num_threads(threads)
        self.tta_flips = self.config.usual_tta_flips if tta_flips is None else tta_flips
        if self.tta_flips not in TTA_FLIPS:
            raise RunRefused(f"a slice can be looked at 1, 2 or 4 times, not {self.tta_flips}")
        self.remove_islands = remove_islands
        # A network that somebody trains changes under OpenVINO's hands; a file stays what it is.
        self.logits = (
            torch_logits(network, self.device)
            if isinstance(model, tuple)
            else fastest_logits(network, self.config, self.device)
        )

    def predict(
        self,
        pixels: Sequence[np.ndarray],
        spacings_mm: Sequence[tuple[float, float]],
        batch: int = 16,
        *,
        with_flip: bool = False,
    ) -> list[Prediction]:
        """Predict slices, each on its own grid and in the order given.

        Args:
            pixels: (height, width) each, scanner units.
            spacings_mm: (row, column) of each.
            batch: most slices that go through the network at once; fewer where they are large.
            with_flip: predict each slice upside down even where that is not averaged, to see whether the
                network then says the same.

        Raises:
            BadInput: when a slice would be absurdly large at the network's pixel size.
        """
        if len(pixels) != len(spacings_mm):
            raise ValueError(f"need one spacing a slice, got {len(spacings_mm)} for {len(pixels)} slices")
        ready = [prepared(*pair, self.config) for pair in zip(pixels, spacings_mm, strict=True)]
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for index, image in enumerate(ready):
            alike[self._canvas(image)].append(index)
        results: dict[int, Prediction] = {}
        for canvas, indices in alike.items():
            most = max(1, min(batch, MAX_NETWORK_PIXELS // (canvas[0] * canvas[1])))
            for start in range(0, len(indices), most):
                chosen = indices[start : start + most]
                planes, flip_masks = self._forward([ready[index] for index in chosen], canvas, with_flip)
                for index, plane, masks in zip(chosen, planes, flip_masks, strict=True):
                    height, width = ready[index].shape
                    results[index] = self._finish(
                        plane[:, :height, :width],
                        masks[:, :height, :width],
                        pixels[index].shape,
                        spacings_mm[index],
                    )
        return [results[index] for index in range(len(pixels))]

    def _canvas(self, image: np.ndarray) -> tuple[int, ...]:
        """Height and width rounded up to what the network can take."""
        multiple = self.config.stride
        return tuple(-(-length // multiple) * multiple for length in image.shape)

    @torch.inference_mode()
    def _forward(
        self, images: Sequence[np.ndarray], canvas: tuple[int, ...], with_flip: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (N, 4, *canvas) float32, and the masks (N, 1 or 2, *canvas) of the first flips alone.

        Slices lie at the top left, as they do in training.
        """
        filled = np.empty((len(images), 1, *canvas), np.float32)
        for plane, image in zip(filled, images, strict=True):
            plane[:] = image.min()
            plane[0, : image.shape[0], : image.shape[1]] = image
        given = torch.from_numpy(filled).to(self.device)
        looks = [
            self.logits(given.flip(axes)).softmax(dim=1).flip(axes).cpu().numpy()
            for axes in FLIPPED_AXES[: max(self.tta_flips, 1 + with_flip)]
        ]
        # NumPy's argmax: on processors torch's takes twenty times as long, half as long as a look itself.
        masks = np.stack([look.argmax(axis=1) for look in looks[:2]], axis=1)
        return np.mean(looks[: self.tta_flips], axis=0), masks.astype(np.uint8)

    def _finish(
        self,
        planes: np.ndarray,
        flip_masks: np.ndarray,
        shape: tuple[int, ...],
        spacing_mm: tuple[float, float],
    ) -> Prediction:
        """Return the prediction on the slice's own grid: probabilities resampled, and only then labels."""
        probabilities = resample_to_shape(np.ascontiguousarray(planes), (shape[0], shape[1]))
        probabilities = probabilities / probabilities.sum(axis=0)
        mask = probabilities.argmax(axis=0).astype(np.uint8)
        if self.remove_islands:
            mask = without_islands(mask, spacing_mm)
        return Prediction(mask, probabilities, flip_masks)


def cached_predictor(
    path: Path, device: str = "auto", threads: int | None = None, *, remove_islands: bool = False
) -> Predictor:
    """Return the predictor of a checkpoint, loaded once in this process while the file stays the same."""
    path = Path(path).resolve()
    if not path.exists():
        return Predictor(path, device, threads)  # says what is wrong
    stat = path.stat()
    return _loaded(path, stat.st_mtime_ns, stat.st_size, device, threads, remove_islands)


@lru_cache(maxsize=2)
def _loaded(
    path: Path, _mtime_ns: int, _size: int, device: str, threads: int | None, remove_islands: bool
) -> Predictor:
    return Predictor(path, device, threads, remove_islands=remove_islands)
