"""Shares, weights and what they do to a loss, by hand and on the course's training masks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.metrics.balance import (
    balance_warnings,
    effective_number_weights,
    focal_factor,
    inverse_frequency_weights,
    lacking_percent,
    loss_shares_percent,
    shares_percent,
)

REPORT_SHARES = np.array([82.35, 5.30, 6.09, 6.27])  # percent, background, RV, myocardium, LV
AMOUNTS = st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4).map(np.array)


def test_shares_are_of_the_pixels_of_all_masks_and_lacks_of_the_masks():
    pixels = np.array([[1, 0, 1, 2], [2, 1, 0, 0]])
    assert shares_percent(pixels) == pytest.approx([300 / 7, 100 / 7, 100 / 7, 200 / 7])
    assert lacking_percent(pixels).tolist() == [0, 50, 50, 50]


def test_without_masks_there_are_no_shares():
    assert np.isnan(shares_percent(np.zeros((0, 4), int))).all()
    assert np.isnan(lacking_percent(np.zeros((0, 4), int))).all()


def test_effective_number_weights_by_hand():
    # n = 1 and 2 with beta 1/2: (1/2)/(1/2) = 1 and (1/2)/(3/4) = 2/3, mean 5/6.
    assert effective_number_weights(np.array([1, 2]), 0.5) == pytest.approx([1.2, 0.8])


def test_the_reports_shares_in_percent_weigh_but_raw_counts_do_not():
    in_percent = effective_number_weights(REPORT_SHARES, 0.999)
    assert in_percent[1] / in_percent[0] == pytest.approx((1 - 0.999**82.35) / (1 - 0.999**5.30))
    assert in_percent[1] > 10 * in_percent[0]
    counts = effective_number_weights(REPORT_SHARES * 9216, 0.999)
    assert counts == pytest.approx([1, 1, 1, 1], abs=1e-6)


@given(AMOUNTS, st.floats(0, 0.9999))
def test_weights_have_mean_1_and_the_rarer_label_never_weighs_less(amounts, beta):
    for weights in (effective_number_weights(amounts, beta), inverse_frequency_weights(amounts)):
        assert weights.mean() == pytest.approx(1)
        assert (np.diff(weights[np.argsort(amounts)]) <= 1e-9).all()


@given(AMOUNTS)
def test_beta_goes_from_equal_weights_to_inverse_frequency(amounts):
    assert effective_number_weights(amounts, 0) == pytest.approx(np.ones(4))
    near_one = effective_number_weights(amounts / amounts.max(), 1 - 1e-12)
    assert near_one == pytest.approx(inverse_frequency_weights(amounts), rel=1e-4)


@given(st.permutations(range(4)))
def test_weights_follow_their_label_wherever_it_stands(order):
    moved = effective_number_weights(REPORT_SHARES[list(order)], 0.99)
    assert moved == pytest.approx(effective_number_weights(REPORT_SHARES, 0.99)[list(order)])


def test_a_label_that_never_occurs_weighs_as_much_as_the_rarest():
    weights = effective_number_weights(np.array([80.0, 0.0, 5.0, 15.0]), 0.99)
    assert weights[1] == weights[2] > weights[3]
    with pytest.raises(ValueError, match="at least one label"):
        inverse_frequency_weights(np.zeros(4))


@pytest.mark.parametrize("beta", [-0.1, 1.0, 2.0])
def test_a_beta_outside_its_range_is_refused(beta):
    with pytest.raises(ValueError, match="beta"):
        effective_number_weights(REPORT_SHARES, beta)


def test_the_losses_of_training_use_the_same_weights():
    import torch

    from core.training import losses

    for beta in (0.9, 0.99, 0.999):
        theirs = losses.effective_number_weights(torch.from_numpy(REPORT_SHARES), beta).numpy()
        assert effective_number_weights(REPORT_SHARES, beta) == pytest.approx(theirs, rel=1e-5)


def test_focal_factor_by_hand():
    assert focal_factor(np.array([0.0, 0.5, 1.0]), 2.0).tolist() == [1, 0.25, 0]
    assert focal_factor(np.array([0.3]), 0.0).tolist() == [1]


def test_a_loss_comes_from_pixels_times_weight():
    assert loss_shares_percent(np.array([8, 1, 1, 0])) == pytest.approx([80, 10, 10, 0])
    assert loss_shares_percent(REPORT_SHARES, inverse_frequency_weights(REPORT_SHARES)) == pytest.approx(
        [25] * 4
    )


def test_focusing_takes_the_loss_away_from_what_is_easy():
    known = np.array([0.99, 0.6, 0.6, 0.6])
    plain = loss_shares_percent(REPORT_SHARES, probability=known)
    focused = loss_shares_percent(REPORT_SHARES, probability=known, gamma=2)
    # By hand for background: 82.35 ln(1/0.99) against 17.66 ln(1/0.6), with 0.01^2 and 0.4^2 when focused.
    ours, others = 82.35 * -np.log(0.99), 17.66 * -np.log(0.6)
    assert plain[0] == pytest.approx(100 * ours / (ours + others))
    assert focused[0] == pytest.approx(100 * 1e-4 * ours / (1e-4 * ours + 0.16 * others))


def test_a_probability_of_0_is_refused():
    with pytest.raises(ValueError, match="probability"):
        loss_shares_percent(REPORT_SHARES, probability=np.array([0.5, 0.0, 0.5, 0.5]))


@pytest.mark.parametrize(
    ("pixels", "sentences"),
    [
        ([[80, 10, 5, 5]] * 3, []),
        ([[95, 0, 5, 5], [80, 10, 5, 5]], ["No RV in 1 of 2 slices (50 %)."]),
        ([[90, 0, 5, 5]] * 2, ["No RV in any of the 2 slices: it cannot be learnt from them."]),
        ([[989, 1, 5, 5]] * 3, [f"{name} is {share} % of the pixels, background {times} times as much."
                                for name, share, times in (("RV", "0.10", 989), ("Myo", "0.50", 198),
                                                           ("LV", "0.50", 198))]),
        (np.empty((0, 4)), ["There are no slices with masks."]),
    ],
    ids=["fine", "lacking", "never", "rare", "none"],
)  # fmt: skip
def test_imbalance_is_said_in_words(pixels, sentences):
    assert balance_warnings(np.array(pixels)) == sentences


@pytest.mark.real
def test_course_training_masks_have_the_reports_shares(real_data):
    files = sorted((real_data / "coursework-96" / "train" / "mask").glob("*.png"))
    assert len(files) == 100
    pixels = np.array([np.bincount(np.asarray(Image.open(file)).ravel(), minlength=4) for file in files])
    assert pixels.sum(axis=0).tolist() == [758897, 48826, 56075, 57802]
    # Myocardium is 6.0845 %, which rounds to 6.08; the report's figure says 6.09, and its four sum to 100.01.
    assert shares_percent(pixels).round(2).tolist() == [82.35, 5.30, 6.08, 6.27]
    assert shares_percent(pixels) == pytest.approx(REPORT_SHARES, abs=0.01)
    assert lacking_percent(pixels)[1] == 1  # cmr24 has no RV
