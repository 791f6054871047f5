"""Masks that come without their image: they go to the one series of an earlier import that they fit."""

from core.imaging.layouts.pairing import mask_stem
from core.imaging.problems import Answers
from core.imaging.reading import UnpairedMask
from core.records.results import FileResult
from core.store.database import open_store
from core.store.series.series import find_by_source
from core.workflow.importing.attach import attach_source


def attach_unpaired(lonely: UnpairedMask, answers: Answers, *, dry_run: bool) -> FileResult:
    """Attach the mask to the one series in the store whose file has its name; tell why not otherwise."""
    stem = mask_stem(lonely.source) or ""
    rows = find_by_source(open_store(), stem)
    if not rows:
        return FileResult(lonely.file, "refused", lonely.message)
    if len(rows) > 1:
        listed = ", ".join(f"{row.patient} {row.name}" for row in rows[:3])
        message = (
            f"{lonely.source.file} fits {len(rows)} series in the store ({listed}); attach it to one of them"
        )
        return FileResult(lonely.file, "refused", message)
    row = rows[0]
    if dry_run:
        message = f"a mask for series {row.name} of {row.patient}, which is in the store already"
        return FileResult(lonely.file, "planned", message, (row.id,))
    return attach_source(row.id, lonely.source, answers)
