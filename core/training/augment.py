"""Variations of a whole batch at once, on its own device; every draw comes from the given generator."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.imaging.processing.normalise import IntensityRule
from core.recipes.training import AugmentationName
from core.training.data import TrainingSet

ROTATION_DEGREES = 10.0  # the report's
TURN_DEGREES = 20.0  # beyond flips and transposes, which already reach every quarter turn
SCALE = 1.3  # hearts and pixel sizes differ by about this much either way
STRETCH = 1.1
BEND_PIXELS = 3.0  # of the smooth deformation


@dataclass(frozen=True, eq=False)
class Batch:
    """Some slices of a training set; see `TrainingSet` for the shapes."""

    images: Tensor
    masks: Tensor
    sizes: Tensor
    centres: Tensor
    fills: Tensor

    @classmethod
    def of(cls, data: TrainingSet, indices: Tensor) -> "Batch":
        """The slices at the indices."""
        return cls(*(getattr(data, name)[indices] for name in cls.__dataclass_fields__))


def augment(
    batch: Batch, name: AugmentationName, crop: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return varied (images (N, 1, h, w), masks (N, h, w)); h = w = crop for `recommended` with a crop."""
    if name == AugmentationName.REPORT:
        return one_of_four(batch, generator)
    if name == AugmentationName.RECOMMENDED:
        images, masks = deform(batch, crop, generator)
        return vary_intensity(renormalise_some(images, generator), generator), masks
    return batch.images, batch.masks


