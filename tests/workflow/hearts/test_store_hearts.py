"""Hearts of the store: measured from whichever masks are meant, decided on, ranked, and exported."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from core.errors import BadInput, NotFound
from core.labels import Label
from core.metrics.function.moments import Told
from core.records.exports import MaskChoice, Selection
from core.records.hearts import HeartFact, LeftOut
from core.records.masks import Origin
from core.records.provenance import SeriesProvenance
from core.records.slices import Series, Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import newest_version, save_version
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices, set_status
from core.workflow.evaluation.reader_agreement import ReaderPair
from core.workflow.hearts.agreement import compare_hearts, heart_agreement, readers_agree
from core.workflow.hearts.base import base_and_apex
from core.workflow.hearts.choices import count_slice, give_fact
from core.workflow.hearts.doubts.ranking import rank_changed, ranked_hearts
from core.workflow.hearts.export import export_hearts
from core.workflow.hearts.measure import MeasuredHeart, measure_heart
from core.workflow.hearts.normal_ranges import FILE_NAME
from pages.shared.metrics.comparison_sections import heart_rows
from tests.store.predicted import save_prediction
from tests.workflow.hearts.phantom_files import ED, ES, N_PHASES, N_POSITIONS, heart, true_figures

pytestmark = pytest.mark.usefixtures("home")
LV, RV = Label.LEFT_VENTRICLE, Label.RIGHT_VENTRICLE
MODEL = Selection(MaskChoice.MODEL)


def add(seed: int = 0, *, masked: bool = True, patient: str = "p1", **provenance: object) -> int:
    """A phantom in the store; returns its series."""
    series: Series = replace(heart(seed), patient=patient, provenance=SeriesProvenance(**provenance))
    if not masked:
        series = replace(series, slices=tuple(replace(item, mask=None) for item in series.slices))
    return add_series(open_store(), series).series_id


def predict(series_id: int, seed: int = 0, *, shrunk: bool = False) -> None:
    """Let a model say at ED and ES what the truth is, or a cavity without its outermost column."""
    truth = {(item.position, item.phase): item.mask for item in heart(seed).slices}
    rows = list_slices(open_store(), Filter(series_id=series_id), limit=None)
    for row in (one for one in rows if one.phase in (ED, ES)):
        mask = truth[row.position, row.phase].copy()
        if shrunk:
            columns = np.flatnonzero((mask == LV).any(axis=0))
            for column in columns[-1:]:
                mask[:, column][mask[:, column] == LV] = Label.MYOCARDIUM
        save_prediction(open_store(), row.id, mask, np.zeros((4, *mask.shape)), 0.1, None, "unet", 0.05)


def values(found: MeasuredHeart) -> dict[str, float]:
    return {key: one.value for key, one in found.function.figures.items() if one.value is not None}


def subset(found: MeasuredHeart) -> dict[str, float]:
    return {key: values(found)[key] for key in true_figures()}


def test_a_heart_is_measured_exactly_from_its_references_and_says_by_whom():
    found = measure_heart(add())
    assert subset(found) == pytest.approx(true_figures(), abs=0.1)
    assert found.function.basis.moments.ed.phase == ED
    assert found.function.basis.moments.es.phase == ES
    n = N_POSITIONS * N_PHASES
    assert found.conventions[-1] == (
        f"Measured from the newest mask of each slice: import ({n}); {n} of {n} slices approved."
    )


def test_a_models_masks_are_measured_beside_references():
    number = add()
    predict(number, shrunk=True)
    assert subset(measure_heart(number)) == pytest.approx(true_figures(), abs=0.1)
    ours = subset(measure_heart(number, MODEL))
    assert ours["lv_edv_ml"] < true_figures()["lv_edv_ml"] - 0.5
    reader = measure_heart(number, Selection(MaskChoice.READER))
    assert "have no mask" in reader.function.figures["lv_edv_ml"].reason or not reader.function.is_measured


def test_a_phase_with_a_slice_that_nobody_approved_has_no_approved_volume():
    number = add(masked=False)
    predict(number)
    rows = list_slices(open_store(), Filter(series_id=number), limit=None)
    for row in rows:
        if (row.position, row.phase) != (1, ES):
            set_status(open_store(), row.id, Status.APPROVED)
    give_fact(number, HeartFact.ED_PHASE, ED, "ann")
    give_fact(number, HeartFact.ES_PHASE, ES, "ann")
    found = measure_heart(number, Selection(MaskChoice.APPROVED))
    assert values(found)["lv_edv_ml"] == pytest.approx(true_figures()["lv_edv_ml"], abs=0.1)
    assert found.function.figures["lv_esv_ml"].reason == "slice 2 has no mask at ES"


def test_a_stroke_that_is_not_saved_changes_the_figures_of_its_slice_alone():
    number = add()
    row = next(one for one in list_slices(open_store(), limit=None) if (one.position, one.phase) == (1, ED))
    give_fact(number, HeartFact.ED_PHASE, ED, "ann")  # else another phase would be the largest
    drawn = np.zeros((row.height, row.width), np.uint8)
    found = values(measure_heart(number, drawn={row.id: drawn}))
    lost = float((heart().slices[N_PHASES + ED].mask == LV).sum()) * 2.5 * 2.5 * 10 / 1000
    assert found["lv_edv_ml"] == pytest.approx(true_figures()["lv_edv_ml"] - lost, abs=0.01)
    assert found["lv_esv_ml"] == pytest.approx(true_figures()["lv_esv_ml"], abs=0.01)


def test_a_reader_chooses_phases_and_takes_them_back():
    number = add()
    give_fact(number, HeartFact.ED_PHASE, 7, " Ann ")
    found = measure_heart(number).function.basis.moments
    assert (found.ed.phase, found.ed.told, found.ed.reader) == (7, Told.READER, "Ann")
    give_fact(number, HeartFact.ED_PHASE, None, "Ann")
    assert measure_heart(number).function.basis.moments.ed.told is Told.FOUND
    for value, reader, words in (
        (99, "ann", "one of the 8 phases"),
        (0.5, "ann", "phases"),
        (1, " ", "your name"),
    ):
        with pytest.raises(BadInput, match=words):
            give_fact(number, HeartFact.ED_PHASE, value, reader)
    with pytest.raises(NotFound):
        give_fact(999, HeartFact.ED_PHASE, 1, "ann")


def test_body_and_heart_rate_are_the_sources_unless_a_reader_gives_them():
    number = add(height_m=1.8, weight_kg=80.0, heart_rate_bpm=70.0)
    found = values(measure_heart(number))
    assert found["lv_co_l_min"] == pytest.approx(found["lv_sv_ml"] * 0.07)
    assert found["lv_edv_ml_m2"] == pytest.approx(found["lv_edv_ml"] / 2)
    give_fact(number, HeartFact.HEART_RATE_BPM, 60.0, "ann")
    assert values(measure_heart(number))["lv_co_l_min"] == pytest.approx(found["lv_sv_ml"] * 0.06)
    with pytest.raises(BadInput, match="height in m must be from 0.3 to 2.6"):
        give_fact(number, HeartFact.HEIGHT_M, 180.0, "ann")


def test_the_base_shows_what_it_is_worth_before_it_goes_and_the_choice_is_kept():
    number = add()
    before = values(measure_heart(number))
    first = next(one for one in base_and_apex(number) if one.place == LeftOut(0, ED, LV))
    assert first.surrounded == pytest.approx(1.0, abs=0.05)  # the phantom's ring is closed
    assert not first.is_doubtful
    choices = count_slice(number, 0, ED, LV, counts=False, reader="ann")
    assert choices.left_out == {LeftOut(0, ED, LV)}
    after = measure_heart(number)
    assert values(after)["lv_edv_ml"] == pytest.approx(before["lv_edv_ml"] + first.change_ml)
    assert values(after)["lv_ef_percent"] == pytest.approx(before["lv_ef_percent"] + first.change_ef_points)
    assert "a reader took it out" in " ".join(after.conventions)
    count_slice(number, 0, ED, LV, counts=True, reader="bob")
    assert values(measure_heart(number)) == pytest.approx(before)
    with pytest.raises(BadInput, match="no cavity"):
        count_slice(number, 0, ED, Label.MYOCARDIUM, counts=False, reader="ann")


def test_hearts_are_ranked_by_what_a_correction_would_change_and_say_why():
    settled, open_one = add(0, patient="a"), add(1, masked=False, patient="b")
    predict(open_one, 1)
    assert rank_changed().n_unranked == 0
    first, second = ranked_hearts()
    assert (first.series.id, second.series.id) == (open_one, settled)
    assert first.stake.ef_points > 0
    assert len(first.slice_ids) == len(first.stake.slices)
    assert "Corrections may change the EF by about" in first.reason
    assert (second.stake.slices, second.reason) == ((), "Nothing is in doubt that would change the EF.")


def test_a_model_agrees_with_references_by_bias_limits_and_error():
    for seed, patient in enumerate("abcde"):
        predict(add(seed % 2, patient=patient), seed % 2, shrunk=True)
    hearts = compare_hearts(MODEL, Selection(MaskChoice.REFERENCE))
    assert [one.patient for one in hearts] == list("abcde")
    found = {one.kind.key: one.agreement for one in heart_agreement(hearts)}
    assert found["lv_edv_ml"].n == 5
    assert found["lv_edv_ml"].bias.mean < -0.5
    assert found["lv_edv_ml"].mae.mean == pytest.approx(-found["lv_edv_ml"].bias.mean)
    assert found["lv_edv_ml"].lower.mean <= found["lv_edv_ml"].bias.low
    assert found["rv_ef_percent"].bias.mean == pytest.approx(0)
    assert found["lv_mass_g"].bias.mean > 0
    assert compare_hearts(Selection(MaskChoice.READER), Selection(MaskChoice.REFERENCE)) == []
    assert all(one.to_adjudicate == () or "lv_ef_percent" in one.to_adjudicate for one in hearts)


def test_two_readers_who_drew_whole_hearts_are_compared_and_large_differences_named():
    number = add()
    for row in list_slices(open_store(), Filter(series_id=number), limit=None):
        if row.phase not in (ED, ES):
            continue
        truth = heart().slices[row.position * N_PHASES + row.phase].mask
        smaller = np.where(
            (truth == LV) & (row.phase == ED) & (np.arange(64) % 4 == 0), Label.MYOCARDIUM, truth
        )
        for reader, mask in (("ann", truth), ("bob", smaller.astype(np.uint8))):
            parent = newest_version(open_store(), row.id).id
            save_version(open_store(), row.id, mask, origin=Origin.READER, author=reader, parent_id=parent)
    found = readers_agree("ann", "bob", ["p1"])
    by_key = {one.kind.key: one.agreement for one in found.figures}
    assert (by_key["lv_edv_ml"].n, by_key["rv_edv_ml"].bias.mean) == (1, 0)
    assert by_key["lv_edv_ml"].bias.mean > 15
    assert found.to_adjudicate == ("p1",)
    assert readers_agree("ann", "carl", ["p1"]).figures == ()
    rows = heart_rows(ReaderPair("ann", "bob", {}, ()), found)
    assert rows[0]["Measure"] == "LV EDV (ml)"
    assert (rows[0]["Hearts"], rows[0]["Limits"]) == (1, "")


def test_hearts_go_out_as_a_table_and_with_all_details_as_json(tmp_path):
    number = add(sex="F", age_years=45.0)
    add(1, masked=False, patient="nobody drew")
    (settings().home / FILE_NAME).write_text(
        "figure,sex,from_age,to_age,low,high,papillary_muscles,source\n"
        "lv_ef_percent,F,40,49,50,73,cavity,a journal\n"
    )
    count_slice(number, 0, ED, RV, counts=False, reader="ann")
    table = export_hearts(tmp_path / "hearts.csv")
    assert (table.n_hearts, len(table.unmeasured)) == (2, 1)
    with (tmp_path / "hearts.csv").open() as opened:
        rows = list(csv.DictReader(opened))
    assert float(rows[0]["lv_ef_percent"]) == pytest.approx(true_figures()["lv_ef_percent"], abs=0.1)
    assert "no mask" in rows[1]["notes"] or "not found" in rows[1]["notes"]
    export_hearts(tmp_path / "hearts.json")
    first, second = json.loads((tmp_path / "hearts.json").read_text())["hearts"]
    assert first["figures"]["lv_ef_percent"]["normal"] == {"low": 50, "high": 73, "source": "a journal"}
    assert first["figures"]["lv_co_l_min"] == {
        "unit": "l/min",
        "value": None,
        "reason": "the heart rate is not known",
    }
    assert (first["ed"]["phase"], first["es"]["phase"]) == (1, ES + 1)
    assert first["decisions"][0]["reader"] == "ann"
    assert len(first["curves_ml"]["left_ventricle"]) == N_PHASES
    assert first["base_and_apex"][0]["end"] == "base"
    assert second["figures"]["lv_edv_ml"]["value"] is None
    assert json.dumps(first, allow_nan=False)
