"""Pseudonyms are the same for one store and others for another, and of texts only known terms are kept."""

from datetime import date

import pytest
from pydicom.datadict import tag_for_keyword

from core.imaging.deidentification.attributes import ATTRIBUTES
from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.deidentification.terms import clean_description, maker

HERE, THERE = Deidentifier(bytes(range(32))), Deidentifier(bytes(32))


def test_a_patient_always_has_the_same_pseudonym_and_another_in_another_store():
    assert HERE.patient("4711") == Deidentifier(bytes(range(32))).patient("4711")
    assert len({HERE.patient("4711"), HERE.patient("4712"), THERE.patient("4711")}) == 3


def test_pseudonyms_have_no_letters_that_are_misread():
    codes = {HERE.patient(str(number)) for number in range(2000)}
    assert len(codes) == 2000
    assert not set("".join(codes)) & set("ILOU") - {"P"}
    assert all(len(code) == 13 and code.startswith("P-") for code in codes)


def test_identifiers_become_valid_ones_that_follow_from_the_key():
    kept = HERE.uid("1.2.840.1")
    assert kept == HERE.uid("1.2.840.1")
    assert kept not in (HERE.uid("1.2.840.2"), THERE.uid("1.2.840.1"))
    assert kept.startswith("2.25.")
    assert len(kept) <= 64
    assert 0 < int(kept[5:]) < 1 << 128
    assert HERE.uid("") == ""


def test_days_between_examinations_of_a_patient_stay_and_the_days_do_not():
    first, second = HERE.date("4711", "20200301"), HERE.date("4711", "20210302")
    shifted = [date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in (first, second)]
    assert (shifted[1] - shifted[0]).days == 366
    assert 1 <= (date(2020, 3, 1) - shifted[0]).days <= 3650
    assert len({HERE.date(str(number), "20200301") for number in range(50)}) > 40


@pytest.mark.parametrize("text", ["", "00000000", "20120000", "2012", "anna", "00010101"])
def test_what_is_no_date_stays_none(text):
    assert HERE.date("4711", text) == ""


def test_a_short_key_is_refused_and_no_key_is_ever_printed():
    with pytest.raises(ValueError, match="16 bytes"):
        Deidentifier(b"short")
    assert "key" not in repr(HERE)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("SAX cine SMITH", "SAX cine"),
        ("tfi_sax_retro_bh_Anna", "tfi sax retro bh"),
        ("Ed Long 2CH", "2CH"),
        ("long axis Mr Black", "long axis"),
        ("dark blood haste", "dark blood haste"),
        ("Mueller 1970-01-02", ""),
        ("cinema", ""),
        ("", ""),
    ],
)
def test_descriptions_keep_the_words_that_name_views_and_sequences(text, kept):
    assert clean_description(text) == kept


def test_only_known_makers_are_kept():
    assert (maker("TOSHIBA_MEC"), maker("UIH"), maker("Anna's workshop")) == ("Toshiba", "United Imaging", "")


def test_every_attribute_of_the_table_is_one_of_dicom():
    assert all(tag_for_keyword(keyword) is not None for keyword in ATTRIBUTES)
