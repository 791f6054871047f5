"""Import: files dropped, the list before anything is stored, questions answered, nothing imported twice."""

import numpy as np
import pytest

from core.jobs.worker import drain_queue
from core.records.runs import RunKind
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks.masks import newest_version
from core.store.slices.slices import list_slices
from core.workflow.import_runs import runs as import_runs
from core.workflow.review import Order
from core.workflow.review.worklist import Saved, Worklist
from tests.pages.conftest import problems, words
from tests.workflow.small import HEART, PIXELS, cine, png, stored, write

IMPORT = "pages/1_Import.py"
OTHER = png(PIXELS[::-1].copy())
LARGE = png(np.tile(PIXELS, (9, 10)))
SERIES, LEFT_OUT = "Series", "File"


@pytest.fixture
def dropped(open_page, monkeypatch):
    """Drop files on the page; the same page may be used again. No worker starts by itself."""
    monkeypatch.setattr("core.jobs.process.spawn_worker", lambda kind: None)

    def drop(files: dict[str, bytes], app=None):
        app = app or open_page(IMPORT)
        app.file_uploader(key="files").set_value([(name, data, "") for name, data in files.items()])
        return app.run()

    return drop


@pytest.fixture
def imported(dropped):
    """Drop files and press the button."""

    def bring(files: dict[str, bytes], app=None):
        return dropped(files, app).button(key="import").click().run()

    return bring


def table(app, column: str):
    """The rows of the table that has the column; none where there is no such table."""
    assert problems(app) == []
    found = [frame.value for frame in app.dataframe if column in frame.value.columns]
    return found[0].to_dict("records") if found else []


def series(app) -> dict[str, str]:
    """Patient and result of each series in the list."""
    return {row["Patient"]: row["Result"] for row in table(app, SERIES)}


def left_out(app) -> dict[str, tuple[str, str]]:
    """Result and reason of each file that stays out."""
    return {row["File"]: (row["Result"], row["Why"]) for row in table(app, LEFT_OUT)}


def test_nothing_can_be_imported_before_files_are_dropped(open_page):
    app = open_page(IMPORT)
    assert problems(app) == []
    assert "import" not in {button.key for button in app.button}
    assert len(app.dataframe) == 0


def test_the_list_comes_before_anything_is_stored(dropped):
    app = dropped({"one.png": png(), "one_mask.png": png(HEART), "two.png": OTHER, "text.png": b"a letter"})
    rows = {row["Patient"]: row for row in table(app, SERIES)}
    assert set(rows) == {"one", "two"}
    one = rows["one"]
    assert (one["Result"], one["Slices"], one["Masks"], one["Split"]) == ("new", 1, 1, "drawn at import")
    assert one["Positions x phases"] == "1 x 1"
    assert left_out(app)["text.png"][0] == "refused"
    assert "2 series of 2 patients (2 slices, 1 mask, 2 new); 1 file refused" in words(app)
    assert app.button(key="import").label == "Import 2 series"
    assert list_slices(open_store()) == []


def test_each_file_gets_its_line_and_a_bad_one_stops_nothing(imported):
    app = imported({"one.png": png(), "one_mask.png": png(HEART), "text.png": b"a letter", "empty.png": b""})
    assert series(app) == {"one": "imported"}
    assert {name: outcome for name, (outcome, _) in left_out(app).items()} == {
        "text.png": "refused",
        "empty.png": "refused",
    }
    assert "no image" in left_out(app)["text.png"][1]
    (row,) = list_slices(open_store())
    assert (row.patient, row.status) == ("one", Status.APPROVED)


def test_the_same_files_again_are_unchanged_and_there_is_nothing_to_import(imported, dropped):
    files = {"one.png": png(), "two.png": OTHER}
    imported(files)
    app = dropped(files)
    assert set(series(app).values()) == {"unchanged"}
    assert app.button(key="import").disabled
    assert len(list_slices(open_store())) == 2


def test_folders_tell_what_belongs_together_and_hidden_files_stay_out(dropped):
    files = {"top/train/image/cmr1.png": png(), "top/train/mask/cmr1.png": png(HEART)}
    app = dropped({**files, "top/.DS_Store": b"x", "top/__MACOSX/._cmr1.png": b"x"})
    (row,) = table(app, SERIES)
    assert (row["Masks"], row["Split"]) == (1, "train")
    assert left_out(app) == {}


