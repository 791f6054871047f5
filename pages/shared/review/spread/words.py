"""The words of what is done to many slices at once."""

from core.records.spreads import SpreadKind
from core.text import plural
from core.workflow.review.spread.request import Guard

TITLES = {
    SpreadKind.COPY: "Copy from this slice",
    SpreadKind.INTERPOLATE: "Fill in between",
    SpreadKind.RESIZE: "Grow or shrink",
    SpreadKind.DELETE: "Delete",
}
ICONS = {
    SpreadKind.COPY: ":material/content_copy:",
    SpreadKind.INTERPOLATE: ":material/animation:",
    SpreadKind.RESIZE: ":material/expand_content:",
    SpreadKind.DELETE: ":material/ink_eraser:",
}
HELP = {
    SpreadKind.COPY: "The slices get these labels as this one has them; a wall goes around the cavity there.",
    SpreadKind.INTERPOLATE: "Slices between two get the shapes between theirs, label by label; the two stay.",
    SpreadKind.RESIZE: "A label grows into the background, the left ventricle into its myocardium, too.",
    SpreadKind.DELETE: "The labels go, and no other label changes.",
}
DONE = {
    SpreadKind.COPY: "Copied to",
    SpreadKind.INTERPOLATE: "Filled in",
    SpreadKind.RESIZE: "Grown or shrunk on",
    SpreadKind.DELETE: "Deleted from",
    SpreadKind.CARRY: "Carried to",
}
GUARDS = {
    Guard.REFERENCE: "with a reference",
    Guard.APPROVED: "approved",
    Guard.REJECTED: "rejected",
}


def what_was_done(kind: SpreadKind, n_slices: int) -> str:
    """Return what was done to how many slices.

    >>> what_was_done(SpreadKind.COPY, 6)
    'Copied to 6 slices'
    """
    return f"{DONE[kind]} {plural(n_slices, 'slice')}"
