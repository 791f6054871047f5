"""Each loss against an independent reference: plain NumPy sums, or MONAI where it has the same formula."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recipes.losses import LOSSES, LossName
from core.recipes.training import TrainConfig
from core.training.losses import BUILD, cross_entropy, effective_number_weights, focal, make_loss, soft_dice

SHARES = torch.tensor([82.35, 5.30, 6.09, 6.27])  # percent, of the course training set


@pytest.fixture
def logits() -> torch.Tensor:
    return torch.randn(3, 4, 6, 5, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def labels() -> torch.Tensor:
    return torch.randint(4, (3, 6, 5), generator=torch.Generator().manual_seed(2))


def softmax(logits: torch.Tensor) -> np.ndarray:
    shifted = np.exp(logits.double().numpy() - logits.double().numpy().max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def pixelwise(logits: torch.Tensor, labels: torch.Tensor):
    """Yield (probability of the true label, true label) of each pixel, one by one."""
    probabilities, truth = softmax(logits), labels.numpy()
    for n, row, column in np.ndindex(truth.shape):
        label = truth[n, row, column]
        yield probabilities[n, label, row, column], label


def plain_dice_loss(logits: torch.Tensor, labels: torch.Tensor) -> float:
    probabilities, truth = softmax(logits), labels.numpy()
    scores = []
    for label in (1, 2, 3):
        ours, theirs = probabilities[:, label], (truth == label).astype(float)
        scores.append(1 - 2 * (ours * theirs).sum() / (ours.sum() + theirs.sum()))
    return float(np.mean(scores))


def plain_weights(shares: np.ndarray, beta: float) -> np.ndarray:
    weights = (1 - beta) / (1 - beta ** shares.astype(float))
    return weights / weights.mean()


def plain_weighted(logits: torch.Tensor, labels: torch.Tensor, weights: np.ndarray) -> float:
    terms = [(-math.log(p) * weights[label], weights[label]) for p, label in pixelwise(logits, labels)]
    return sum(term for term, _ in terms) / sum(weight for _, weight in terms)


def plain_focal(logits: torch.Tensor, labels: torch.Tensor, gamma: float, alpha: float) -> float:
    return float(np.mean([-alpha * (1 - p) ** gamma * math.log(p) for p, _ in pixelwise(logits, labels)]))


def plain_loss(name: LossName, logits: torch.Tensor, labels: torch.Tensor, config: TrainConfig) -> float:
    plain_ce = float(np.mean([-math.log(p) for p, _ in pixelwise(logits, labels)]))
    weighted = plain_weighted(logits, labels, plain_weights(SHARES.numpy(), config.beta))
    focused = plain_focal(logits, labels, config.gamma, config.alpha)
    dice = plain_dice_loss(logits, labels)
    return {
        "ce": plain_ce,
        "weighted-ce": weighted,
        "focal": focused,
        "dice": dice,
        "dice-focal": dice + focused,
        "ce-dice": plain_ce + dice,
        "weighted-ce-dice": weighted + dice,
    }[name]


@pytest.mark.parametrize("name", list(LossName))
def test_every_loss_equals_its_formula_written_pixel_by_pixel(name, logits, labels):
    config = TrainConfig(loss=name, gamma=1.5, alpha=0.75, beta=0.99)
    ours = make_loss(config, SHARES)(logits, labels)
    assert float(ours) == pytest.approx(plain_loss(name, logits, labels, config), rel=1e-5)


def test_every_loss_has_a_title_a_formula_and_says_which_numbers_shape_it(logits, labels):
    assert set(LOSSES) == set(BUILD) == set(LossName)
    assert len({loss.title for loss in LOSSES.values()}) == len(LOSSES)
    for name, loss in LOSSES.items():
        config = TrainConfig(loss=name, beta=0.9, gamma=2.0, alpha=1.0)
        value = float(make_loss(config, SHARES)(logits, labels))
        for field, other in (("beta", 0.5), ("gamma", 1.0), ("alpha", 0.5)):
            changed = float(make_loss(replace(config, **{field: other}), SHARES)(logits, labels))
            assert (changed != value) == (field in loss.shaped_by), (name, field)


def test_dice_and_focal_agree_with_monai(logits, labels):
    from monai.losses import DiceLoss, FocalLoss

    truth = labels[:, None]
    theirs = DiceLoss(
        include_background=False, to_onehot_y=True, softmax=True, batch=True, smooth_nr=0, smooth_dr=0
    )(logits, truth)
    assert float(soft_dice(logits, labels)) == pytest.approx(float(theirs), rel=1e-5)
    # MONAI averages over the one-hot channels too, of which all but the true one are zero.
    monai_focal = 4 * FocalLoss(use_softmax=True, to_onehot_y=True, gamma=2.0)(logits, truth)
    assert float(focal(logits, labels, gamma=2.0)) == pytest.approx(float(monai_focal), rel=1e-5)


def test_focal_without_focusing_is_cross_entropy(logits, labels):
    assert float(focal(logits, labels, gamma=0)) == pytest.approx(float(cross_entropy(logits, labels)))


def test_a_label_that_is_nowhere_and_is_not_predicted_costs_no_dice():
    labels = torch.zeros(1, 4, 4, dtype=torch.long)
    labels[0, :2] = 3
    logits = torch.full((1, 4, 4, 4), -40.0).scatter(1, labels[:, None], 40.0)
    assert float(soft_dice(logits, labels)) == pytest.approx(0, abs=1e-6)


def test_weights_with_percent_shares_favour_the_rare_and_average_to_one():
    weights = effective_number_weights(SHARES, 0.999)
    assert weights.numpy() == pytest.approx(plain_weights(SHARES.numpy(), 0.999), rel=1e-5)
    assert float(weights.mean()) == pytest.approx(1)
    assert weights.argmax() == 1
    assert weights.argmin() == 0


def test_raw_pixel_counts_with_the_usual_beta_weigh_all_labels_alike():
    counts = torch.tensor([758_000.0, 48_800.0, 56_100.0, 57_800.0])
    assert effective_number_weights(counts, 0.999).tolist() == pytest.approx([1, 1, 1, 1], abs=1e-6)


def test_a_label_that_never_occurs_gets_a_finite_weight():
    weights = effective_number_weights(torch.tensor([90.0, 0.0, 5.0, 5.0]), 0.999)
    assert float(weights[1]) == pytest.approx(float(weights[2]))


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(0.1, 30), seed=st.integers(0, 1000), name=st.sampled_from(list(LossName)))
def test_losses_stay_finite_with_finite_gradients(scale, seed, name):
    generator = torch.Generator().manual_seed(seed)
    logits = (scale * torch.randn(2, 4, 4, 4, generator=generator)).requires_grad_()
    labels = torch.randint(4, (2, 4, 4), generator=generator)
    loss = make_loss(TrainConfig(loss=name), SHARES)(logits, labels)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()
