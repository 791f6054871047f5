"""What the worklist shows, kept in the address: through a reload, in a link, and back from another page."""

from dataclasses import replace

import streamlit as st

from core.workflow.review import worklist as worklists
from core.workflow.review.address import NAMES, from_address, to_address
from core.workflow.review.worklist import Ranges, Worklist

KEPT, WRITTEN, IMPORT = "worklist", "worklist in address", "newest import"  # in the session


def current_worklist() -> Worklist:
    """Return what a new address names, else what this session showed last, and name it in the address."""
    named = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    kept: Worklist | None = st.session_state.get(KEPT)
    if named and named != st.session_state.get(WRITTEN):
        kept = from_address(named)
    kept = kept or Worklist()
    if kept.imported:
        st.session_state[IMPORT] = kept.imported
    show_worklist(kept)
    wanted = to_address(kept)
    for name in NAMES:
        if name in wanted and st.query_params.get(name) != wanted[name]:
            st.query_params[name] = wanted[name]
        elif name not in wanted and name in st.query_params:
            del st.query_params[name]
    st.session_state[WRITTEN] = wanted
    return kept


def show_worklist(worklist: Worklist) -> None:
    """Let Review show this from its next run on, whatever its address says now."""
    st.session_state[KEPT] = worklist


def newest_import() -> Ranges:
    """Return the series of the import that this session speaks of, else of the newest; empty before any."""
    spoken_of: Ranges = st.session_state.get(IMPORT, ())
    return spoken_of or worklists.newest_import()


def narrowed(worklist: Worklist, part: str) -> Worklist:
    """Return the worklist without one of the parts that narrow it, or without all for "all"."""
    usual = Worklist()
    parts = ("patient", "statuses", "splits", "phase") if part == "all" else (part,)
    return replace(worklist, **{name: getattr(usual, name) for name in parts})
