"""Files and whole folders as a browser sends them, with the folders they lay in."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from core.workflow.uploads.spool import LOST_UPLOAD, SPOOL, Upload
from pages.shared.frame import sentence

FILES, FOLDER = "Files or zips", "A folder"
ROUND = "import round"  # counts how often the page was cleared; a new key is an empty uploader
ARRIVED = "arrived"  # ids of the files that this session has had
LOST = "uploads lost"
KEEP_FOLDERS = st.components.v2.component(
    "septum_keep_folders", js=Path(__file__).with_name("keep_folders.js").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Uploads:
    """What was dropped."""

    files: tuple[Upload, ...]
    identity: tuple[str, ...]  # the same for the same files


def draw_uploader(way: str) -> Uploads:
    """Draw the uploader for files or for a folder; hidden files, of which folders are full, are left out.

    Browsers send a folder's files in any order; they are sorted by name, as folders on a disk are read.
    """
    number = st.session_state.setdefault(ROUND, 0)
    key = f"files {number}" if number else "files"
    files = st.file_uploader(
        way,
        accept_multiple_files="directory" if way == FOLDER else True,
        key=key,
        label_visibility="collapsed",
    )
    require_arrived(files, st.session_state[key])
    seen = sorted((file for file in files if not is_hidden(file.name)), key=lambda file: file.name)
    return Uploads(tuple(spooled(file) for file in seen), tuple(file.file_id for file in seen))


def require_arrived(files: list[UploadedFile], listed: list[UploadedFile | DeletedFile]) -> None:
    """Begin anew where the browser lists files that another server was given, or this one before it ended.

    Streamlit leaves them out without a word, and so would the import. A file that this session has had was
    taken out of the list, which the list may not yet say.
    """
    arrived = st.session_state.setdefault(ARRIVED, set())
    arrived.update(file.file_id for file in files)
    if any(file.file_id not in arrived for file in listed):
        st.session_state[LOST] = True
        clear_uploader()
        st.rerun()
    if files:
        st.session_state[LOST] = False
    elif st.session_state.get(LOST):
        st.warning(sentence(LOST_UPLOAD), icon=":material/warning:")


def spooled(file: UploadedFile) -> Upload:
    """Return where an uploaded file lies; the server keeps it as long as its browser lists it.

    Raises:
        StoreUnavailable: when there was no room for it.
    """
    data = file.getvalue()
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    return Upload(file.name, SPOOL.find(data) or SPOOL.hold(session, file.file_id, data))


def keep_folders() -> None:
    """Let dropped folders keep their folders; put it where an element without a height does no harm."""
    KEEP_FOLDERS(key="keep folders")


def clear_uploader() -> None:
    """Begin with an empty uploader at the next run of the page, so that the files leave the memory."""
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def is_hidden(name: str) -> bool:
    """Return whether a file, or a folder it lies in, is one that systems put there for themselves.

    >>> is_hidden("lab/.DS_Store"), is_hidden("lab/heart.png")
    (True, False)
    """
    return any(part.startswith((".", "__MACOSX")) for part in name.replace("\\", "/").split("/"))
