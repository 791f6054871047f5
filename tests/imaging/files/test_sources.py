"""Names are made fit to be kept, files that go with images are passed over, zips hold no harm."""

import io
import os
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from core.imaging.files.sources import Source, clean_name, open_file, open_sources, without_companions
from core.imaging.problems import FileProblem
from core.imaging.reading import find_series
from core.limits import Limits
from core.records.slices import Series
from tests.imaging.small import PIXELS, make_zip, png_bytes, write_png

SHEET = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/media/image1.png": png_bytes()}
LETTER = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "META-INF/manifest.xml": b"<x/>",
    "a.png": png_bytes(),
}


def sources(*paths: Path) -> list[Source]:
    found = list(open_sources(paths, Limits()))
    assert all(isinstance(one, Source) for one in found), found
    return found


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Herz\n1.png", "Herz\ufffd1.png"),
        ("cmr\u202egnp.1", "cmr\ufffdgnp.1"),
        ("u\u0308bung.png", "übung.png"),
        ("caf\udce9/a.png", "café/a.png"),
        ("\ud800.png", "\ufffd.png"),
        ("Herz é 心 1.png", "Herz é 心 1.png"),
    ],
)
def test_a_name_is_made_fit_to_be_shown_and_kept(name, clean):
    assert clean_name(PurePosixPath(name)) == PurePosixPath(clean)
    clean.encode()


def test_a_file_whose_name_is_no_utf_8_comes_in_with_its_mask(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"caf\xe9.png", b"tab\tand\nbreak.png"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(png_bytes())
    found = list(find_series([tmp_path]))
    assert sorted(item.name for item in found if isinstance(item, Series)) == [
        "café",
        "tab\ufffdand\ufffdbreak",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "DICOMDIR",
        "Thumbs.db",
        "desktop.ini",
        "study.XLSX",
        "~$study.docx",
        "run.sh",
        "a.bval",
        "train.log",
        "LICENSE",
    ],
)
def test_files_that_go_with_images_are_passed_over_even_empty_ones(tmp_path, name):
    write_png(tmp_path / "cmr1.png", PIXELS)
    (tmp_path / name).write_bytes(b"")
    kept, count = without_companions(sources(tmp_path))
    assert ([source.file for source in kept], count) == (["cmr1.png"], 1)
    assert [item.name for item in find_series([tmp_path])] == ["cmr1"]


@pytest.mark.parametrize("members", [SHEET, LETTER])
@pytest.mark.parametrize("name", ["patients.xlsx", "patients.zip", "patients"])
def test_an_office_document_is_not_gone_through_whatever_its_name_says(tmp_path, members, name):
    write_png(tmp_path / "cmr1.png", PIXELS)
    make_zip(tmp_path / name, members)
    assert [item.name for item in find_series([tmp_path])] == ["cmr1"]


def test_probabilities_beside_a_mask_are_passed_over_and_arrays_alone_are_not(tmp_path):
    for name in ("a.nii.gz", "a.npz", "a.pkl", "b.npz", "c/a.npz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    kept, count = without_companions(sources(tmp_path))
    assert ([source.shown for source in kept], count) == (["a.nii.gz", "b.npz", "c/a.npz"], 2)


def test_a_source_opens_as_a_stream_and_gives_its_start(tmp_path):
    write_png(tmp_path / "one.png", PIXELS)
    make_zip(tmp_path / "two.zip", {"two.png": png_bytes()})
    for source in sources(tmp_path):
        whole = source.read()
        with source.open() as opened:
            assert opened.seek(-4, io.SEEK_END) == len(whole) - 4
            assert opened.read() == whole[-4:]
        assert source.start(8) == whole[:8]
        assert source.start(1 << 20) == whole


def damaged_zips() -> dict[str, bytes]:
    """Zips of one picture whose member cannot be had, by what is wrong with it."""
    made = {}
    for name, method in (
        ("bzip2", zipfile.ZIP_BZIP2),
        ("lzma", zipfile.ZIP_LZMA),
        ("deflated", zipfile.ZIP_DEFLATED),
    ):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            archive.writestr("one.png", png_bytes())
        made[name] = buffer.getvalue()
    plain = bytearray(made["deflated"])
    central = plain.index(b"PK\x01\x02")
    made["wrong bytes"] = bytes(plain[:50] + b"\xff" * 20 + plain[70:])
    locked = plain.copy()
    locked[6] |= 1
    locked[central + 8] |= 1
    made["locked"] = bytes(locked)
    odd = plain.copy()
    odd[central + 10] = odd[8] = 97
    made["unknown method"] = bytes(odd)
    name = plain.copy()
    name[central + 9] |= 0x08  # names in UTF-8, it says
    name[central + 46] = 0xFF
    made["name that is no UTF-8"] = bytes(name)
    del made["deflated"]
    return made


@pytest.mark.parametrize("kind", damaged_zips())
def test_a_damaged_or_odd_member_is_one_sentence(tmp_path, kind):
    path = tmp_path / "bad.zip"
    path.write_bytes(damaged_zips()[kind])
    write_png(tmp_path / "good.png", PIXELS)
    found = list(find_series([tmp_path]))
    (problem,) = (item for item in found if isinstance(item, FileProblem))
    assert "bad.zip" in problem.message
    assert "\n" not in problem.message
    assert [item.name for item in found if isinstance(item, Series)] == ["good"]


def test_a_member_that_lies_twice_in_a_zip_comes_in_once(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.png", png_bytes())
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("one.png", png_bytes())
    first, second = open_file(path, PurePosixPath("twice.zip"), Limits())
    assert isinstance(first, Source)
    assert isinstance(second, FileProblem)
    assert "lies twice in the zip" in second.message
