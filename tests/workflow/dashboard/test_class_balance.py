"""The balance of labels is that of the masks that count, however they are told apart."""

from dataclasses import replace

import numpy as np
import pytest

from core.labels import FOREGROUND, Label
from core.metrics.balance import effective_number_weights, shares_percent
from core.records.masks import Origin
from core.records.slices import Geometry, Series, Slice, Split, Status
from core.store.database import open_store
from core.store.masks import masks
from core.workflow.dashboard.class_balance import Grouping, class_balance
from core.workflow.dashboard.weightings import weightings
from tests.workflow.small import HEART, cine, stored

pytestmark = pytest.mark.usefixtures("home")
CERTAINTY = dict.fromkeys(Label, 0.25)


def heart_series(areas, patient: str = "anna", n_phases: int = 1) -> Series:
    """So many pixels of left ventricle at each position, three fewer with every phase."""
    slices = []
    for position, area in enumerate(areas):
        for phase in range(n_phases):
            mask = np.zeros((10, 10), np.uint8)
            mask.ravel()[: max(0, area - 3 * phase if area else 0)] = 3
            slices.append(Slice(position, phase, np.full((10, 10), position * 7 + phase, np.uint16), mask))
    geometry = Geometry("nifti", (10, 10, len(areas), n_phases), (2.0, 5.0), 8.0)
    return Series(patient, "cine", geometry, tuple(slices), split=Split.TRAIN)


def test_shares_are_those_of_all_pixels_together():
    stored(cine(masked=True))
    found = class_balance()
    expected = shares_percent(np.bincount(HEART.ravel(), minlength=4))
    assert found.whole.n_slices == 6
    assert [found.whole.percent[label] for label in Label] == pytest.approx(expected.tolist())
    assert found.whole.pixels[Label.LEFT_VENTRICLE] == 6 * int((HEART == 3).sum())
    assert set(found.whole.lacking.values()) == {0}


def test_nothing_to_count_is_none():
    assert class_balance() is None
    stored(cine())
    assert class_balance() is None


def test_masks_of_a_model_count_only_where_all_that_are_shown_are_asked_for():
    first = stored(cine())[0]
    masks.save_version(
        open_store(),
        first.id,
        HEART,
        origin=Origin.MODEL,
        author="unet",
        parent_id=None,
        status=Status.PREDICTED,
    )
    assert class_balance() is None
    found = class_balance(vouched=False)
    assert found.whole.n_slices == 1
    assert [share.group for share in found.groups[Grouping.STATUS]] == ["predicted"]


def test_a_corrected_mask_takes_the_place_of_the_one_before():
    row = stored(cine(n_positions=1, n_phases=1, masked=True))[0]
    empty = np.zeros_like(HEART)
    masks.save_version(
        open_store(),
        row.id,
        empty,
        origin=Origin.READER,
        author="ann",
        parent_id=row.newest_version_id,
        status=Status.APPROVED,
    )
    found = class_balance()
    assert found.whole.percent[Label.BACKGROUND] == 100
    assert found.whole.lacking[Label.RIGHT_VENTRICLE] == 1
    assert "No RV in any of the 1 training slices: it cannot be learnt from them." in found.warnings


def test_groups_add_up_to_the_whole():
    stored(heart_series([40, 30, 20, 9, 0, 0], n_phases=3))
    stored(cine("bert", masked=True, split=Split.TEST, seed=1))
    found = class_balance()
    for groups in found.groups.values():
        for label in Label:
            assert sum(share.pixels[label] for share in groups) == found.whole.pixels[label]
        assert sum(share.n_slices for share in groups) == found.whole.n_slices
    assert sum(share.n_slices for share in found.series) == found.whole.n_slices
    by_level = {share.group: share.n_slices for share in found.groups[Grouping.LEVEL]}
    assert by_level["outside the heart"] == 6
    by_phase = {share.group for share in found.groups[Grouping.PHASE]}
    assert {"end-diastole", "end-systole", "between"} <= by_phase


def test_areas_are_in_square_centimetres():
    stored(heart_series([40]))
    bins = [item for item in class_balance().areas if item.n_slices]
    assert [(item.label, item.n_slices) for item in bins] == [(Label.LEFT_VENTRICLE, 1)]
    assert bins[0].high_cm2 == pytest.approx(40 * 2 * 5 / 100)


def test_slices_without_a_pixel_size_have_no_area():
    series = cine(masked=True)
    stored(replace(series, geometry=replace(series.geometry, spacing_mm=None)))
    assert class_balance().areas == ()


def test_a_weighting_looks_at_the_training_slices():
    stored(heart_series([40, 30]))
    stored(cine("bert", masked=True, split=Split.TEST, seed=1))
    assert class_balance().learnt_from.pixels[Label.LEFT_VENTRICLE] == 70


def test_weights_are_those_of_the_loss():
    stored(cine(masked=True))
    seen = class_balance().learnt_from
    plain, effective, inverse, focal = weightings(seen, beta=0.999, gamma=2, certainty=CERTAINTY)
    percent = np.array([seen.percent[label] for label in Label])
    expected = effective_number_weights(percent, 0.999)
    assert [effective.weights[label] for label in Label] == pytest.approx(expected.tolist())
    assert [plain.loss_percent[label] for label in Label] == pytest.approx(percent.tolist())
    assert [inverse.loss_percent[label] for label in Label] == pytest.approx([25.0] * 4)
    assert [focal.loss_percent[label] for label in Label] == pytest.approx(percent.tolist())


def test_focal_loss_turns_to_what_the_network_is_unsure_of():
    stored(cine(masked=True))
    seen = class_balance().learnt_from
    sure = {Label.BACKGROUND: 0.95} | dict.fromkeys(FOREGROUND, 0.5)
    plain, *_, focal = weightings(seen, beta=0, gamma=2, certainty=sure)
    assert focal.loss_percent[Label.BACKGROUND] < plain.loss_percent[Label.BACKGROUND] < seen.percent[0]


def test_raw_counts_make_all_weights_alike_as_the_design_warns():
    stored(cine(n_positions=12, masked=True))
    seen = class_balance().learnt_from
    effective = weightings(seen, beta=0.99, gamma=2, certainty=CERTAINTY, raw_counts=True)[1]
    assert [effective.weights[label] for label in Label] == pytest.approx([1.0] * 4, abs=1e-3)
