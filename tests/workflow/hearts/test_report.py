"""The report of one heart: its numbers are the measured ones, HTML is safe and whole, PDF one page."""

import re
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace

import numpy as np
import pytest

from core.errors import BadInput, NotFound
from core.labels import Label
from core.metrics.function.figure import FIGURES
from core.records.exports import MaskChoice, Selection
from core.records.hearts import HeartFact, Insertions
from core.records.masks import Origin
from core.records.provenance import SeriesProvenance
from core.records.slices import Status
from core.settings import settings
from core.store.database import open_store
from core.store.masks import drafts
from core.store.masks.masks import newest_version, save_version
from core.store.series.series import add_series
from core.store.slices.filters import Filter
from core.store.slices.slices import list_slices
from core.workflow.hearts.choices import count_slice, give_fact, mark_insertions
from core.workflow.hearts.measure import measure_heart
from core.workflow.hearts.normal_ranges import FILE_NAME
from core.workflow.hearts.report.charts import volume_curves
from core.workflow.hearts.report.content import heart_report
from core.workflow.hearts.report.files import write_report
from core.workflow.hearts.report.page_html import report_html
from core.workflow.hearts.report.page_pdf import report_pdf
from tests.metrics.wall.hearts import DISTANCE_MM, SIZE, SPACING_MM, USUAL, round_heart
from tests.workflow.hearts.phantom_files import ED, ES, N_PHASES, N_POSITIONS, heart

pytestmark = pytest.mark.usefixtures("home")
POISON = (
    '<script>alert("x")</script>',
    "'\"><img src=x onerror=alert(1)>",
    "</style></title><iframe src=//evil>&amp;",
    "a\u202eb\x00\x07\nc\ud800",
    "%s{}\\(\\)) Tj ET /Type /Page",
    "x" * 600,
)
PERSON = SeriesProvenance(sex="F", age_years=40.0, height_m=1.7, weight_kg=65.0, heart_rate_bpm=60.0)


def add(patient: str = "p1", *, masked: bool = True) -> int:
    series = replace(heart(), patient=patient, provenance=PERSON)
    if not masked:
        series = replace(series, slices=tuple(replace(item, mask=None) for item in series.slices))
    return add_series(open_store(), series).series_id


def rows_of(series_id: int):
    return list_slices(open_store(), Filter(series_id=series_id), limit=None)


