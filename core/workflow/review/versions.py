"""The versions of a slice's mask: each compared with the one before, and packed to be looked at."""

from dataclasses import dataclass

from core.editing.editor_codec import pack_slice
from core.labels import Label
from core.metrics.overlap import dice_by_label
from core.records.masks import Version
from core.store.database import open_store
from core.store.masks import masks
from core.store.slices.slices import slice_pixels, slice_row


@dataclass(frozen=True)
class VersionLine:
    """One version as the list of a slice's versions tells it."""

    version: Version
    dice: dict[Label, float]  # with the version before; NaN where both lack the label, empty for the first


def version_lines(slice_id: int) -> list[VersionLine]:
    """Return all versions of a slice, newest first, each compared with the one that it started from."""
    versions = masks.versions(open_store(), slice_id)
    by_id = {version.id: version for version in versions}
    return [
        VersionLine(version, dice_by_label(by_id[version.parent_id].mask, version.mask))
        if version.parent_id in by_id
        else VersionLine(version, {})
        for version in versions
    ]


def pack_version(version_id: int) -> bytes:
    """Return an old version as the viewer takes it; its difference view compares it with the newest."""
    store = open_store()
    old = masks.version(store, version_id)
    newest = masks.newest_version(store, old.slice_id)
    row = slice_row(store, old.slice_id)
    return pack_slice(
        slice_pixels(store, row),
        old.mask,
        spacing_mm=row.spacing_mm,
        model_mask=newest.mask if newest else None,
    )
