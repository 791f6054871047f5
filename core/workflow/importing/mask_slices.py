"""Where in a stored series the masks of a file belong: by the grid, the phase in its name, or its image."""

from collections.abc import Sequence

from core.errors import BadInput
from core.imaging.cases.mask_file import read_mask_file
from core.imaging.files.sources import Source
from core.imaging.label_values import Numbering
from core.imaging.layouts.names import frame_number, stem
from core.imaging.layouts.pairing import core_of, mask_stem, phase_of
from core.imaging.readers.reader import MasksByIndex
from core.limits import Limits
from core.records.slices import Geometry, SeriesRow, SliceRow, SourceFile
from core.workflow.data.mask_file_names import source_stem


def read_onto(
    series: SeriesRow, rows: Sequence[SliceRow], source: Source, limits: Limits, numbering: Numbering | None
) -> tuple[MasksByIndex, list[str]]:
    """Return the masks of a file by their indices in the series, and notes on what was recognised or done.

    Args:
        series: that they belong to.
        rows: its slices.
        source: the masks' file.
        limits: on hostile files.
        numbering: what the numbers mean, where a table beside the file says so.

    Raises:
        BadInput: when the file is no mask, lies on another grid, or does not say which phase it is of.
    """
    image_files = list(dict.fromkeys(row.source for row in rows))
    if series.files:
        masks, notes = _of_files(series, source, limits, numbering)
    elif len(image_files) > 1 and series.geometry.format != "dicom":
        masks, notes = _of_picture(series, rows, source, limits, numbering)
    else:
        phase = _phase_in(series, source) if series.n_phases > 1 else None
        masks, notes = read_mask_file(
            source, series.geometry, limits, image_files[0], numbering, phase, series.n_phases
        )
    sizes = {(row.position, row.phase): (row.height, row.width) for row in rows}
    for index, mask in masks.items():
        if index not in sizes:
            raise BadInput(
                f"{source.file} has more slices than series {series.name} of {series.patient}; export it on "
                "the grid of its image"
            )
        if mask.shape != sizes[index]:
            raise BadInput(
                f"{source.file} is {mask.shape[0]}x{mask.shape[1]} pixels but series {series.name} of "
                f"{series.patient} is {sizes[index][0]}x{sizes[index][1]}; export it on the grid of its image"
            )
    return masks, notes


def _of_files(
    series: SeriesRow, source: Source, limits: Limits, numbering: Numbering | None
) -> tuple[MasksByIndex, list[str]]:
    """Masks of one of the files that the series came in, or of all phases at once."""
    file = _file_meant(series, source)
    if file is None:
        try:
            return read_mask_file(source, series.geometry, limits, series.name, numbering)
        except BadInput as error:
            names = ", ".join(one.name for one in series.files)
            raise BadInput(
                f"{source.file} does not say which of {names} it is a mask of ({error}); name it after one "
                "of them, or after its phase, as in _ED"
            ) from error
    masks, notes = read_mask_file(source, file.geometry, limits, file.name, numbering)
    return {(position, file.phases[phase]): mask for (position, phase), mask in masks.items()}, notes


def _file_meant(series: SeriesRow, source: Source) -> SourceFile | None:
    """The file that the mask's name goes with: the same but for words for masks, or of the same phase."""
    own = core_of(mask_stem(source) or stem(source.name))
    candidates = [file for file in series.files if core_of(source_stem(file.name)) == own]
    if len(candidates) == 1:
        return candidates[0]
    phase = _phase_in(series, source)
    if phase is None:
        return None
    return next((file for file in series.files if phase in file.phases), None)


def _phase_in(series: SeriesRow, source: Source) -> int | None:
    """The phase of the series that the file's name tells: by the phase's name, or a frame's number from 1."""
    stated = phase_of(stem(source.name)).lower()
    phases = {name.lower(): phase for phase, name in series.phase_names}
    if not stated or stated in phases:
        return phases.get(stated)
    number = frame_number(stated)
    if number is None or series.files:
        return None
    return number - 1 if 0 < number <= series.n_phases else None


def _of_picture(
    series: SeriesRow,
    rows: Sequence[SliceRow],
    source: Source,
    limits: Limits,
    numbering: Numbering | None,
) -> tuple[MasksByIndex, list[str]]:
    """Return the mask of one slice of a series that came as pictures, by the picture's name."""
    own = core_of(mask_stem(source) or stem(source.name))
    meant = [row for row in rows if core_of(source_stem(row.source)) == own]
    if len(meant) != 1:
        raise BadInput(
            f"{source.file} is named after none of the pictures of series {series.name} of {series.patient}, "
            f"expected one such as {source_stem(rows[0].source)}_mask.png; rename it"
        )
    (row,) = meant
    flat = Geometry(series.geometry.format, (row.height, row.width), series.geometry.spacing_mm)
    masks, notes = read_mask_file(source, flat, limits, row.source, numbering)
    if len(masks) != 1:
        raise BadInput(f"{source.file} holds {len(masks)} masks but {row.source} is one picture; export one")
    return dict(zip([(row.position, row.phase)], masks.values(), strict=True)), notes