def test_a_question_is_answered_before_and_only_its_file_comes_in_with_the_answer(dropped):
    app = dropped({"small.png": png(), "large.png": LARGE})
    assert left_out(app)["large.png"][0] == "question"
    assert app.button(key="import").label == "Import 1 series"
    app.number_input(key="spacing").set_value(1.25).run()
    assert series(app) == {"small": "new", "large": "new"}
    app.button(key="import").click().run()
    assert series(app) == {"small": "imported", "large": "imported"}
    assert app.button(key="review").label == "Review them"
    assert "First heart" in [link.proto.label for link in app.get("page_link")]
    spacings = {row.patient: row.spacing_mm for row in list_slices(open_store())}
    assert spacings == {"small": (1.8, 1.8), "large": (1.25, 1.25)}


def test_a_pixel_size_that_is_assumed_is_asked_once_for_all_and_not_of_other_files(dropped):
    app = dropped({f"p{number}.png": png(PIXELS + number) for number in range(6)})
    assert "6 pictures** without a pixel size: 1.8 mm is assumed" in words(app)
    assert {row["Notes"] for row in table(app, SERIES)} == {""}
    app.number_input(key="pixel size of all").set_value(1.4).run()
    assert "assumed" not in words(app)
    app.button(key="import").click().run()
    assert {row.spacing_mm for row in list_slices(open_store())} == {(1.4, 1.4)}
    app = dropped({"other.png": OTHER}, app)
    assert app.number_input(key="pixel size of all").value is None


def test_what_stays_out_for_one_reason_is_told_by_number_and_other_files_have_their_lines(dropped):
    masks = {f"patient{number}_gt.png": png(HEART) for number in range(8)}
    app = dropped({"one.png": png(), "README.md": b"read me", **masks})
    lines = left_out(app)
    assert lines["README.md"][0] == "passed over"
    (folded,) = [file for file in lines if file.startswith("8 files: patient0_gt.png, patient1_gt.png")]
    assert "is a mask without its image" in lines[folded][1]
    assert len(lines) == 2


def test_a_question_left_open_keeps_its_file_out_until_it_is_answered(imported):
    app = imported({"small.png": png(), "large.png": LARGE})
    assert series(app) == {"small": "imported"}
    assert left_out(app)["large.png"][0] == "question"
    app.number_input(key="spacing").set_value(1.25).run()
    assert app.button(key="import").label == "Import 1 series"
    app.button(key="import").click().run()
    assert series(app) == {"small": "imported", "large": "imported"}
    assert left_out(app) == {}
    assert "import" not in {button.key for button in app.button}


def test_one_answer_may_raise_another_question(dropped):
    other = np.tile(np.array([0, 3, 2, 1], np.uint8)[HEART], (9, 10))
    app = dropped({"large.png": LARGE, "large_gt.png": png(other)})
    assert {box.key for box in app.selectbox} == set()
    app.number_input(key="spacing").set_value(1.25).run()
    choose(app, "label order", "1 LV")
    assert series(app) == {"large": "new"}
    app.button(key="import").click().run()
    assert series(app) == {"large": "imported"}


def choose(app, key: str, beginning: str):
    """Choose the option that begins so, and draw the page again."""
    box = app.selectbox(key=key)
    return box.select(next(name for name in box.options if name.startswith(beginning))).run()


def test_masks_in_the_other_order_are_converted_when_told(dropped):
    other = np.array([0, 3, 2, 1], np.uint8)[HEART]
    app = dropped({"one.png": png(), "one_gt.png": png(other)})
    assert left_out(app)["one.png"][0] == "question"
    choose(app, "label order", "1 LV")
    app.button(key="import").click().run()
    assert series(app) == {"one": "imported"}
    (row,) = list_slices(open_store())
    assert np.array_equal(newest_version(open_store(), row.id).mask, HEART)


def numbered(count: int = 4) -> dict[str, bytes]:
    """Pictures whose numbers may count patients or slices."""
    return {f"scan_{number}.png": png(np.roll(PIXELS, number, axis=1)) for number in range(count)}


