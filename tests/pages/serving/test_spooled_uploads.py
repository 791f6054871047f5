"""Uploads before they reach Streamlit: the file on the disk, a word in its place, nothing left behind."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import StoreUnavailable
from core.scratch import scratch_folder
from core.workflow.uploads import spool
from core.workflow.uploads.spool import LOST_UPLOAD, SPOOL, Spool, Spooled, new_file, new_word
from pages.shared.serving import spooled_uploads
from pages.shared.serving.spooled_uploads import SpooledUploads
from pages.shared.serving.upload_body import UploadBody
from tests.workflow.conftest import home

__all__ = ["home"]
pytestmark = pytest.mark.usefixtures("home")
PLACE = "/_stcore/upload_file/session/file"
TYPE = "multipart/form-data; boundary=edge"


def body(data: bytes, name: str = "heart.nii", *, part: bytes = b"") -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
    kind = b"Content-Type: application/octet-stream\r\n\r\n"
    return part + head.encode() + kind + data + b"\r\n--edge--\r\n"


class Framework:
    """Takes uploads as Streamlit does: by the form of the request, and only where it allows them."""

    def __init__(self, answer: int = 204) -> None:
        self.answer, self.took = answer, list[tuple[str, str, bytes]]()

    async def put(self, request: Request) -> Response:
        if self.answer == 403:
            raise HTTPException(403)  # before the body is read
        for value in (await request.form()).values():
            assert isinstance(value, UploadFile)
            self.took.append((value.filename or "", value.content_type or "", await value.read()))
        return Response(status_code=self.answer)

    async def delete(self, request: Request) -> Response:
        return Response(status_code=204)

    def send(self, chunks: Sequence[bytes], *, method: str = "PUT", leaves: bool = False) -> int:
        """Status of the answer to a request whose body comes in these chunks; -1 where none came."""
        path = "/_stcore/upload_file/{session}/{file}"
        routes = [Route(path, self.put, methods=["PUT"]), Route(path, self.delete, methods=["DELETE"])]
        statuses = [-1]
        coming = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        coming.append({"type": "http.disconnect"} if leaves else {"type": "http.request", "body": b""})

        async def receive():
            return coming.pop(0)

        async def send(message):
            statuses.append(message.get("status", statuses[-1]))

        headers = [(b"content-type", TYPE.encode())]
        scope = {"type": "http", "method": method, "path": PLACE, "headers": headers, "query_string": b""}
        asyncio.run(SpooledUploads(Starlette(routes=routes))(scope, receive, send))
        return statuses[-1]


@pytest.fixture
def framework():
    yield Framework()
    SPOOL.drop_session("session")


def lying() -> list[bytes]:
    """What lies in the spool."""
    folder = scratch_folder() / "uploads"
    return sorted(file.read_bytes() for file in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_the_framework_gets_a_word_under_the_files_name_and_the_disk_the_file(framework, size):
    data = b"--edge is no end\r\n--edg" * 5000
    whole = body(data, "Ünter/heart.nii")
    chunks = [whole[start : start + size] for start in range(0, len(whole), size)]
    if size == 1:
        chunks = [whole[:400], *(whole[n : n + 1] for n in range(400, 800)), whole[800:]]
    assert framework.send(chunks) == 204
    ((name, kind, word),) = framework.took
    assert (name, kind) == ("Ünter/heart.nii", "application/octet-stream")
    assert len(word) < 100
    assert SPOOL.find(word).read_bytes() == data
    assert lying() == [data]


def test_an_empty_file_is_kept_as_one(framework):
    assert framework.send([body(b"")]) == 204
    assert SPOOL.find(framework.took[0][2]).read_bytes() == b""


def test_memory_never_holds_much_more_than_a_block(framework, monkeypatch):
    most = 0
    real = UploadBody.feed

    def feed(self, chunk):
        nonlocal most
        real(self, chunk)
        most = max(most, self.n_waiting)

    monkeypatch.setattr(UploadBody, "feed", feed)
    monkeypatch.setattr(spooled_uploads, "BLOCK", 100_000)
    head, _, tail = body(b"###").partition(b"###")
    assert framework.send([head, *[b"x" * 60_000] * 50, tail]) == 204
    assert most <= 160_000
    assert sum(map(len, lying())) >= 3_000_000


def test_what_is_not_allowed_is_not_even_read(framework):
    framework.answer = 403
    assert framework.send([body(b"heart")]) == 403
    assert lying() == []


@pytest.mark.parametrize(
    "damaged",
    [
        body(b"heart")[:-12],
        body(b"heart")[:40],
        b"no multipart at all",
        body(b"a")[:-4] + b"\r\n" + body(b"b"),
        b"--edge\r\n" + b"a" * 5000 + b": b\r\n\r\nheart\r\n--edge--",
        b"--edge--\r\n",
        b"",
    ],
    ids=["cut in the file", "cut before it", "no parts", "two files", "endless header", "no file", "nothing"],
)
def test_a_damaged_body_is_refused_and_leaves_nothing(framework, damaged):
    assert framework.send([damaged]) == 400
    assert framework.took == []
    assert lying() == []


def test_a_file_larger_than_allowed_is_refused_however_its_length_was_told(framework, monkeypatch):
    monkeypatch.setattr("streamlit.get_option", lambda name: 1)
    assert framework.send([body(b"x" * 2_000_000)]) == 413
    assert lying() == []


def test_an_upload_that_its_browser_gives_up_leaves_nothing(framework):
    with pytest.raises(Exception):  # noqa: B017, PT011  (Starlette's own)
        framework.send([body(b"x" * 3_000_000)[:-20]], leaves=True)
    assert lying() == []


def test_a_file_that_is_removed_from_the_list_goes_from_the_disk(framework):
    framework.send([body(b"heart")])
    assert framework.send([], method="DELETE") == 204
    assert lying() == []
    with pytest.raises(StoreUnavailable, match=LOST_UPLOAD):
        SPOOL.find(framework.took[0][2])


def test_a_second_upload_of_one_id_takes_the_place_of_the_first(framework):
    framework.send([body(b"first")])
    framework.send([body(b"second")])
    assert lying() == [b"second"]


def test_a_full_disk_is_told_by_the_page_in_one_sentence_and_leaves_nothing(framework, monkeypatch):
    monkeypatch.setattr(spool, "RESERVED_BYTES", 1 << 60)
    assert framework.send([body(b"x" * 3_000_000)]) == 204
    with pytest.raises(StoreUnavailable, match="too full for what was uploaded; free some space there"):
        SPOOL.find(framework.took[0][2])
    assert lying() == []


def test_an_error_of_the_disk_is_told_too(framework, monkeypatch):
    def full(path, data):
        raise StoreUnavailable("the disk is full; free some space")

    monkeypatch.setattr(spooled_uploads, "append", full)
    framework.send([body(b"heart")])
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        SPOOL.find(framework.took[0][2])


class TestSpool:
    """Files by session; a word for each."""

    def test_bytes_of_a_file_are_no_word_and_a_word_of_nobody_is_refused(self):
        assert SPOOL.find(b"\x89PNG") is None
        with pytest.raises(StoreUnavailable, match="drop the files again"):
            SPOOL.find(new_word())

    def test_a_session_that_ends_takes_its_own_files_along_and_no_others(self):
        ours = Spool()
        for session in ("gone", "here"):
            for number in range(2):
                path = new_file()
                path.write_bytes(session.encode())
                ours.keep(session, str(number), Spooled(path), new_word())
        ours.drop_session("gone")
        assert lying() == [b"here"] * 2
        assert ours.sessions() == {"here"}
        ours.drop_session("here")

    def test_bytes_are_written_once_however_often_they_are_held(self):
        ours = Spool()
        assert ours.hold("session", "1", b"heart") == ours.hold("session", "1", b"heart")
        assert lying() == [b"heart"]
        ours.drop_session("session")
        assert lying() == []
