"""Normal ranges come from a table that a lab gives, in a form that is checked line by line."""

import pytest

from core.errors import BadInput
from core.metrics.function.ranges import range_for
from core.workflow.hearts.normal_ranges import lab_ranges, read_ranges

HEAD = "figure,sex,from_age,to_age,low,high,papillary_muscles,source\n"
LINE = "lv_ef_percent,F,40,49,50,73,cavity,a journal\n"


def test_a_range_is_that_of_the_figure_the_sex_and_the_age(tmp_path):
    table = tmp_path / "ranges.csv"
    table.write_text(
        HEAD + LINE + "lv_ef_percent,M,40,49,47,72,cavity,a journal\nlv_mass_g,,18,120,60,160,cavity,x\n"
    )
    ranges = read_ranges(table)
    women = range_for(ranges, "lv_ef_percent", "F", 49.9)
    assert women is not None
    assert (women.low, women.high) == (50, 73)
    assert range_for(ranges, "lv_ef_percent", "M", 40.0).low == 47
    assert range_for(ranges, "lv_ef_percent", "F", 50.0) is None
    assert range_for(ranges, "lv_ef_percent", "F", None) is None
    assert range_for(ranges, "lv_ef_percent", "", 45.0) is None
    assert range_for(ranges, "lv_mass_g", "M", 70.0).high == 160


def test_a_table_with_semicolons_and_decimal_commas_is_read(tmp_path):
    table = tmp_path / "ranges.csv"
    table.write_text(
        (HEAD + "lv_edv_ml_m2,M,18,29,65.5,119,cavity,x\n").replace(",", ";").replace("65.5", "65,5")
    )
    assert read_ranges(table)[0].low == 65.5


@pytest.mark.usefixtures("home")
def test_without_a_table_there_are_no_ranges():
    assert lab_ranges() == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("figure,sex\n", "has no column from_age"),
        (HEAD + LINE.replace("lv_ef_percent", "ef"), "line 2: 'ef' is no figure"),
        (HEAD + LINE.replace(",F,", ",X,"), "must be M, F or nothing"),
        (HEAD + LINE.replace("50,73", "73,50"), "range 73 to 50 is none"),
        (HEAD + LINE.replace("40,49", "49,40"), "ages 49 to 40"),
        (HEAD + LINE.replace("73", "many"), "high is 'many', expected a number"),
        (HEAD + LINE.replace("cavity", "mass"), "expected cavity"),
        (HEAD + LINE.replace("a journal", ""), "source is empty"),
        (HEAD + LINE + LINE.replace("40,49", "49,60"), "line 3: there is another range"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_by_its_line(tmp_path, text, words):
    table = tmp_path / "ranges.csv"
    table.write_text(text)
    with pytest.raises(BadInput) as told:
        read_ranges(table)
    assert words in str(told.value)
    assert "ranges.csv" in str(told.value)
