"""Import: drop files or folders, see what would come in, answer what is asked, let it in."""

import streamlit as st

from core.workflow.import_runs import runs as import_runs
from core.workflow.import_runs.server_folders import offered_folders
from core.workflow.importing.import_files import listed_images
from pages.shared.frame import frame
from pages.shared.importing.in_store import in_store
from pages.shared.importing.large_import import import_run_section, large_upload, server_folder
from pages.shared.importing.small_import import small_import
from pages.shared.importing.uploads import FILES, FOLDER, draw_uploader, keep_folders

SERVER = "A folder on the server"


def draw_page() -> None:
    """Draw Import as this session asks for it."""
    with frame("Import"):
        st.header("Import short-axis MR", anchor=False)
        st.caption(
            f"{listed_images()}, or zips of these; folders as they are. Masks beside images come along. "
            "Nothing is stored before you have seen the list."
        )
        ways = (FILES, FOLDER, *((SERVER,) if offered_folders() else ()))
        way = st.segmented_control(
            "From where", ways, default=FILES, key="way in", required=True, label_visibility="collapsed"
        )
        if way == SERVER:
            server_folder()
        elif (uploads := draw_uploader(way)).files:
            if import_runs.is_large(uploads.files):
                large_upload(uploads)
            else:
                small_import(uploads)
        import_run_section()
        in_store()
        keep_folders()
