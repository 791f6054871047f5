"""Import: files become series in the store, one result line each; a bad one never stops the rest."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from core.imaging.found import FileProblem
from core.imaging.listing import list_images
from core.imaging.reading import series_among
from core.imaging.sources import Source, open_file, open_sources
from core.labels import LabelOrder
from core.records import FileResult, Series
from core.store.database import Store, open_store
from core.store.series import add_series, series_row
from core.workflow.limits import import_limits
from core.workflow.words import counted


def import_paths(
    paths: Sequence[Path],
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    only: Collection[str] | None = None,
) -> Iterator[FileResult]:
    """Import files, folders and zips; yields one result a series or refused file, as it happens.

    Masks beside images become versions of origin `reference`, and their slices `approved`: whoever made the
    reference has vouched for it, so training and scores may use it at once. A patient keeps the split that
    the first import gave. What is in the store already is `unchanged`.

    Args:
        paths: in any import format.
        spacing_mm: pixel size of images that carry none.
        label_order: how masks number the ventricles; None asks where anatomy disagrees with ours.
        only: the files that the answers are for, as an earlier result named them; the rest is passed over,
            so that no answer changes what came in without one. None means all.

    Raises:
        StoreUnavailable: when the store cannot be written; what was told until then is kept.
    """
    return _import(open_sources(paths, import_limits()), spacing_mm, label_order, only)


def import_uploads(
    files: Sequence[tuple[str, bytes]],
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    only: Collection[str] | None = None,
) -> Iterator[FileResult]:
    """Import what a browser sent, as `import_paths` does.

    The bytes lie in a temporary folder under numbers meanwhile. The names, with folders where the browser
    gives them, only say what belongs together; none is ever used as a path.
    """
    with tempfile.TemporaryDirectory(prefix="septum-upload-") as folder:
        yield from _import(_uploaded(files, Path(folder)), spacing_mm, label_order, only)


def count_images(paths: Sequence[Path]) -> int:
    """How many images an import of these paths would read, for a progress bar; opens none of them."""
    return len(list_images(paths, import_limits()))


def _uploaded(files: Sequence[tuple[str, bytes]], folder: Path) -> Iterator[Source | FileProblem]:
    for number, (name, data) in enumerate(files):
        file = folder / str(number)
        file.write_bytes(data)
        yield from open_file(file, logical_name(name), import_limits())


def logical_name(name: str) -> PurePosixPath:
    """An uploaded name as folders and file, below one common root as in a dropped folder.

    >>> str(logical_name("train\\\\image\\\\cmr1.png"))
    'upload/train/image/cmr1.png'
    >>> str(logical_name("../../etc/passwd"))
    'upload/etc/passwd'
    """
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return PurePosixPath("upload", *(parts or ["file"]))


def _import(
    sources: Iterable[Source | FileProblem],
    spacing_mm: float | None,
    label_order: LabelOrder | None,
    only: Collection[str] | None,
) -> Iterator[FileResult]:
    store = open_store()
    nothing = True
    for found in series_among(sources, spacing_mm, label_order, import_limits()):
        nothing = False
        if only is not None and named(found) not in only:
            continue
        if isinstance(found, FileProblem):
            yield FileResult(
                found.file, "question" if found.question else "refused", found.message, asks=found.asks
            )
        else:
            yield _keep(store, found)
    if nothing:
        yield FileResult(
            "",
            "refused",
            "there is no image among these files, expected PNG, JPEG, TIFF, NIfTI, DICOM, NumPy or a zip "
            "of these; choose others",
        )


def named(found: Series | FileProblem) -> str:
    """How results name a series (by the first of its files) or a problem."""
    if isinstance(found, FileProblem):
        return found.file
    file = found.slices[0].source or found.name
    return f"{found.folder}/{file}" if found.folder else file


def _keep(store: Store, series: Series) -> FileResult:
    """Put one series into the store and say what it is."""
    series_id, created = add_series(store, series)
    file = named(series)
    if not created:
        return FileResult(file, "unchanged", "in the store already; nothing was changed", (series_id,))
    split = series_row(store, series_id).split
    n_files = len({item.source for item in series.slices})
    n_masks = sum(item.mask is not None for item in series.slices)
    words = [
        f"{counted(len(series.slices), 'slice')} of {series.patient}, {split}",
        f"out of {counted(n_files, 'file')}" if n_files > 1 else "",
        counted(n_masks, "reference mask") if n_masks else "",
        f"the patient was in {split} before and stays there" if series.split not in (None, split) else "",
        *series.notes,
    ]
    return FileResult(file, "imported", "; ".join(word for word in words if word), (series_id,))
