"""A heart as its reader finds it: strokes on all its slices count at once, each state of them once."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import BadInput, NotFound
from core.labels import Label
from core.metrics.function.ranges import NormalRange
from core.records.hearts import HeartFact, Insertions, LeftOut
from core.records.masks import Seen
from core.records.orientation import TURNS
from core.records.provenance import SeriesProvenance
from core.records.slices import SliceRow, Status
from core.store.database import open_store
from core.store.masks.drafts import clear_draft, load_draft, save_draft
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.base import ends_of
from core.workflow.hearts.choices import count_slice, give_fact, heart_choices, mark_insertions
from core.workflow.hearts.reader import view
from core.workflow.hearts.reader.figure_lines import figure_lines
from core.workflow.hearts.reader.marking import MarkedPicture, picture_to_mark
from core.workflow.hearts.reader.view import ReaderHeart, reader_heart
from core.workflow.hearts.wall import heart_wall
from tests.store.predicted import save_prediction
from tests.workflow.hearts.phantom_files import APART, ED, ES, MM, N_PHASES, N_POSITIONS, heart

pytestmark = pytest.mark.usefixtures("home")
LV = Label.LEFT_VENTRICLE


@pytest.fixture
def series_id(home) -> int:
    """A heart with references, of which a model said the same."""
    series = replace(heart(), patient="p1", provenance=SeriesProvenance(sex="M", age_years=40))
    number = add_series(open_store(), series).series_id
    for row in rows(number):
        if row.phase in (ED, ES):
            say(row, truth(row))
    return number


def rows(number: int) -> list[SliceRow]:
    return list_slices(open_store(), Filter(series_id=number), limit=None)


def at(number: int, position: int, phase: int) -> SliceRow:
    return next(row for row in rows(number) if (row.position, row.phase) == (position, phase))


def truth(row: SliceRow) -> np.ndarray:
    return heart().slices[row.position * N_PHASES + row.phase].mask


def say(row: SliceRow, mask: np.ndarray, unsure: float = 0.1) -> None:
    save_prediction(open_store(), row.id, mask, np.zeros((4, *mask.shape)), unsure, None, "unet", 0.05)


def draw(row: SliceRow, mask: np.ndarray, seq: int = 1, reader: str = "ann") -> None:
    parent, before = row.newest_version_id, load_draft(open_store(), row.id, reader)
    since = before.strokes if before else Seen(None).strokes
    save_draft(open_store(), row.id, reader, mask, parent_id=parent, seq=seq, tab="tab", since=since)


def figure(read: ReaderHeart, key: str) -> float:
    return read.found.function.figures[key].value


def ml(mask: np.ndarray, label: Label = LV) -> float:
    return float((mask == label).sum()) * MM * MM * APART / 1000


def test_strokes_on_every_slice_count_for_their_reader_and_for_nobody_else(series_id):
    before = figure(reader_heart(series_id, "ann"), "lv_esv_ml")
    give_fact(series_id, HeartFact.ES_PHASE, ES, "ann")  # else an emptier phase would be another one
    lost = 0.0
    for position in (1, 2):
        row = at(series_id, position, ES)
        lost += ml(truth(row))
        draw(row, np.zeros_like(truth(row)))
    read = reader_heart(series_id, "ann")
    assert figure(read, "lv_esv_ml") == pytest.approx(before - lost)
    n = N_POSITIONS * N_PHASES
    assert read.found.source.endswith(
        f"{n - 2} of {n} slices approved; strokes on 2 that are no version yet."
    )
    for other in ("bob", ""):
        assert figure(reader_heart(series_id, other), "lv_esv_ml") == pytest.approx(before)


def test_strokes_given_up_count_no_more(series_id):
    row = at(series_id, 1, ED)
    before = figure(reader_heart(series_id, "ann"), "lv_mass_g")
    draw(row, np.zeros_like(truth(row)))
    draft = load_draft(open_store(), row.id, "ann")
    clear_draft(open_store(), row.id, "ann", Seen(draft.parent_id, draft.strokes, row.newest_version_id))
    assert figure(reader_heart(series_id, "ann"), "lv_mass_g") == pytest.approx(before)


def test_one_changed_slice_is_counted_anew_alone(series_id, monkeypatch):
    for position in (0, 1):
        row = at(series_id, position, ED)
        draw(row, truth(row))
    known = reader_heart(series_id, "ann").counted
    asked = []

    def load_drafts(store, slice_ids, reader):
        asked.append(list(slice_ids))
        return real(store, slice_ids, reader)

    real = view.load_drafts
    monkeypatch.setattr(view, "load_drafts", load_drafts)
    assert figure(reader_heart(series_id, "ann", known), "lv_edv_ml") > 0
    row = at(series_id, 1, ED)
    draw(row, np.zeros_like(truth(row)), seq=2)
    again = reader_heart(series_id, "ann", known)
    assert asked == [[row.id]]
    mine, theirs = (one.found.function.curves_ml[LV][ED] for one in (again, reader_heart(series_id, "bob")))
    assert theirs - mine == pytest.approx(ml(truth(row)))


def test_the_models_masks_are_read_once_until_it_says_something_new(series_id):
    first = reader_heart(series_id, "ann")
    assert first.counted.proposal is not None
    again = reader_heart(series_id, "ann", first.counted)
    assert again.counted.proposal is first.counted.proposal
    row = at(series_id, 1, ED)
    say(row, np.zeros_like(truth(row)), unsure=0.2)
    after = reader_heart(series_id, "ann", again.counted)
    lost = figure(first, "lv_edv_ml") - after.proposed.figures["lv_edv_ml"].value
    assert lost == pytest.approx(ml(truth(row)))
    other = add_series(open_store(), replace(heart(1), patient="p2")).series_id
    assert reader_heart(other, "ann", after.counted).proposed is None


def test_the_proposal_is_what_there_would_be_without_a_reader(series_id):
    before = reader_heart(series_id, "ann").proposed.figures
    give_fact(series_id, HeartFact.ED_PHASE, 1, "ann")
    count_slice(series_id, 0, ES, LV, counts=False, reader="ann")
    give_fact(series_id, HeartFact.HEART_RATE_BPM, 60, "ann")
    after = reader_heart(series_id, "ann").proposed.figures
    assert after["lv_ef_percent"].value == before["lv_ef_percent"].value
    assert after["lv_co_l_min"].value == pytest.approx(before["lv_sv_ml"].value * 0.06)


def test_a_line_has_the_difference_of_the_numbers_that_are_shown_and_the_normal_range(series_id):
    normal = NormalRange("lv_ef_percent", "M", 18, 60, 0.0, 1.0, "a table")
    lines = figure_lines(reader_heart(series_id, "ann"), [normal])
    ef = lines["lv_ef_percent"]
    assert (ef.difference, ef.normal, ef.is_outside) == ("±0", normal, True)
    assert (lines["lv_co_l_min"].number, lines["lv_co_l_min"].difference) == ("", "")
    assert not lines["lv_edv_ml"].is_outside
    assert replace(ef, proposed=ef.figure.value - 3).difference == "+3"


def test_base_and_wall_are_those_of_the_readers_strokes(series_id):
    row = at(series_id, 0, ED)
    open_wall = truth(row).copy()
    open_wall[open_wall == Label.MYOCARDIUM] = 0
    draw(row, open_wall)
    (first, *_) = ends_of(reader_heart(series_id, "ann").heart, ED, [LV])
    assert (first.place, first.surrounded) == (LeftOut(0, ED, LV), 0.0)
    assert first.is_doubtful
    marked = Insertions(1, (20.0, 20.0), (40.0, 20.0))
    own, theirs = (heart_wall(series_id, ED, ES, marked, reader=one).segments for one in ("ann", "bob"))
    assert [one.ed_mm for one in own[:6]] != [one.ed_mm for one in theirs[:6]]


def test_marked_insertions_are_kept_and_serve_the_wall_until_they_are_taken_back(series_id):
    assert heart_wall(series_id, ED, ES).reason
    marked = Insertions(1, (20.0, 20.0), (40.0, 20.0))
    assert mark_insertions(series_id, marked, "ann").insertions == marked
    assert heart_choices(series_id).facts[HeartFact.ANTERIOR_ROW].reader == "ann"
    assert heart_wall(series_id, ED, ES).segments
    mark_insertions(series_id, None, "ann")
    assert heart_wall(series_id, ED, ES).reason
    for wrong in (replace(marked, position=99), replace(marked, anterior=(20.0, 99.0))):
        with pytest.raises(BadInput, match="within one slice's picture"):
            mark_insertions(series_id, wrong, "ann")


def test_a_heart_that_is_gone_is_told():
    with pytest.raises(NotFound):
        reader_heart(99, "ann")


def test_an_approval_was_of_the_mask_before(series_id):
    row = at(series_id, 1, ED)
    draw(row, np.zeros_like(truth(row)))
    areas = {area.slice_id: area for area in reader_heart(series_id, "ann").heart.areas}
    assert (areas[row.id].status, areas[row.id].author) == (Status.IN_PROGRESS, "ann")


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.key)
def test_a_mark_lies_on_the_pixel_that_was_clicked_whichever_way_round_it_is_shown(turn):
    plane = np.arange(12).reshape(3, 4)
    picture = MarkedPicture(b"", 0, 10, 20, 3, 4, turn)
    shown = turn.shown(plane)
    row, column = 0, 1
    share = ((column + 0.5) / shown.shape[1], (row + 0.5) / shown.shape[0])
    down, across = picture.in_slice(share)
    assert plane[round(down) - 10, round(across) - 20] == shown[row, column]
    assert picture.on_picture((down, across)) == pytest.approx(share)


def test_the_picture_to_mark_on_is_the_open_slice_or_the_middle_one_around_the_heart(series_id):
    read = reader_heart(series_id, "ann")
    one, other = picture_to_mark(read, ED, 1), picture_to_mark(read, ED, 99)
    assert (one.position, other.position) == (1, read.heart.stack.filled(LV, ED)[N_POSITIONS // 2])
    rows, columns = np.nonzero(truth(at(series_id, 1, ED)))
    assert one.top < rows.min() < rows.max() < one.top + one.height
    assert one.left < columns.min() < columns.max() < one.left + one.width
