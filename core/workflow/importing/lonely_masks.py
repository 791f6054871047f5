"""Masks that come without their image: they go to the one series of an earlier import that they fit."""

from core.imaging.found import Answers
from core.imaging.layouts.pairing import mask_stem
from core.imaging.reading import LonelyMask
from core.records import FileResult
from core.store.database import open_store
from core.store.series import find_by_source
from core.workflow.importing.attaching import attach_source


def attach_lonely(found: LonelyMask, answers: Answers, *, dry_run: bool) -> FileResult:
    """Attach the mask to the one series in the store whose file has its name; tell why not otherwise."""
    stem = mask_stem(found.source) or ""
    rows = find_by_source(open_store(), stem)
    if not rows:
        return FileResult(found.file, "refused", found.message)
    if len(rows) > 1:
        listed = ", ".join(f"{row.patient} {row.name}" for row in rows[:3])
        message = (
            f"{found.source.file} fits {len(rows)} series in the store ({listed}); attach it to one of them"
        )
        return FileResult(found.file, "refused", message)
    row = rows[0]
    if dry_run:
        message = f"a mask for series {row.name} of {row.patient}, which is in the store already"
        return FileResult(found.file, "planned", message, (row.id,))
    return attach_source(row.id, found.source, answers)
