"""Bootstrap intervals cover what they should, agree with SciPy's, and are the same from the same seed."""

import math

import numpy as np
import pytest
from scipy import stats

from core.metrics.statistics import bootstrap
from core.metrics.statistics.bootstrap import (
    bootstrap_mean,
    bootstrap_mean_of_means,
    crossed_mean,
    percentile_interval,
    resampled_means,
)

NAN = math.nan
PATIENTS = ["a", "a", "b", "b", "c", "c"]
N_HEARTS, N_SLICES = 25, 6
EARLIER = {  # (mean, low, high) of `hearts(6)`, as the first versions gave them
    "slices": (0.8011839514928724, 0.7869490261065557, 0.81581495591968),
    "patients": (0.8011839514928724, 0.7693322570730439, 0.8336192787833645),
    "labels": (0.8052928026182236, 0.7870341470205848, 0.8241059627733387),
    "seeds": (0.8053461057284896, 0.7801599083019168, 0.8298380176387685),
}


def hearts(seed: int) -> tuple[np.ndarray, list[int]]:
    """(slices, labels) scores of hearts that differ, some of them missing, and each slice's heart."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(0.8, 0.08, (N_HEARTS, 1, 3)) + generator.normal(
        0, 0.03, (N_HEARTS, N_SLICES, 3)
    )
    scores = scores.reshape(-1, 3)
    scores[generator.random(scores.shape) < 0.1] = NAN
    return scores, [heart for heart in range(N_HEARTS) for _ in range(N_SLICES)]


def by_heart(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(hearts, labels) sums of the scores that exist, and how many these are."""
    whole = scores.reshape(N_HEARTS, N_SLICES, -1)
    return np.nansum(whole, axis=1), (~np.isnan(whole)).sum(axis=1)


def scipys(samples, statistic) -> tuple[float, float]:
    """SciPy's percentile interval of the same statistic, drawn often."""
    found = stats.bootstrap(
        samples, statistic, paired=True, vectorized=True, method="percentile", n_resamples=20_000, rng=1
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def close(interval, expected: tuple[float, float]) -> bool:
    """Whether both ends agree within 5 % of the width, by which they move from seed to seed."""
    width = expected[1] - expected[0]
    return (interval.low, interval.high) == pytest.approx(expected, abs=0.05 * width)


def test_scipy_finds_the_same_interval_over_slices():
    scores = hearts(0)[0][:, 0]
    present = scores[~np.isnan(scores)]
    assert close(bootstrap_mean(scores.tolist()), scipys((present,), lambda x, axis: x.mean(axis=axis)))


def test_scipy_finds_the_same_interval_over_patients():
    scores, groups = hearts(1)
    sums, sizes = (table[:, 0] for table in by_heart(scores))
    expected = scipys((sums, sizes), lambda x, n, axis: x.sum(axis=axis) / n.sum(axis=axis))
    assert close(bootstrap_mean(scores[:, 0].tolist(), groups), expected)
    assert close(crossed_mean(scores[:, 0][None], groups), expected)


def test_scipy_finds_the_same_interval_of_the_mean_over_labels():
    scores, groups = hearts(2)
    sums, sizes = by_heart(scores)

    def mean_of_means(*columns: np.ndarray, axis: int) -> np.ndarray:
        means = [columns[label].sum(axis=axis) / columns[3 + label].sum(axis=axis) for label in range(3)]
        return np.mean(means, axis=0)

    expected = scipys((*sums.T, *sizes.T), mean_of_means)
    assert close(bootstrap_mean_of_means(scores, groups), expected)


def test_seeds_and_patients_drawn_one_by_one_give_the_same_interval():
    generator = np.random.default_rng(3)
    scores = np.stack([hearts(3)[0][:, 0], hearts(4)[0][:, 0] - 0.05, hearts(5)[0][:, 0] + 0.02])
    groups, means = np.array(hearts(3)[1]), []
    for _ in range(1500):
        seeds = generator.integers(3, size=3)
        drawn = generator.integers(N_HEARTS, size=N_HEARTS)
        slices = np.concatenate([np.flatnonzero(groups == heart) for heart in drawn])
        means.append(np.nanmean(scores[seeds][:, slices]))
    found, (low, high) = crossed_mean(scores, groups.tolist()), percentile_interval(np.array(means))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))


def test_intervals_are_those_of_earlier_versions():
    """What reports and verdicts have said must be found again from the same scores."""
    scores, groups = hearts(6)
    column = scores[:, 1].tolist()
    found = {
        "slices": bootstrap_mean(column, seed=3),
        "patients": bootstrap_mean(column, groups),
        "labels": bootstrap_mean_of_means(scores, groups),
        "seeds": crossed_mean(scores.T, groups),
    }
    for name, interval in found.items():
        assert (interval.mean, interval.low, interval.high) == pytest.approx(EARLIER[name], rel=1e-12), name


def test_what_is_drawn_in_turns_is_what_is_drawn_at_once(monkeypatch):
    scores, groups = hearts(7)
    at_once = resampled_means(scores[:, 0].tolist(), groups)
    monkeypatch.setattr("core.metrics.statistics.bootstrap.MAX_DRAWS", 1000)
    assert resampled_means(scores[:, 0].tolist(), groups).tolist() == at_once.tolist()


