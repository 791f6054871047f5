"""Files of images whose slices were deleted: cleared away afterwards, safe against imports of the same."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.records.slices import Series
from core.store.connection.parts import AT_ONCE, parts
from core.store.database import Store
from core.store.files.arrays import ArrayFolder, encoded
from core.store.files.hashed import digest_of
from core.store.files.named import hold_removals, named_digests
from core.store.tables.slices import SliceTable
from core.store.tables.sources import UnusedArrayTable


def note_unused(session: Session, series_ids: Sequence[int]) -> None:
    """Note the images of series that are about to be deleted; whether others show them is asked later."""
    noted = select(UnusedArrayTable.image_sha256)
    images = (
        select(SliceTable.image_sha256)
        .where(SliceTable.series_id.in_(series_ids), SliceTable.image_sha256.not_in(noted))
        .distinct()
    )
    session.execute(insert(UnusedArrayTable).from_select(["image_sha256"], images))


def remove_unused(store: Store) -> int:
    """Remove the files that were noted and that no slice names; returns how many.

    A crash leaves the rest noted, and the next call goes on there. Nothing can come in while files go: an
    import that wrote the same image before finds it gone, and writes it again.
    """
    removed = 0
    while True:
        with store.row_work() as session:  # readers save meanwhile: nothing but files goes
            hold_removals(session, alone=True)
            noted = session.scalars(select(UnusedArrayTable.image_sha256).limit(AT_ONCE)).all()
            if not noted:
                return removed
            in_use = named_digests(session, noted)
            unused = [digest for digest in noted if digest not in in_use]
            store.arrays.remove(unused)
            session.execute(delete(UnusedArrayTable).where(UnusedArrayTable.image_sha256.in_(noted)))
            removed += len(unused)


def kept_images(store: Store, series: Series) -> list[str]:
    """Return the SHA-256 of each image, all of which are there then.

    Sending one to another machine costs more than asking for it there, so those that rows name are asked for.
    """
    images = [item.pixels for item in series.slices]
    if store.arrays.folder is not None:
        return [store.arrays.keep(pixels) for pixels in images]
    digests = [digest_of(encoded(pixels)) for pixels in images]
    with store.reading() as session:
        named = {digest for part in parts(digests) for digest in named_digests(session, part)}
    pairs = list(zip(images, digests, strict=True))
    return store.arrays.at_once(lambda pair: store.arrays.keep(pair[0], look_first=pair[1] in named), pairs)


def rewrite_missing(session: Session, arrays: ArrayFolder, series: Series, digests: Sequence[str]) -> None:
    """Write images again that a removal has taken since they were written; removals must be held off.

    It takes none that a row names.
    """
    named = {digest for part in parts(digests) for digest in named_digests(session, part)}
    pairs = zip(series.slices, digests, strict=True)
    new = [(item, digest) for item, digest in pairs if digest not in named]
    held = arrays.at_once(arrays.holds, [digest for _, digest in new])
    for (item, _), is_there in zip(new, held, strict=True):
        if not is_there:
            arrays.keep(item.pixels)
