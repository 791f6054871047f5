"""The part of Home that lists the nodes of a cluster, where one is set."""

import streamlit as st

from core.records.nodes import NodeState
from core.text import plural
from core.workflow.dashboard import cluster
from core.workflow.runs import title_of
from pages.shared.frame import errors_shown, sentence
from pages.shared.plain import plain

COLUMNS = ("Node", "Cores", "GPUs", "Now", "Shards done", "Last heard")
ELSEWHERE = (
    "takes nothing: it works on another store; set SEPTUM_DATABASE and SEPTUM_ARRAYS there as for the app"
)
SILENT = "takes nothing: it is silent, and may be gone"
PAUSED = "takes nothing: its memory is nearly full"
IDLE = "waits: there is no shard for it"


@st.fragment(run_every=2)
def cluster_section() -> None:
    """A row for each node, drawn anew by itself."""
    with st.container(border=True, key="cluster"):
        st.header("Cluster")
        with errors_shown():
            nodes = cluster.nodes()
            if not nodes:
                st.markdown(
                    "No node is there, so long runs wait. Start one with `python -m core cluster worker`."
                )
                return
            lines = [f"| {' | '.join(COLUMNS)} |", "|---|--:|--:|---|--:|--:|"]
            st.markdown("\n".join([*lines, *(line_of(node) for node in nodes)]), width="stretch")


def line_of(node: NodeState) -> str:
    """Return a node's row of the table."""
    heard = "now" if node.heard_seconds < 3 else f"{node.heard_seconds:.0f} s ago"
    cells = (f"**{plain(node.name)}**", node.threads, node.gpus, now_of(node), node.n_shards, heard)
    return f"| {' | '.join(map(str, cells))} |"


def now_of(node: NodeState) -> str:
    """Return what a node does, or why it takes nothing."""
    if node.is_elsewhere:
        return ELSEWHERE
    if node.is_silent:
        return SILENT
    if node.problem and not node.pieces:
        return plain(f"its last shard failed: {sentence(node.problem)}")
    if node.pieces:
        return ", ".join(
            f"{title_of(one.kind)} {one.run_id}"
            + (f": {plural(one.n_slices, 'slice')}" if one.n_slices else "")
            for one in node.pieces
        )
    return PAUSED if node.is_paused else IDLE
