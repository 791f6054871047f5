"""From files, folders and zips to series: what came, whose it is, and what was wrong with the rest."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import BadInput
from core.imaging.arrays import is_numpy, read_arrays
from core.imaging.dicom import Frame, build_series, is_dicom, read_frames
from core.imaging.found import FileProblem, Limits
from core.imaging.label_order import guess_order, swap_ventricles
from core.imaging.layout import Pair, Table, identity, is_sidecar, pair_masks, read_tables, split_of, stem
from core.imaging.masks import read_labels
from core.imaging.nifti import is_nifti, read_nifti
from core.imaging.png import image_format, read_image
from core.imaging.sources import Source, open_sources
from core.imaging.volume_axes import slice_of_volume
from core.labels import LabelOrder
from core.records import Geometry, Series, Slice

__all__ = ["FileProblem", "Limits", "find_series"]

COURSE_SPACING_MM = 1.8
SMALL_SIDE = 128  # pixels; up to here 1.8 mm is the likely pixel size of a cropped heart


def find_series(
    paths: Sequence[Path],
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> Iterator[Series | FileProblem]:
    """Yield each series behind the paths, one at a time, and each file that gave none with the reason.

    Args:
        paths: files, folders (gone through to the bottom) and zips.
        spacing_mm: pixel size of images that carry none.
        label_order: how masks number the ventricles; None takes ACDC's order, and asks where anatomy
            disagrees.
    """
    sources, sidecars = [], []
    for found in open_sources(paths, limits):
        if isinstance(found, FileProblem):
            yield found
        elif is_sidecar(found):
            sidecars.append(found)
        else:
            sources.append(found)
    try:
        table = read_tables(sidecars)
    except (BadInput, OSError, ValueError) as error:
        yield FileProblem("", f"a table beside the images cannot be read ({error}); it is left aside")
        table = Table()
    pairs, lonely = pair_masks(sources)
    for source in lonely:
        yield FileProblem(source.file, f"{source.file} is a mask without its image; import both together")
    dicom: dict[str, list[Frame]] = defaultdict(list)
    for pair in pairs:
        try:
            data = pair.image.read()
            if is_dicom(data):
                for frame in read_frames(data, pair.image.file, limits):
                    dicom[frame.series_uid].append(frame)
                continue
            yield checked(_read_pair(pair, data, table, spacing_mm, limits), label_order)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            yield FileProblem(pair.image.file, f"{pair.image.file} cannot be read ({reason}); check the file")
        except Question as question:
            yield FileProblem(pair.image.file, str(question), question=True)
        except BadInput as error:
            yield FileProblem(pair.image.file, str(error))
    for frames in dicom.values():
        try:
            yield checked(build_series(frames), label_order)
        except Question as question:
            yield FileProblem(frames[0].file, str(question), question=True)
        except BadInput as error:
            yield FileProblem(frames[0].file, str(error))


class Question(BadInput):
    """A file that can be imported once something is answered."""


def checked(series: Series, label_order: LabelOrder | None) -> Series:
    """The series with finite pixels and its masks in our order.

    Raises:
        BadInput: for NaN or infinite pixels.
        Question: when anatomy says that the masks number the ventricles the other way round.
    """
    for image in series.slices:
        if np.issubdtype(image.pixels.dtype, np.floating) and not np.isfinite(image.pixels).all():
            raise BadInput(
                f"{image.source} holds pixels that are no numbers (NaN or infinite), expected finite ones; "
                "export it again"
            )
    masks = [image.mask for image in series.slices if image.mask is not None]
    if label_order is None and guess_order(masks) == LabelOrder.UK_BIOBANK:
        raise Question(
            f"the mask of {series.slices[0].source} seems to number the ventricles the other way round "
            f"({LabelOrder.UK_BIOBANK.value}): its label 1 lies inside the myocardium; say which order it is"
        )
    if label_order != LabelOrder.UK_BIOBANK or not masks:
        return series
    slices = tuple(
        replace(image, mask=swap_ventricles(image.mask)) if image.mask is not None else image
        for image in series.slices
    )
    return replace(series, slices=slices, notes=(*series.notes, f"masks read as {label_order.value}"))


def _read_pair(pair: Pair, data: bytes, table: Table, spacing_mm: float | None, limits: Limits) -> Series:
    """One image file and its mask as a series."""
    file = pair.image.file
    planes, mask_planes, geometry, notes = _read_image_file(data, file, limits)
    if geometry.spacing_mm is None:
        told = spacing_mm or table.spacings_mm.get(stem(pair.image.name))
        geometry = replace(geometry, spacing_mm=_spacing(told, planes[0][2].shape, file, notes))
    masks: dict[tuple[int, int], np.ndarray] = {}
    if pair.mask is not None:
        masks, mask_notes = _read_mask_file(pair.mask, geometry, limits)
        notes += mask_notes
    elif mask_planes is not None:
        labels, mask_notes = read_labels(mask_planes, file)
        masks = {(position, 0): plane for position, plane in enumerate(labels)}
        notes += mask_notes
    patient, name = identity(pair.image, table)
    slices = []
    for position, phase, pixels in planes:
        mask = masks.get((position, phase))
        if mask is not None and mask.shape != pixels.shape:
            mask_file = pair.mask.file if pair.mask else file
            raise BadInput(
                f"{mask_file} is {mask.shape[0]}x{mask.shape[1]} pixels but {file} is "
                f"{pixels.shape[0]}x{pixels.shape[1]}; export both on one grid"
            )
        slices.append(Slice(position, phase, pixels, mask=mask, source=file))
    return Series(
        patient=patient,
        name=name,
        geometry=geometry,
        slices=tuple(slices),
        split=split_of(pair.image, patient, table),
        notes=tuple(notes),
        group=table.groups.get(patient, ""),
    )


Planes = list[tuple[int, int, np.ndarray]]  # position, phase, pixels


def _read_image_file(
    data: bytes, file: str, limits: Limits
) -> tuple[Planes, np.ndarray | None, Geometry, list[str]]:
    """Planes of an image file of any format but DICOM, masks that lie in it, geometry and notes."""
    if image_format(data):
        pages, notes = read_image(data, file, limits)
        geometry = Geometry(format=str(image_format(data)), shape=pages.shape[1:], spacing_mm=None)
        return [(position, 0, page) for position, page in enumerate(pages)], None, geometry, notes
    if is_numpy(data, file):
        pages, mask = read_arrays(data, file, limits)
        geometry = Geometry(format="npy", shape=pages.shape, spacing_mm=None)
        return [(position, 0, page) for position, page in enumerate(pages)], mask, geometry, []
    if is_nifti(data, file):
        volume, geometry = read_nifti(data, file, limits)
        return _volume_planes(volume, geometry), None, geometry, []
    raise BadInput(
        f"{file} is no image that Septum knows, whatever its name says; expected PNG, JPEG, TIFF, NIfTI, "
        "DICOM, NumPy or a zip of these"
    )


def _volume_planes(volume: np.ndarray, geometry: Geometry) -> Planes:
    n_positions = volume.shape[geometry.slice_axis] if volume.ndim > 2 else 1
    n_phases = volume.shape[3] if volume.ndim > 3 else 1
    return [
        (position, phase, np.ascontiguousarray(slice_of_volume(volume, geometry.slice_axis, position, phase)))
        for phase in range(n_phases)
        for position in range(n_positions)
    ]


def _read_mask_file(
    source: Source, geometry: Geometry, limits: Limits
) -> tuple[dict[tuple[int, int], np.ndarray], list[str]]:
    """Masks by (position, phase) out of a file of labels, cut the same way as its image."""
    data = source.read()
    if is_nifti(data, source.file):
        volume, theirs = read_nifti(data, source.file, limits)
        if geometry.format == "nifti" and volume.shape != geometry.shape:
            raise BadInput(
                f"{source.file} has shape {volume.shape} but its image {geometry.shape}; "
                "export both on one grid"
            )
        cut_like = geometry if geometry.format == "nifti" else theirs
        planes = _volume_planes(volume, cut_like)
    else:
        planes, _, _, _ = _read_image_file(data, source.file, limits)
    labels, notes = read_labels(np.stack([plane for _, _, plane in planes]), source.file)
    return {(place[0], place[1]): mask for place, mask in zip(planes, labels, strict=True)}, notes


def _spacing(told: float | None, shape: tuple[int, ...], file: str, notes: list[str]) -> tuple[float, float]:
    """Pixel size of an image that carries none: as told, or the course's where the image is as small."""
    if told:
        return told, told
    if max(shape) <= SMALL_SIDE:
        notes.append(f"no pixel size in the file; {COURSE_SPACING_MM} mm assumed")
        return COURSE_SPACING_MM, COURSE_SPACING_MM
    raise Question(
        f"{file} carries no pixel size and is too large ({shape[0]}x{shape[1]}) to assume one; "
        "give the millimetres of a pixel and import it again"
    )