def words_of(pdf: bytes) -> str:
    """What a search finds in a PDF of the standard fonts."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            drawn = zlib.decompress(stream)
        except zlib.error:
            continue
        for text in re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", drawn):
            plain = re.sub(rb"\\(\d{3})", lambda code: bytes([int(code[1], 8)]), text)
            found.append(re.sub(rb"\\(.)", rb"\1", plain).decode("cp1252"))
    return "\n".join(found)


def n_pages(pdf: bytes) -> int:
    return int(re.search(rb"/Count (\d+) /Kids", pdf)[1])


def elements(html: bytes) -> ET.Element:
    return ET.fromstring(html.split(b"\n", 1)[1])


def text_of(html: bytes) -> str:
    return "\n".join(text.strip() for text in elements(html).find("body").itertext() if text.strip())


def test_every_figure_is_the_measured_one_in_both_forms_or_says_why_there_is_none():
    series_id = add()
    measured = measure_heart(series_id).function.figures
    report = heart_report(series_id)
    rows = elements(report_html(report)).findall(".//tbody/tr")
    printed = words_of(report_pdf(report))
    n_numbers = 0
    for line, row in zip(report.table.lines, rows, strict=True):
        cells = [cell.text for cell in row.findall("td")]
        assert cells == [*(cell.value for cell in line.cells), line.unit]
        for side, cell in zip(("lv", "rv"), line.cells, strict=True):
            key = next(key for key, kind in FIGURES.items() if kind.title == f"LV {line.title}")
            figure, digits = measured.get(key.replace("lv", side, 1)), FIGURES[key].digits
            if figure is None or figure.value is None:
                assert cell.value == "-"
                assert figure is None or any(figure.reason in reason for reason in report.table.missing)
            else:
                n_numbers += 1
                assert float(cell.value) == pytest.approx(figure.value, abs=0.5 * 10**-digits + 1e-9)
                assert cell.value in printed.split("\n")
    assert n_numbers == 20
    assert "RV mass: the labels hold no wall of the RV." in printed


def test_the_pdf_is_one_page_whose_words_are_found_and_so_is_what_stands_behind():
    series_id = add("patient 7")
    report = heart_report(series_id)
    pdf = report_pdf(report)
    assert n_pages(pdf) == 1
    words = words_of(pdf).replace("\n", " ")
    n = N_POSITIONS * N_PHASES
    for said in (
        "patient 7",
        "For research; no medical device.",
        f"ED, phase {ED + 1} of {N_PHASES}",
        f"ES, phase {ES + 1} of {N_PHASES}",
        "Papillary muscles and trabeculae count as cavity, not as mass.",
        f"{n} masks on {n} slices: {n} references, by import.",
        f"Septum {report.made.split()[1].rstrip(',')}",
    ):
        assert said in words, said
    assert [len(row.pictures) for row in report.pictures] == [5, 5]
    assert pdf.count(b"/Subtype /Image") == 10


def test_who_approved_which_versions_and_what_was_decided_is_told():
    series_id = add(masked=False)
    truth = {(item.position, item.phase): item.mask for item in heart().slices}
    for row in rows_of(series_id):
        approved = row.position < 2
        save_version(
            open_store(),
            row.id,
            truth[row.position, row.phase],
            origin=Origin.READER,
            author="ann",
            parent_id=None,
            status=Status.APPROVED if approved else None,
        )
    count_slice(series_id, 0, ED, Label.LEFT_VENTRICLE, counts=False, reader="bob")
    give_fact(series_id, HeartFact.ED_PHASE, ED, "bob")
    row = rows_of(series_id)[0]
    drafts.save_draft(
        open_store(),
        row.id,
        "ann",
        np.zeros((64, 64), np.uint8),
        parent_id=row.newest_version_id,
        seq=1,
        tab="t",
    )
    said = heart_report(series_id, reader="ann").behind
    assert said[0] == f"{N_POSITIONS * N_PHASES} masks on {N_POSITIONS * N_PHASES} slices: 40 drawn by ann."
    assert re.fullmatch(rf"Approved by ann \({2 * N_PHASES} slices, last \d{{4}}-\d\d-\d\d\)\.", said[2])
    assert re.fullmatch(r"bob took slice 1, phase 1, out for the LV on \d{4}-\d\d-\d\d\.", said[3])
    assert said[4].startswith("bob gave ED: 1, on ")
    assert said[5] == "Strokes of ann on 1 slice are not saved and do not count here."
    assert len(heart_report(series_id).behind) == 5
    mark_insertions(series_id, Insertions(2, (20.0, 20.0), (40.0, 20.0)), "bob")
    marked = [line for line in heart_report(series_id).behind if "marked the insertions" in line]
    assert len(marked) == 1
    assert marked[0].startswith("bob marked the insertions of the RV on slice 3, on ")
    version = newest_version(open_store(), row.id)
    assert heart_report(series_id).pictures[0].pictures[0].behind == f"v{version.id}, ann, approved"


def test_names_do_nothing_in_html_and_leave_the_pdf_one_page():
    made = heart_report(add())
    for poison in POISON:
        lines = (poison,)
        report = replace(
            made, patient=poison, heading=lines, findings=lines, behind=(poison * 40,), made=poison
        )
        tree = elements(report_html(report))
        kinds = {element.tag for element in tree.iter()}
        assert kinds.isdisjoint({"script", "iframe", "a", "link"})
        assert all(image.get("src").startswith("data:image/png;base64,") for image in tree.iter("img"))
        assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)
        policy = next(meta for meta in tree.iter("meta") if meta.get("http-equiv"))
        assert policy.get("content").startswith("default-src 'none'")
        assert n_pages(report_pdf(report)) == 1


def test_more_than_a_page_can_hold_is_counted_and_the_html_has_it():
    report = replace(
        heart_report(add()), conventions=tuple(f"Sentence {n} of many that go on." for n in range(400))
    )
    pdf = report_pdf(report)
    assert n_pages(pdf) == 1
    assert re.search(r"\d+ more in the HTML report\.", words_of(pdf))
    assert "Sentence 399 of many that go on." in text_of(report_html(report))


def test_letters_that_the_page_lacks_are_marked_and_told():
    report = replace(heart_report(add()), patient="Łukasz 心")
    pdf = report_pdf(report)
    assert "? stands for a letter that this page cannot show; the HTML report has it." in words_of(pdf)
    assert b"Vera" in pdf
    assert "Łukasz 心" in text_of(report_html(report))
    plain = report_pdf(replace(report, patient="Jürgen"))
    assert b"Vera" not in plain
    assert "Jürgen" in words_of(plain)


def test_normal_ranges_stand_beside_their_numbers_with_their_source():
    series_id = add()
    table = (
        "figure,sex,from_age,to_age,low,high,papillary_muscles,source\n"
        "lv_ef_percent,F,20,60,55,75,cavity,A paper 2020\n"
    )
    (settings().home / FILE_NAME).write_text(table)
    report = heart_report(series_id)
    line = next(line for line in report.table.lines if line.title == "EF")
    assert [cell.normal for cell in line.cells] == ["55 to 75", ""]
    for said in (words_of(report_pdf(report)), text_of(report_html(report))):
        assert "55 to 75" in said
        assert "Normal ranges: A paper 2020." in said


def test_a_heart_without_masks_has_a_report_that_says_so():
    report = heart_report(add(masked=False))
    assert [row.title for row in report.pictures] == [f"Neither ED nor ES is known, phase 1 of {N_PHASES}"]
    assert report.pictures[0].pictures[0].behind == "no mask"
    words = words_of(report_pdf(report))
    assert "No phase has a mask on every slice: no curve." in words
    assert "No numbers of the wall: ED is not known." in words
    assert "Nobody has approved a slice by name." in words
    assert set(words.split("\n")) & {cell.value for line in report.table.lines for cell in line.cells} == {
        "-"
    }


def test_the_wall_has_its_numbers_where_the_way_round_is_known():
    sizes = np.array([SPACING_MM, SPACING_MM, DISTANCE_MM])
    affine = np.eye(4)
    affine[:3, :3] = np.array([USUAL.across, USUAL.down, USUAL.onward]).T * sizes
    masks = [round_heart(0, time)[0] for time in (0.0, 0.38)]
    slices = tuple(
        replace(heart().slices[0], position=position, phase=phase, pixels=mask.astype(np.float32), mask=mask)
        for phase, stack in enumerate(masks)
        for position, mask in stack.items()
    )
    geometry = replace(
        heart().geometry,
        format="dicom",
        shape=(SIZE, SIZE, len(masks[0]), 2),
        spacing_mm=(SPACING_MM, SPACING_MM),
        slice_distance_mm=DISTANCE_MM,
        affine=tuple(map(tuple, affine.tolist())),
    )
    series = replace(
        heart(), patient="round", geometry=geometry, slices=slices, phase_names=((0, "ED"), (1, "ES"))
    )
    report = heart_report(add_series(open_store(), series).series_id)
    words = words_of(report_pdf(report)).split("\n")
    for segment in report.wall.segments[:16]:
        assert f"{segment.ed_mm:.1f}" in words
        assert f"{segment.thickening_percent:.0f}" in words
    assert report.wall_notes == ("Grey segment 17: short-axis slices do not show the apex itself.",)


def test_the_drawings_of_the_html_share_no_name_and_have_the_pages_letters():
    page = report_html(heart_report(add())).decode()
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names)) > 1
    faces = set(re.findall(r"font-family: ([^;]+);", page))
    assert faces == {"Helvetica, Arial, sans-serif"}
    assert "<title>...</title>" not in page


def test_the_curve_has_a_point_for_each_whole_phase():
    report = heart_report(add())
    drawn = volume_curves(report.curves, 300, 120)
    kinds = [type(shape).__name__ for shape in drawn.contents]
    assert kinds.count("Circle") == 2 * N_PHASES
    assert kinds.count("PolyLine") == 2


def test_the_form_goes_by_the_ending(tmp_path):
    series_id = add()
    assert write_report(series_id, tmp_path / "a" / "x.PDF").read_bytes().startswith(b"%PDF-")
    assert write_report(series_id, tmp_path / "x.html").read_bytes().startswith(b"<!DOCTYPE html>")
    with pytest.raises(BadInput, match="a report ends in .pdf or .html, got x.doc"):
        write_report(series_id, tmp_path / "x.doc")
    with pytest.raises(NotFound):
        write_report(99, tmp_path / "x.pdf")


def test_only_the_masks_that_are_meant_count():
    report = heart_report(add(), Selection(MaskChoice.READER, reader="ann"))
    assert all(cell.value == "-" for line in report.table.lines for cell in line.cells)