def test_the_interval_agrees_with_the_normal_one_on_many_scores():
    scores = np.random.default_rng(1).normal(0.8, 0.1, 400)
    found = bootstrap_mean(scores.tolist())
    half = 1.96 * scores.std(ddof=1) / math.sqrt(400)
    assert found.mean == pytest.approx(scores.mean())
    assert found.low == pytest.approx(scores.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(scores.mean() + half, abs=0.1 * half)


def test_very_many_patients_drawn_several_at_once_have_an_interval_as_wide(monkeypatch):
    generator = np.random.default_rng(3)
    n_patients, patients = 6000, np.repeat(np.arange(6000), 4)
    scores = np.repeat(generator.normal(0.8, 0.05, n_patients), 4) + generator.normal(0, 0.02, 4 * n_patients)
    together = bootstrap_mean(scores, patients.tolist())
    monkeypatch.setattr(bootstrap, "MAX_GROUPS", n_patients)
    one_by_one = bootstrap_mean(scores, patients.tolist(), n_resamples=1000)
    width = one_by_one.high - one_by_one.low
    assert together.mean == one_by_one.mean
    assert together.high - together.low == pytest.approx(width, rel=0.08)
    assert together.low == pytest.approx(one_by_one.low, abs=0.05 * width)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(2)
    covered = 0
    for seed in range(200):
        found = bootstrap_mean(generator.normal(0.5, 0.2, 40).tolist(), n_resamples=500, seed=seed)
        covered += found.low <= 0.5 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


def test_slices_of_one_heart_widen_the_interval():
    generator = np.random.default_rng(3)
    hearts = generator.normal(0.8, 0.1, 20)
    scores = (hearts[:, None] + generator.normal(0, 0.01, (20, 10))).ravel().tolist()
    patients = [patient for patient in range(20) for _ in range(10)]
    slices, whole = bootstrap_mean(scores), bootstrap_mean(scores, patients)
    assert whole.mean == slices.mean
    assert whole.high - whole.low > 2.5 * (slices.high - slices.low)


def test_a_missing_score_changes_neither_mean_nor_interval():
    scores = [0.5, 0.7, 0.9, 0.8]
    assert bootstrap_mean([*scores, NAN]) == bootstrap_mean(scores)
    assert bootstrap_mean([NAN, *scores], ["z", *"aabb"]) == bootstrap_mean(scores, [*"aabb"])


def test_the_same_seed_gives_the_same_interval():
    scores = np.random.default_rng(4).random(30).tolist()
    assert bootstrap_mean(scores, seed=5) == bootstrap_mean(scores, seed=5)
    assert bootstrap_mean(scores, seed=5) != bootstrap_mean(scores, seed=6)


@pytest.mark.parametrize(("scores", "n"), [([], 0), ([NAN], 0), ([0.5], 1)])
def test_fewer_than_two_scores_have_no_interval(scores, n):
    found = bootstrap_mean(scores)
    assert found.n == n
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_one_patient_alone_has_no_interval():
    assert math.isnan(bootstrap_mean([0.5, 0.6, 0.7], ["a", "a", "a"]).low)


def test_groups_have_to_name_one_for_each_score():
    with pytest.raises(ValueError, match="groups must name one"):
        bootstrap_mean([0.5, 0.6], ["a"])


def test_one_seed_gives_the_interval_over_patients_alone():
    scores = np.array([[0.9, 0.8, 0.4, 0.6, 0.7, 0.5]])
    found, plain = crossed_mean(scores, PATIENTS), bootstrap_mean(scores[0].tolist(), PATIENTS)
    assert found.mean == pytest.approx(plain.mean)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=0.01)
    assert found.n == 6


def test_seeds_that_differ_widen_the_interval_and_equal_ones_do_not():
    one = np.array([0.9, 0.8, 0.4, 0.6, 0.7, 0.5])
    same, apart = (crossed_mean(np.stack(pair), PATIENTS) for pair in ((one, one), (one - 0.2, one + 0.2)))
    single = crossed_mean(one[None], PATIENTS)
    assert (same.low, same.high) == pytest.approx((single.low, single.high), abs=0.01)
    assert apart.mean == pytest.approx(same.mean)
    assert apart.high - apart.low > 1.3 * (same.high - same.low)


def test_what_never_varies_has_an_interval_of_no_width():
    found = crossed_mean(np.full((3, 6), 0.25), PATIENTS)
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)


def test_a_missing_score_is_left_out_and_a_single_patient_has_no_interval():
    scores = np.array([[0.5, math.nan, 1.0], [0.5, math.nan, 1.0]])
    found = crossed_mean(scores, ["a", "b", "b"])
    assert (found.mean, found.n) == (0.75, 2)
    assert math.isnan(crossed_mean(scores, ["a", "a", "a"]).low)
    assert math.isnan(crossed_mean(np.full((2, 3), math.nan), ["a", "b", "c"]).mean)


def test_groups_must_fit_the_scores():
    with pytest.raises(ValueError, match="2 slices"):
        crossed_mean(np.zeros((1, 3)), ["a", "b"])
