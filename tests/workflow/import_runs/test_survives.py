"""One file for which Septum itself makes a mistake is a line like any other; the rest comes in."""

import logging

import pytest

from core.errors import StoreUnavailable
from core.imaging.cases import case_group
from core.imaging.dicom import files as dicom_files
from core.store.database import open_store
from core.store.series import series as series_store
from core.store.slices.slices import list_slices
from core.workflow.importing import attach, import_files
from core.workflow.importing.attach import attach_uploads
from tests.imaging.dicom.drawn import dicom, encoded, picture
from tests.workflow.small import HEART, PIXELS, cine, import_sent, png, sent, stored

pytestmark = pytest.mark.usefixtures("home")
OTHER = PIXELS[::-1].copy()
SECRET = "Erika Mustermann"


def outcomes(results) -> dict[str, str]:
    return {result.file: result.outcome for result in results}


def failing_for(name: str, real, error: Exception):
    """The function, which raises for what is called so."""

    def called(first, *rest, **named):
        if name in str(getattr(first, "pair", first)) or name in str(first):
            raise error
        return real(first, *rest, **named)

    return called


@pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), ZeroDivisionError(SECRET)])
def test_a_mistake_while_one_file_is_read_is_told_and_the_rest_comes_in(monkeypatch, caplog, error):
    monkeypatch.setattr(case_group, "read_case", failing_for("bad.png", case_group.read_case, error))
    files_ = [("a.png", png()), ("bad.png", png(PIXELS.T.copy())), ("z.png", png(OTHER))]
    results = list(import_sent(files_))
    assert outcomes(results) == {"a.png": "imported", "bad.png": "refused", "z.png": "imported"}
    (told,) = (result.message for result in results if result.outcome == "refused")
    assert told.startswith(
        f"bad.png could not be read because of an error in Septum ({type(error).__name__})"
    )
    assert "the log has the details" in told
    assert "read_case" in caplog.text or "called" in caplog.text
    assert SECRET not in caplog.text + told
    assert caplog.records[0].levelno == logging.ERROR


def test_a_mistake_while_one_series_is_stored_is_told_and_the_rest_comes_in(monkeypatch):
    real = import_files.add_series

    def add(store, series):
        if series.patient == "bad":
            raise TypeError("no such column")
        return real(store, series)

    monkeypatch.setattr(import_files, "add_series", add)
    results = list(import_sent([("a.png", png()), ("bad.png", png(PIXELS.T.copy())), ("z.png", png(OTHER))]))
    assert outcomes(results) == {"a.png": "imported", "bad.png": "refused", "z.png": "imported"}
    assert {row.patient for row in list_slices(open_store())} == {"a", "z"}


def test_a_mistake_over_one_stack_of_dicom_keeps_no_other_out(monkeypatch):
    real = dicom_files.read_stack

    def read(stack, names, answers, limits):
        if stack.frames[0].header.source.file.startswith("bad"):
            raise AttributeError("tag")
        yield from real(stack, names, answers, limits)

    monkeypatch.setattr(dicom_files, "read_stack", read)
    several = [
        (
            f"{name}.dcm",
            encoded(
                dicom(
                    picture(number),
                    number=number + 1,
                    SeriesInstanceUID=f"1.2.{number + 1}",
                    StudyInstanceUID=f"1.{number + 1}",
                    PatientID=name,
                )
            ),
        )
        for number, name in enumerate(("a", "bad", "z"))
    ]
    results = list(import_sent(several))
    assert sorted(result.outcome for result in results) == ["imported", "imported", "refused"]


def test_a_mistake_over_one_mask_keeps_no_other_from_being_attached(monkeypatch):
    rows = stored(cine("anna", 2))
    real = attach.read_onto

    def read(series, rows, source, *rest):
        if source.file == "bad.png":
            raise IndexError("list index out of range")
        return real(series, rows, source, *rest)

    monkeypatch.setattr(attach, "read_onto", read)
    found = list(attach_uploads(rows[0].series_id, sent([("bad.png", png(HEART)), ("text.png", b"text")])))
    assert [result.outcome for result in found] == ["refused", "refused"]
    assert "an error in Septum (IndexError)" in found[0].message


def test_a_store_that_cannot_be_written_ends_the_import_in_one_sentence(monkeypatch):
    def full(store, series):
        raise StoreUnavailable("the disk is full; free some space")

    monkeypatch.setattr(import_files, "add_series", full)
    with pytest.raises(StoreUnavailable, match="free some space"):
        list(import_sent([("a.png", png()), ("z.png", png(OTHER))]))
    assert series_store.list_series(open_store()) == []
