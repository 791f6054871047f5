"""The whole training set as tensors on one device; slices are resampled and normalised once."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.imaging.processing.normalise import normalise
from core.imaging.processing.resample import resample_image, resample_mask
from core.labels import Label
from core.recipes.model import ModelConfig


@dataclass(frozen=True, eq=False)
class LabelledSlice:
    """One slice with the mask it is to be learnt from."""

    name: str  # unique within the set
    patient: str
    pixels: np.ndarray  # (height, width), scanner units
    mask: np.ndarray  # (height, width) uint8 of Label values
    spacing_mm: tuple[float, float]  # (row, column)


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Slices of one pixel size on one canvas; smaller ones lie at the top left, on their own minimum."""

    images: Tensor  # (N, 1, H, W) float32, normalised
    masks: Tensor  # (N, H, W) uint8
    sizes: Tensor  # (N, 2) float32, (height, width) of each slice within the canvas
    centres: Tensor  # (N, 2) float32, (row, column) of the heart's centre; the slice's where there is none
    fills: Tensor  # (N,) float32, the minimum of each image
    names: tuple[str, ...]
    patients: tuple[str, ...]
    sha256: str  # of everything above that is learnt from

    def __len__(self) -> int:
        return len(self.images)

    def to(self, device: torch.device) -> "TrainingSet":
        """The same set with its tensors on the device."""
        return replace(
            self,
            images=self.images.to(device),
            masks=self.masks.to(device),
            sizes=self.sizes.to(device),
            centres=self.centres.to(device),
            fills=self.fills.to(device),
        )

    def shares_percent(self) -> Tensor:
        """(C,) share of each label among the pixels of the slices, without the canvas around them."""
        counts = torch.bincount(self.masks.flatten().long(), minlength=len(Label)).double()
        counts[Label.BACKGROUND] -= self.masks.numel() - self.sizes.double().prod(dim=1).sum()
        return (100 * counts / counts.sum()).float()


def training_set(slices: Iterable[LabelledSlice], config: ModelConfig, multiple: int) -> TrainingSet:
    """Prepare slices the way that prediction does: the network's pixel size, the network's intensity rule.

    Args:
        slices: at least one.
        config: of the network that will learn from them.
        multiple: height and width of the canvas are rounded up to it.
    """
    images, masks, names, patients = [], [], [], []
    digest = hashlib.sha256()
    for item in slices:
        image = normalise(resample_image(item.pixels, item.spacing_mm, config.spacing_mm), config.intensity)
        mask = resample_mask(item.mask, item.spacing_mm, config.spacing_mm)
        images.append(image)
        masks.append(mask)
        names.append(item.name)
        patients.append(item.patient)
        digest.update(item.name.encode() + image.tobytes() + mask.tobytes())
    if not images:
        raise ValueError("need at least one labelled slice to learn from")
    height = round_up(max(image.shape[0] for image in images), multiple)
    width = round_up(max(image.shape[1] for image in images), multiple)
    fills = np.array([image.min() for image in images], np.float32)
    canvas = np.empty((len(images), 1, height, width), np.float32)
    canvas[:] = fills[:, None, None, None]
    labels = np.zeros((len(images), height, width), np.uint8)
    for index, (image, mask) in enumerate(zip(images, masks, strict=True)):
        rows, columns = image.shape
        canvas[index, 0, :rows, :columns] = image
        labels[index, :rows, :columns] = mask
    return TrainingSet(
        images=torch.from_numpy(canvas),
        masks=torch.from_numpy(labels),
        sizes=torch.tensor([image.shape for image in images], dtype=torch.float32),
        centres=torch.tensor([heart_centre(mask) for mask in masks], dtype=torch.float32),
        fills=torch.from_numpy(fills),
        names=tuple(names),
        patients=tuple(patients),
        sha256=digest.hexdigest(),
    )


def heart_centre(mask: np.ndarray) -> tuple[float, float]:
    """(row, column) of the mean heart pixel, or of the slice's middle where no heart is marked."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return (mask.shape[0] - 1) / 2, (mask.shape[1] - 1) / 2
    return float(rows.mean()), float(columns.mean())


def round_up(length: int, multiple: int) -> int:
    """The next multiple that is not below the length."""
    return -(-length // multiple) * multiple


def batches(order: Sequence[int] | Tensor, batch_size: int) -> list[Tensor]:
    """Indices in equal shares of at most `batch_size`, so that no batch is left with a single slice.

    >>> [len(part) for part in batches(range(17), 8)]
    [6, 6, 5]
    """
    indices = torch.as_tensor(order)
    return list(indices.tensor_split(-(-len(indices) // batch_size)))
