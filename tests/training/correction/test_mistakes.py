"""Masks to be corrected: of models, empty, or damaged; the same again with the same seed."""

import numpy as np
import pytest
import torch
from torch import nn

from core.labels import Label
from core.training.correction.mistakes import DAMAGES, Mistakes, damaged

CPU = torch.device("cpu")


def heart() -> np.ndarray:
    mask = np.zeros((48, 48), np.uint8)
    mask[12:36, 14:34] = Label.MYOCARDIUM
    mask[18:30, 18:30] = Label.LEFT_VENTRICLE
    mask[20:28, 4:12] = Label.RIGHT_VENTRICLE
    return mask


class SaysRightVentricle(nn.Module):
    """A model whose mistakes are known."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        said = torch.zeros(len(images), 4, *images.shape[2:])
        said[:, Label.RIGHT_VENTRICLE] = 1
        return said


@pytest.mark.parametrize("damage", sorted(set(DAMAGES), key=lambda damage: damage.__name__))
def test_every_damage_leaves_a_mask(damage):
    changed = 0
    for seed in range(20):
        for mask in (heart(), 0 * heart(), np.full((48, 48), Label.MYOCARDIUM, np.uint8)):
            before = mask.copy()
            result = damage(mask, np.random.default_rng(seed))
            assert result.shape == mask.shape
            assert result.dtype == np.uint8
            assert result.max() <= max(Label)
            assert np.array_equal(mask, before)
            changed += not np.array_equal(result, before)
    assert changed > 10


def test_a_damaged_heart_is_mostly_still_there():
    masks = [damaged(heart(), np.random.default_rng(seed)) for seed in range(60)]
    alike = np.array([(mask == heart()).mean() for mask in masks])
    assert 0.75 < alike.mean() < 0.99


def test_masks_come_of_models_of_nothing_and_of_damage_and_again_the_same():
    images, truth = torch.zeros(60, 1, 48, 48), np.stack([heart()] * 60)
    mistakes = Mistakes([SaysRightVentricle()], CPU)
    masks = mistakes.masks(images, truth, np.random.default_rng(3))
    assert np.array_equal(masks, mistakes.masks(images, truth, np.random.default_rng(3)))
    empty = (masks == 0).all(axis=(1, 2)).sum()
    of_model = ((masks == Label.RIGHT_VENTRICLE).mean(axis=(1, 2)) > 0.5).sum()
    assert 3 < empty < 20
    assert 25 < of_model < 48
    assert (masks != truth).any(axis=(1, 2)).mean() > 0.9


def test_without_models_there_are_the_others():
    images, truth = torch.zeros(30, 1, 48, 48), np.stack([heart()] * 30)
    mistakes = Mistakes([], CPU)
    assert (mistakes.masks(images, truth, np.random.default_rng(0)) != truth).any()
    assert not mistakes.first_masks(images, truth).any()


def test_an_unsure_model_varies_and_is_left_as_it_was():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.Dropout(0.5), nn.Conv2d(8, 4, 1))
    mistakes = Mistakes([network], CPU)
    images = torch.randn(2, 1, 16, 16)
    sure = [mistakes.said(network, images) for _ in range(2)]
    assert np.array_equal(*sure)
    assert (mistakes.said(network, images, unsure=True) != sure[0]).any()
    assert not any(module.training for module in network.modules())