@pytest.mark.parametrize(
    ("answer", "patients"),
    [
        ("Each file is", {f"scan_{number}" for number in range(4)}),
        ("All are of one", {"erika"}),
        ("Names tell it", {"scan"}),
    ],
)
def test_whose_heart_it_is_is_asked_and_the_list_follows_the_answer(dropped, answer, patients):
    app = dropped(numbered())
    assert series(app) == {}
    choose(app, "patient", answer)
    for field in app.text_input:
        if field.key == "patient name":
            field.input("erika").run()
        elif field.key == "patient pattern":
            field.input("{patient}_*").run()
    assert set(series(app)) == patients
    assert f"By this answer: {len(patients)} patient" in words(app)
    app.button(key="import").click().run()
    assert {row.patient for row in list_slices(open_store())} == patients


def test_an_answer_is_for_those_that_asked_for_it_alone(dropped):
    other = np.array([0, 3, 2, 1], np.uint8)[HEART]
    files = {"large.png": LARGE, "large_gt.png": png(np.tile(HEART, (9, 10)))}
    app = dropped({**files, "one.png": png(), "one_gt.png": png(other), **numbered()})
    app.number_input(key="spacing").set_value(1.25).run()
    choose(app, "label order", "1 LV")
    choose(app, "patient", "All are of one")
    app.text_input(key="patient name").input("erika").run()
    assert set(series(app)) == {"large", "one", "erika"}
    app.button(key="import").click().run()
    assert set(series(app).values()) == {"imported"}
    rows = {row.patient: row for row in list_slices(open_store())}
    assert rows["one"].spacing_mm == (1.8, 1.8)
    for patient in ("large", "one"):
        mask = newest_version(open_store(), rows[patient].id).mask[:24, :20]
        assert np.array_equal(mask, HEART)


def test_a_pattern_that_is_none_is_told_in_a_sentence_and_can_be_mended(dropped):
    app = dropped(numbered())
    choose(app, "patient", "Names tell it")
    app.text_input(key="patient pattern").input("patient").run()
    (told,) = problems(app)
    assert "must hold" in told
    app.text_input(key="patient pattern").input("{patient}_*").run()
    assert set(series(app)) == {"scan"}


def test_a_pattern_for_all_files_mends_what_names_seemed_to_say(dropped):
    app = dropped({"lab/anna/x_one.png": png(), "lab/anna/y_two.png": OTHER})
    app.text_input(key="pattern").input("{patient}/*").run()
    assert set(series(app)) == {"anna"}
    app.button(key="import").click().run()
    assert {row.patient for row in list_slices(open_store())} == {"anna"}


def test_review_opens_the_first_of_these_whatever_was_open_and_filtered_before(imported):
    old = stored(cine("old"))
    app = imported({"one.png": png(), "two.png": OTHER})
    app.session_state["open slice"] = old[0].id
    app.session_state["worklist"] = Worklist(Saved.ALL, patient="old", order=Order.WORTH)
    app.button(key="review").click().run()
    assert problems(app) == []
    first = min(row.id for row in list_slices(open_store()) if row.patient != "old")
    assert app.session_state["open slice"] == first
    assert "**one** slice 1 of 1" in words(app)
    assert "No slice fits" not in words(app)


def test_names_from_outside_do_nothing_on_the_page(imported):
    name = "![x](http:evil) :red[y] $z$.png"
    app = imported({name: LARGE, "one.png": png()})
    told = [element.value for element in app.markdown if "evil" in element.value]
    assert told
    assert all("![" not in text.replace("!\\[", "") and ":red[" not in text for text in told)


def test_a_full_disk_is_told_and_what_came_in_before_stays(imported, small_disk, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(small_disk / "home"))
    settings.cache_clear()
    app = imported({"small.png": png()})
    noise = np.random.default_rng(0).integers(0, 255, (127, 127)).astype(np.uint8)
    app = imported({f"patient{n}.png": png(np.roll(noise, n, axis=0)) for n in range(20)}, app)
    (told,) = problems(app)
    assert "free" in told
    assert str(small_disk) in told
    assert "small" in {row.patient for row in list_slices(open_store())}