def one_of_four(batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """For each image exactly one of: nothing, horizontal flip, vertical flip, rotation within 10 degrees."""
    images, masks = batch.images.clone(), batch.masks.clone()
    device = images.device
    choice = torch.randint(4, (len(images),), generator=generator, device=device)
    degrees = ROTATION_DEGREES * (2 * torch.rand(len(images), generator=generator, device=device) - 1)
    for number, axis in ((1, -1), (2, -2)):
        chosen = choice == number
        images[chosen], masks[chosen] = images[chosen].flip(axis), masks[chosen].flip(axis)
    turned = (choice == 3).nonzero()[:, 0]
    if len(turned):
        images[turned], masks[turned] = rotate(
            images[turned], masks[turned], batch.fills[turned], degrees[turned]
        )
    return images, masks


def rotate(images: Tensor, masks: Tensor, fills: Tensor, degrees: Tensor) -> tuple[Tensor, Tensor]:
    """Turn each image by its own angle about its middle: bilinear for the image, nearest for the mask."""
    height, width = masks.shape[-2:]
    middle = torch.tensor([(height - 1) / 2, (width - 1) / 2], device=images.device)
    grid = pixel_grid(height, width, images.device) - middle
    points = grid @ rotation(degrees.deg2rad()).mT[:, None] + middle
    return sample(images, masks, fills, points)


def deform(batch: Batch, crop: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Flip, transpose, turn, scale, stretch, shift, bend and crop, in one interpolation."""
    images, device = batch.images, batch.images.device
    n = len(images)
    height, width = (crop, crop) if crop else images.shape[-2:]

    def uniform(*shape: int) -> Tensor:
        return 2 * torch.rand(n, *shape, generator=generator, device=device) - 1

    zoom = torch.exp(uniform(1) * math.log(SCALE) + uniform(2) * math.log(STRETCH))  # (n, 2)
    matrix = rotation((TURN_DEGREES * uniform()).deg2rad()) * zoom[:, None, :]
    matrix = matrix * torch.sign(uniform(1, 2))  # flips
    transposed = (uniform() > 0)[:, None, None]
    matrix = torch.where(transposed, matrix.flip(-1), matrix)

    # Half of the crops look at the heart, half at any place, so that both are learnt from.
    window = torch.tensor([height, width], device=device, dtype=torch.float32)
    middle = (batch.sizes - 1) / 2
    anywhere = middle + uniform(2) * ((batch.sizes - window) / 2).clamp_min(0)
    near_heart = batch.centres + uniform(2) * window / 6
    target = torch.where((uniform(1) > 0), near_heart, anywhere)

    grid = pixel_grid(height, width, device) - (window - 1) / 2
    bend = F.interpolate(uniform(2, 5, 5), size=(height, width), mode="bicubic").movedim(1, -1)
    amplitude = BEND_PIXELS * uniform().clamp_min(0)[:, None, None, None]
    points = (grid + amplitude * bend) @ matrix.mT[:, None] + target[:, None, None]
    return sample(images, batch.masks, batch.fills, points)


def renormalise_some(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return (N, 1, h, w) images, about half of them normalised anew by their own crop.

    A whole slice has much air and lung, a file cut to the heart little: the same blood ends up at another
    value once each is normalised.
    """
    alone = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device) < 0.5
    return torch.where(alone, normalise_each(images), images)


def normalise_each(images: Tensor) -> Tensor:
    """What `core.imaging.processing.normalise` does to one image, for each of (N, 1, h, w) on its own."""
    rule = IntensityRule()
    values = images.flatten(1)
    limits = torch.tensor([rule.low_percentile, rule.high_percentile], device=images.device) / 100
    # One by one: `quantile` takes at most 2^24 values, and a batch of large whole slices has more.
    low, high = torch.stack([each.quantile(limits) for each in values]).T[..., None]
    values = values.clamp(low, high)
    values = values - values.mean(dim=1, keepdim=True)
    spread = values.square().mean(dim=1, keepdim=True).sqrt()
    return (values / spread.clamp_min(1e-6)).view_as(images)


def vary_intensity(images: Tensor, generator: torch.Generator) -> Tensor:
    """Contrast, brightness, gamma, coil shading, blur and noise, each drawn for each image."""
    n, device = len(images), images.device

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, 1, generator=generator, device=device)

    def sometimes(chance: float, varied: Tensor, plain: Tensor) -> Tensor:
        return torch.where(uniform(0, 1) < chance, varied, plain)

    low, high = images.amin((1, 2, 3), keepdim=True), images.amax((1, 2, 3), keepdim=True)
    unit = (images - low) / (high - low).clamp_min(1e-6)
    images = sometimes(0.3, unit ** torch.exp(uniform(-0.4, 0.4)) * (high - low) + low, images)
    coarse = torch.randn(n, 1, 4, 4, generator=generator, device=device)
    shading = F.interpolate(coarse, size=images.shape[-2:], mode="bicubic")
    images = sometimes(0.3, (images - low) * torch.exp(0.25 * shading) + low, images)
    soft = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    share = uniform(0, 1)
    images = sometimes(0.25, share * soft + (1 - share) * images, images)
    images = images * sometimes(0.5, uniform(0.75, 1.3), torch.ones_like(share))
    images = images + sometimes(0.5, uniform(-0.3, 0.3), torch.zeros_like(share))
    noise = torch.randn(images.shape, generator=generator, device=device)
    return images + sometimes(0.3, uniform(0, 0.15), torch.zeros_like(share)) * noise


def pixel_grid(height: int, width: int, device: torch.device) -> Tensor:
    """(height, width, 2) of each pixel's (row, column)."""
    rows = torch.arange(height, device=device, dtype=torch.float32)
    columns = torch.arange(width, device=device, dtype=torch.float32)
    return torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1)


def rotation(radians: Tensor) -> Tensor:
    """(N, 2, 2) rotation matrices that act on (row, column)."""
    cosine, sine = radians.cos(), radians.sin()
    return torch.stack([torch.stack([cosine, -sine], -1), torch.stack([sine, cosine], -1)], -2)


def sample(images: Tensor, masks: Tensor, fills: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
    """Read images (bilinear) and masks (nearest) at places (N, h, w, 2), (row, column) in pixels.

    Outside, an image goes on with its own minimum and a mask with background, as on the canvas.
    """
    size = torch.tensor(images.shape[-2:], device=images.device, dtype=torch.float32)
    grid = ((2 * points + 1) / size - 1).flip(-1)  # grid_sample wants (x, y) in [-1, 1]
    base = fills[:, None, None, None]
    varied = F.grid_sample(images - base, grid, mode="bilinear", align_corners=False) + base
    labels = F.grid_sample(masks[:, None].float(), grid, mode="nearest", align_corners=False)
    return varied, labels[:, 0].to(masks.dtype)
