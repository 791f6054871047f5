"""What is seen beside the open slice: ED and ES at its position, and the long axis, as a reader sees it."""

from dataclasses import replace

import numpy as np
import pytest

from core.imaging.grids.long_axis import Along
from core.labels import Label
from core.records.hearts import HeartFact
from core.records.orientation import Turn
from core.store.database import open_store
from core.store.masks.drafts import save_draft
from core.store.masks.masks import newest_version
from core.store.series.series import add_series
from core.store.series.turning import turn_series
from core.store.slices.base import count_from_other_end
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.choices import count_slice, give_fact
from core.workflow.hearts.pictures.views import NO_DISTANCE, NO_SPACING, Moment, heart_views
from tests.workflow.hearts.phantom_files import APART, ED, ES, MM, N_POSITIONS, heart

pytestmark = pytest.mark.usefixtures("home")
LV = Label.LEFT_VENTRICLE


def added(series=None):
    """A phantom's slices in the store, by position and phase."""
    number = add_series(open_store(), heart(0) if series is None else series).series_id
    rows = list_slices(open_store(), Filter(series_id=number), limit=None)
    return {(row.position, row.phase): row for row in rows}


def test_ed_and_es_are_those_of_the_open_position_and_the_long_axis_is_that_of_the_phase():
    rows = added()
    seen = heart_views(rows[2, 5], "ann")
    assert [one.row for one in seen.short_axes] == [rows[2, ED], rows[2, ES]]
    assert [place.row for place in seen.places] == [rows[position, 5] for position in range(N_POSITIONS)]
    assert seen.phases == {Moment.ED: ED, Moment.ES: ES, Moment.OPEN: 5}
    at_es = heart_views(rows[2, 5], "ann", Moment.ES)
    assert [place.row for place in at_es.places] == [rows[position, ES] for position in range(N_POSITIONS)]


def test_it_is_cut_through_the_middle_of_the_lv_in_mm_and_only_the_heart_is_shown():
    seen = heart_views(added()[2, ED], "ann")
    row, column = seen.at
    top, left, bottom, right = seen.box
    across, down = seen.long_axes[Along.ROW], seen.long_axes[Along.COLUMN]
    assert seen.short_axes[0].labels[row, column] == LV
    assert across.labels.shape == (N_POSITIONS, right - left)
    assert down.labels.shape == (N_POSITIONS, bottom - top)
    assert (across.sample_mm, across.distance_mm) == (down.sample_mm, down.distance_mm) == (MM, APART)
    assert (across.labels[:, column] == down.labels[:, row]).all()
    assert (across.labels[2] == seen.short_axes[0].labels[row]).all()
    truth = np.stack([item.mask for item in heart(0).slices])
    rows_of_heart = np.flatnonzero(truth.any(axis=(0, 2)))
    assert top <= rows_of_heart[0]
    assert rows_of_heart[-1] < bottom


def test_it_is_cut_where_the_reader_says_and_a_place_beyond_the_heart_is_its_edge():
    row = added()[2, ED]
    top, left, bottom, _ = heart_views(row, "ann").box
    assert heart_views(row, "ann", at=(top + 3, left + 4)).at == (3, 4)
    assert heart_views(row, "ann", at=(999, 0)).at == (bottom - top - 1, 0)


def test_own_strokes_are_seen_by_their_reader_alone():
    row = added()[2, ED]
    version = newest_version(open_store(), row.id)
    drawn = np.where(version.mask == Label.MYOCARDIUM, Label.RIGHT_VENTRICLE, version.mask).astype(np.uint8)
    save_draft(open_store(), row.id, "ann", drawn, parent_id=version.id, seq=1, tab="tab")
    own, other = heart_views(row, "ann"), heart_views(row, "bob")
    assert Label.MYOCARDIUM not in own.short_axes[0].labels
    assert Label.MYOCARDIUM not in own.long_axes[Along.ROW].labels[2]
    assert Label.MYOCARDIUM in other.short_axes[0].labels


def test_a_place_that_the_source_left_out_is_a_gap_and_a_slice_that_does_not_count_says_for_what():
    one = heart(0)
    kept = tuple(
        replace(item, position=item.position - (item.position > 1))
        for item in one.slices
        if item.position != 1
    )
    geometry = replace(one.geometry, slice_indices=(0, 2, 3, 4))
    rows = added(replace(one, slices=kept, geometry=geometry))
    count_slice(rows[0, ED].series_id, 0, ED, LV, counts=False, reader="ann")
    seen = heart_views(rows[0, ED], "ann")
    assert [place.row and place.row.position for place in seen.places] == [0, None, 1, 2, 3]
    assert seen.long_axes[Along.ROW].present.tolist() == [True, False, True, True, True]
    assert [place.left_out for place in seen.places] == [(LV,), (), (), (), ()]


def test_the_base_is_on_top_whichever_way_the_source_counts():
    rows = added()
    upright = heart_views(rows[0, ED], "ann")
    count_from_other_end(open_store(), rows[0, ED].series_id)
    turned = heart_views(rows[0, ED], "ann")
    assert [place.row.position for place in turned.places] == [4, 3, 2, 1, 0]
    assert (turned.long_axes[Along.ROW].labels == upright.long_axes[Along.ROW].labels[::-1]).all()


def test_a_series_that_is_turned_is_seen_turned():
    rows = added()
    before = heart_views(rows[2, ED], "ann")
    turn_series(open_store(), rows[2, ED].series_id, Turn(1))
    after = heart_views(rows[2, ED], "ann")
    assert (after.short_axes[0].grey == np.rot90(before.short_axes[0].grey, -1)).all()
    n = after.long_axes[Along.ROW].labels.shape[1]
    assert n == before.long_axes[Along.COLUMN].labels.shape[1]


def test_a_reader_may_call_another_phase_ed():
    rows = added()
    give_fact(rows[0, 0].series_id, HeartFact.ED_PHASE, 7, "ann")
    assert heart_views(rows[2, 5], "ann").short_axes[0].row == rows[2, 7]


def test_where_nothing_is_drawn_ed_and_es_are_not_known_and_the_open_phase_is_shown_whole():
    one = heart(0)
    bare = replace(one, slices=tuple(replace(item, mask=None) for item in one.slices))
    rows = added(replace(bare, geometry=replace(one.geometry, spacing_mm=None, slice_distance_mm=None)))
    seen = heart_views(rows[2, 5], "ann", Moment.ED)
    assert (seen.moment, seen.known) == (Moment.OPEN, (Moment.OPEN,))
    assert [one.row for one in seen.short_axes] == [None, None]
    assert seen.box == (0, 0, rows[2, 5].height, rows[2, 5].width)
    assert not seen.long_axes[Along.ROW].labels.any()
    assert seen.notes == (NO_SPACING, NO_DISTANCE)
