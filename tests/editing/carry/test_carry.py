"""Masks carried to other pictures of the same heart."""

import numpy as np
import pytest

from core.editing.carry.carry import Corrected, carry
from core.imaging.phantom.cine import beating_heart
from core.labels import FOREGROUND, Label
from core.metrics.counts import count, counts_of
from core.metrics.overlap import dice

SPACING = (2.0, 2.0)
ED, ES = 0, 3  # of 8 phases
LV, MYO, RV = Label.LEFT_VENTRICLE, Label.MYOCARDIUM, Label.RIGHT_VENTRICLE


@pytest.fixture(scope="module")
def cine():
    """(position, phase) -> slice of a synthetic heart, noise and texture and all."""
    heart = beating_heart(1, n_positions=3, n_phases=8, size=96, spacing_mm=2.0, slice_distance_mm=24.0)
    return {(image.position, image.phase): image for image in heart.series.slices}


def corrected(image, probabilities=None):
    return Corrected(image.pixels, image.mask, probabilities)


def mean_dice(truth, mask):
    confusion = count(truth, mask)
    return float(np.mean([dice(counts_of(confusion, label)) for label in FOREGROUND]))


def sure(mask, how=0.9):
    """Probabilities of a network that is as sure as that of a mask."""
    told = np.full((4, *mask.shape), (1 - how) / 3, np.float32)
    np.put_along_axis(told, mask[None].astype(np.intp), how, axis=0)
    return told


def test_from_end_diastole_and_end_systole_alone_every_phase_is_right(cine):
    for phase in (1, 2, 4, 6):
        pairs = [
            (
                cine[place, phase].mask,
                carry(
                    [corrected(cine[place, ED]), corrected(cine[place, ES])],
                    cine[place, phase].pixels,
                    SPACING,
                ).mask,
            )
            for place in (0, 2)
        ]
        truth, masks = (np.stack(planes) for planes in zip(*pairs, strict=True))
        assert mean_dice(truth, masks) >= 0.95, f"phase {phase}"


def test_one_corrected_phase_is_better_carried_than_copied_and_wrong_where_it_is_unsure(cine):
    truth = cine[1, ES].mask
    made = carry([corrected(cine[1, ED])], cine[1, ES].pixels, SPACING)
    assert mean_dice(truth, made.mask) > mean_dice(truth, cine[1, ED].mask) + 0.3
    heart = (truth > 0) | (made.mask > 0)
    wrong = heart & (made.mask != truth)
    assert made.unsure[wrong].mean() > 2 * made.unsure[heart & ~wrong].mean()
    assert 0 <= made.unsure.min() <= made.unsure.max() <= 1


def test_what_moves_more_is_less_sure(cine):
    source = corrected(cine[1, ED])
    near, far = (carry([source], cine[1, phase].pixels, SPACING).unsure_share for phase in (7, ES))
    assert near < far


def test_the_same_picture_gets_the_same_mask(cine):
    made = carry([corrected(cine[1, ED]), corrected(cine[1, ES])], cine[1, ED].pixels, SPACING)
    assert mean_dice(cine[1, ED].mask, made.mask) > 0.98


def test_a_network_that_is_right_makes_it_better(cine):
    truth, source = cine[1, ES].mask, cine[1, ED]
    alone = carry([corrected(source, sure(source.mask))], cine[1, ES].pixels, SPACING)
    both = carry([corrected(source, sure(source.mask))], cine[1, ES].pixels, SPACING, sure(truth))
    assert mean_dice(truth, both.mask) > mean_dice(truth, alone.mask)


def test_what_a_reader_had_to_add_is_not_taken_away_by_the_same_mistake(cine):
    without_rv = {phase: np.where(cine[1, phase].mask == RV, 0, cine[1, phase].mask) for phase in (ED, ES)}
    told = {phase: sure(mask.astype(np.uint8), 0.98) for phase, mask in without_rv.items()}
    made = carry([corrected(cine[1, ED], told[ED])], cine[1, ES].pixels, SPACING, told[ES])
    truth = cine[1, ES].mask
    assert dice(counts_of(count(truth, made.mask), RV)) > 0.85


def test_a_label_that_one_of_two_phases_lacks_shrinks_on_the_way(cine):
    lacking = Corrected(
        cine[1, ES].pixels, np.where(cine[1, ES].mask == RV, 0, cine[1, ES].mask).astype(np.uint8)
    )
    made = carry([corrected(cine[1, ED]), lacking], cine[1, 2].pixels, SPACING)
    assert 0 < (made.mask == RV).sum() < (cine[1, 2].mask == RV).sum()


def test_no_heart_in_the_source_is_no_heart(cine):
    empty = Corrected(cine[1, ED].pixels, np.zeros((96, 96), np.uint8))
    made = carry([empty], cine[1, ES].pixels, SPACING, sure(cine[1, ES].mask))
    assert not made.mask.any()
    assert made.unsure_share == 0.0


def test_the_cavity_stays_within_the_wall(cine):
    made = carry([corrected(cine[1, ED])], cine[1, ES].pixels, SPACING).mask
    cavity = made == LV
    beside = np.zeros_like(cavity)
    for axis in (0, 1):
        for step in (1, -1):
            beside |= np.roll(cavity, step, axis)
    assert set(np.unique(made[beside & ~cavity])) == {MYO}


def test_what_cannot_be_is_refused(cine):
    image = cine[1, ED]
    with pytest.raises(ValueError, match="corrected slice to carry from"):
        carry([], image.pixels, SPACING)
    with pytest.raises(ValueError, match="must be of"):
        carry([corrected(image)], image.pixels[:-1], SPACING)
    with pytest.raises(ValueError, match="probabilities"):
        Corrected(image.pixels, image.mask, np.zeros((4, 3, 3)))
    with pytest.raises(ValueError, match="shape"):
        Corrected(image.pixels, image.mask[:-1])
