"""Whether every image that a slice names is there and is what was imported."""

from collections.abc import Iterator

from sqlalchemy import func, select

from core.errors import StoreUnavailable
from core.store.checks.rows import OnChecked, describe_slice, in_parts
from core.store.database import Store
from core.store.files.arrays import decoded
from core.store.tables.derived import ImageFigureTable
from core.store.tables.slices import SliceTable


def image_problems(store: Store, checked: OnChecked) -> Iterator[str]:
    """Yield a sentence for each image that is missing, damaged or of another size than its slice."""
    digest = SliceTable.image_sha256
    query = select(digest, func.min(SliceTable.height), func.min(SliceTable.width)).group_by(digest)
    for rows in in_parts(store, query, digest):
        problems = store.arrays.at_once(lambda row: _problem(store, row[0], (row[1], row[2])), rows)
        for (sha256, _, _), problem in zip(rows, problems, strict=True):
            slice_id = _first_slice(store, sha256) if problem else None
            if slice_id is not None:  # else its slices were deleted meanwhile
                yield f"{describe_slice(store, slice_id)}: {problem}"
        checked(len(rows))


def figure_problems(store: Store) -> Iterator[str]:
    """Yield a sentence for each slice whose image was never measured, so that dashboards leave it out."""
    query = select(SliceTable.id).outerjoin(ImageFigureTable, ImageFigureTable.slice_id == SliceTable.id)
    for rows in in_parts(store, query.where(ImageFigureTable.slice_id.is_(None)), SliceTable.id):
        for (slice_id,) in rows:
            yield (
                f"{describe_slice(store, slice_id)} has no figures of its image; "
                "delete its series and import it again"
            )


def _problem(store: Store, sha256: str, size: tuple[int, int]) -> str:
    try:
        array = decoded(store.arrays.read(sha256, from_source=True))
    except StoreUnavailable as error:
        return str(error)
    if array.shape != size:
        return f"the image {sha256[:12]} is {array.shape}, not {size}; import its series again"
    return ""


def _first_slice(store: Store, sha256: str) -> int | None:
    with store.reading() as session:
        return session.scalar(select(func.min(SliceTable.id)).where(SliceTable.image_sha256 == sha256))
