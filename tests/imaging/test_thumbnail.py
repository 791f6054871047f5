"""Small pictures of slices, with and without a mask."""

import io

import numpy as np
from PIL import Image

from core.imaging.thumbnail import difference_png, thumbnail_png
from core.records.orientation import Turn
from tests.workflow.small import HEART, cine


def test_a_thumbnail_shows_the_mask_in_its_colours():
    pixels = cine("anna").slices[0].pixels
    plain = np.asarray(Image.open(io.BytesIO(thumbnail_png(pixels, None, 48))))
    shown = np.asarray(Image.open(io.BytesIO(thumbnail_png(pixels, HEART, 48))))
    assert shown.shape == plain.shape == (48, 40, 3)
    assert np.ptp(plain, axis=2).max() == 0  # grey
    cavity = shown[16:28, 22:30].reshape(-1, 3).mean(axis=0)
    assert cavity[0] > cavity[1] > cavity[2]  # vermilion


def test_small_pictures_are_turned_as_their_series_is_shown():
    pixels, turn = cine("anna").slices[0].pixels, Turn(3, mirrored=True)
    other = np.roll(HEART, 2, axis=0)
    side = max(pixels.shape)  # unscaled, so that each pixel can be compared
    for draw in (
        lambda **way: thumbnail_png(pixels, HEART, side, **way),
        lambda **way: difference_png(pixels, HEART, other, side, **way),
    ):
        plain, shown = (np.asarray(Image.open(io.BytesIO(draw(**way)))) for way in ({}, {"turn": turn}))
        assert np.array_equal(turn.shown(plain), shown)
