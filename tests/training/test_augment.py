"""The report's one-of-four, and the recommended set: image and mask move together, draws are repeatable."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from core.imaging.processing.normalise import IntensityRule, normalise
from core.recipes.training import AugmentationName
from core.training.augment import (
    Batch,
    augment,
    deform,
    normalise_each,
    one_of_four,
    renormalise_some,
    rotate,
    sample,
    vary_intensity,
)


def batch_of(images: torch.Tensor, masks: torch.Tensor) -> Batch:
    n, _, height, width = images.shape
    return Batch(
        images=images,
        masks=masks,
        sizes=torch.tensor([[height, width]] * n, dtype=torch.float32),
        centres=torch.tensor([[height / 2, width / 2]] * n),
        fills=images.amin((1, 2, 3)),
    )


@pytest.fixture
def hearts() -> Batch:
    """200 slices of 17x13 with an image that equals its mask, so that any drift between the two shows."""
    masks = torch.randint(4, (200, 17, 13), generator=torch.Generator().manual_seed(5), dtype=torch.uint8)
    return batch_of(masks[:, None].float(), masks)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_each_image_gets_exactly_one_of_the_four(hearts):
    images, masks = one_of_four(hearts, generator())
    kinds = {"same": 0, "horizontal flip": 0, "vertical flip": 0, "rotated": 0}
    for before, after, mask in zip(hearts.images[:, 0], images[:, 0], masks, strict=True):
        if torch.equal(after, before):
            kinds["same"] += 1
        elif torch.equal(after, before.flip(1)):
            kinds["horizontal flip"] += 1
        elif torch.equal(after, before.flip(0)):
            kinds["vertical flip"] += 1
        else:
            kinds["rotated"] += 1
            continue
        assert torch.equal(mask.float(), after)
    assert all(35 <= count <= 65 for count in kinds.values()), kinds


def test_rotation_equals_scipy_bilinear_for_images_and_nearest_for_masks():
    image = torch.rand(1, 1, 21, 21, generator=generator(1))
    mask = torch.randint(4, (1, 21, 21), generator=generator(2), dtype=torch.uint8)
    turned, turned_mask = rotate(image, mask, torch.zeros(1), torch.tensor([7.0]))
    inside = (slice(4, 17), slice(4, 17))  # beyond it the two treat the border differently
    theirs = ndimage.rotate(image[0, 0].numpy(), 7.0, reshape=False, order=1)
    other = ndimage.rotate(image[0, 0].numpy(), -7.0, reshape=False, order=1)
    ours = turned[0, 0].numpy()[inside]
    errors = {7: np.abs(ours - theirs[inside]).max(), -7: np.abs(ours - other[inside]).max()}
    degrees = min(errors, key=lambda angle: errors[angle])
    assert errors[degrees] < 1e-5
    expected = ndimage.rotate(mask[0].numpy(), degrees, reshape=False, order=0)
    assert (turned_mask[0].numpy()[inside] == expected[inside]).mean() > 0.99  # ties may round either way


def test_a_rotated_mask_holds_only_labels_that_were_there(hearts):
    only_myocardium = batch_of(hearts.images, hearts.masks.clamp(max=1) * 2)
    _, masks = rotate(
        only_myocardium.images, only_myocardium.masks, only_myocardium.fills, torch.full((200,), 9.0)
    )
    assert set(masks.unique().tolist()) <= {0, 2}


def test_sampling_at_every_pixel_gives_the_slice_back(hearts):
    rows, columns = torch.meshgrid(torch.arange(17.0), torch.arange(13.0), indexing="ij")
    places = torch.stack([rows, columns], -1).expand(200, 17, 13, 2)
    images, masks = sample(hearts.images, hearts.masks, hearts.fills, places)
    assert torch.allclose(images, hearts.images, atol=1e-4)
    assert torch.equal(masks, hearts.masks)


def test_beyond_the_border_lies_the_image_minimum_and_background():
    images, masks = torch.full((1, 1, 4, 4), 5.0), torch.ones(1, 4, 4, dtype=torch.uint8)
    far = torch.full((1, 2, 2, 2), 50.0)
    varied, labels = sample(images, masks, torch.tensor([-1.5]), far)
    assert varied.unique().tolist() == [-1.5]
    assert labels.unique().tolist() == [0]


def test_deformed_mask_stays_on_its_image():
    # A smooth blob whose mask is where it is bright: after any deformation it still must be.
    rows, columns = np.mgrid[:64, :64]
    blob = np.exp(-((rows - 30) ** 2 + (columns - 36) ** 2) / (2 * 10**2)).astype(np.float32)
    images = torch.from_numpy(blob).expand(40, 1, 64, 64).clone()
    masks = (images[:, 0] > 0.5).to(torch.uint8) * 3
    varied, labels = deform(batch_of(images, masks), 48, generator())
    assert varied.shape == (40, 1, 48, 48)
    ours, truth = (varied[:, 0] > 0.5), labels == 3
    overlap = 2 * (ours & truth).sum() / (ours.sum() + truth.sum())
    assert float(overlap) > 0.98
    assert float((labels == 3).float().sum((1, 2)).std()) > 10  # sizes really differ


def test_a_batch_is_normalised_as_prediction_normalises_each_slice():
    images = 3 * torch.randn(5, 1, 48, 40, generator=generator()) + 1
    images[3, 0, 7, 7] = 1e4  # far beyond the 99th percentile
    images[4] = 2  # nothing to see
    expected = [normalise(image.numpy(), IntensityRule()) for image in images[:, 0]]
    np.testing.assert_allclose(normalise_each(images)[:, 0], np.stack(expected), atol=1e-5)


def test_a_batch_of_large_whole_slices_is_normalised_too():
    images = torch.ones(9, 1, 1400, 1400)
    images[:, :, ::2] = -1
    torch.testing.assert_close(normalise_each(images), images)


def test_half_of_the_crops_are_normalised_on_their_own(hearts):
    varied = renormalise_some(hearts.images, generator())
    kept = [torch.equal(after, before) for after, before in zip(varied, hearts.images, strict=True)]
    assert 70 < sum(kept) < 130
    alone = varied[~torch.tensor(kept)]
    torch.testing.assert_close(alone, normalise_each(hearts.images)[~torch.tensor(kept)])


def test_intensity_changes_leave_shape_and_finiteness(hearts):
    varied = vary_intensity(hearts.images, generator())
    assert varied.shape == hearts.images.shape
    assert torch.isfinite(varied).all()
    assert not torch.equal(varied, hearts.images)


@pytest.mark.parametrize("name", list(AugmentationName))
def test_same_seed_same_variation_and_the_originals_stay(name, hearts):
    before = hearts.images.clone()
    first, second, other = (augment(hearts, name, 16, generator(seed)) for seed in (3, 3, 4))
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
    assert torch.equal(hearts.images, before)
    if name != AugmentationName.OFF:
        assert not torch.equal(first[0], other[0])