def test_a_disk_too_full_for_what_is_dropped_is_told_and_the_page_goes_on(dropped, small_disk, monkeypatch):
    monkeypatch.setenv("SEPTUM_HOME", str(small_disk / "home"))
    settings.cache_clear()
    app = dropped({"large.png": b"x" * 2_000_000})
    (told,) = problems(app)
    assert f"{small_disk}/home" in told
    assert "free some space" in told
    assert series(dropped({"small.png": png()}, app)) == {"small": "new"}


class TestBehindThePage:
    """More files than a page should be busy with, and folders of the server."""

    @pytest.fixture(autouse=True)
    def small_limit(self, monkeypatch):
        monkeypatch.setattr(import_runs, "LARGE_FILES", 3)

    def test_many_files_are_listed_first_and_then_come_in(self, dropped):
        app = dropped({f"patient{n}.png": png(np.roll(PIXELS, n, axis=1)) for n in range(4)})
        assert "import" not in {button.key for button in app.button}
        app.button(key="list first").click().run()
        assert problems(app) == []
        assert app.button(key="stop import")
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        assert set(series(app).values()) == {"new"}
        assert list_slices(open_store()) == []
        app.button(key="import listed").click().run()
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        assert set(series(app).values()) == {"imported"}
        app.button(key="review run").click().run()
        assert problems(app) == []
        assert app.session_state["open slice"] == list_slices(open_store(), order=Order.IMPORTED)[0].id

    def test_questions_of_a_run_are_answered_below_it(self, dropped):
        app = dropped({"large.png": LARGE, **{f"patient{n}.png": png(PIXELS + n) for n in range(4)}})
        app.button(key="import at once").click().run()
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        (question,) = [field for field in app.number_input if field.label == "Pixel size in mm"]
        question.set_value(1.25).run()
        app.button(key="answer").click().run()
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        assert left_out(app) == {}
        assert {row.spacing_mm for row in list_slices(open_store()) if row.patient == "large"} == {
            (1.25, 1.25)
        }

    def test_a_stopped_import_goes_on_or_is_given_up(self, dropped):
        app = dropped({f"patient{n}.png": png(np.roll(PIXELS, n, axis=1)) for n in range(4)})
        app.button(key="import at once").click().run()
        app.button(key="stop import").click().run()
        app.run()
        (run,) = import_runs.import_runs()
        app.button(key=f"go on {run.row.id}").click().run()
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        assert set(series(app).values()) == {"imported"}
        app.button(key=f"forget {run.row.id}").click().run()
        assert problems(app) == []
        assert import_runs.import_runs() == []

    def test_a_folder_of_the_server_is_offered_only_below_the_roots(
        self, dropped, open_page, tmp_path, monkeypatch
    ):
        app = open_page(IMPORT)
        assert "A folder on the server" not in app.segmented_control(key="way in").options
        write(tmp_path / "data" / "lab" / "patient1.png", png())
        monkeypatch.setenv("SEPTUM_IMPORT_ROOTS", str(tmp_path / "data"))
        settings.cache_clear()
        app.run()
        app.segmented_control(key="way in").set_value("A folder on the server").run()
        assert app.button(key="import at once").disabled
        app.selectbox(key="server folder").select(str(tmp_path / "data" / "lab")).run()
        app.button(key="import at once").click().run()
        drain_queue(open_store(), RunKind.IMPORT)
        app.run()
        assert series(app) == {"patient1": "imported"}


class TestInTheStore:
    """What is there can be found, deleted after a second look, and given masks later."""

    @pytest.fixture
    def shown(self, open_page):
        """The page with two patients in its list, the newest first."""
        stored(cine("anna", masked=True))
        stored(cine("berta", seed=1))
        app = open_page(IMPORT)
        return app.toggle(key="in store").set_value(True).run()

    def test_series_are_found_by_their_names(self, shown):
        assert [row["Patient"] for row in table(shown, "Imported")] == ["berta", "anna"]
        shown.text_input(key="find series").input("ANN").run()
        assert [row["Patient"] for row in table(shown, "Imported")] == ["anna"]
        shown.text_input(key="find series").input("nobody").run()
        assert "No series fits." in words(shown)

    def test_nothing_is_done_without_a_choice(self, shown):
        assert shown.button(key="delete").disabled
        assert shown.button(key="attach").disabled
