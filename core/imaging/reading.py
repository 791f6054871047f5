"""From files, folders and zips to series: what came, whose it is, and what was wrong with the rest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.imaging.cases.case import Case
from core.imaging.cases.case_group import complete_series, read_group
from core.imaging.cases.phase_joining import group_phases
from core.imaging.deidentification.pseudonyms import Deidentifier
from core.imaging.dicom.files import DicomFiles
from core.imaging.files.sources import HEAD_BYTES, Source, open_sources, without_companions
from core.imaging.layouts.pairing import Pair, pair_masks, phases_of_cines
from core.imaging.layouts.patients import identify
from core.imaging.layouts.tables import Table, is_read, is_sidecar, read_tables
from core.imaging.problems import NO_ANSWERS, Answers, FileProblem, problem_of
from core.imaging.readers.dicom import is_dicom
from core.imaging.readers.reader import Content
from core.imaging.readers.registry import reader_for
from core.labels import LabelOrder
from core.limits import Limits
from core.records.slices import Series

__all__ = ["FileProblem", "Limits", "UnpairedMask", "find_series", "series_among"]


@dataclass(frozen=True)
class UnpairedMask(FileProblem):
    """A mask whose image did not come along; it may be there from an earlier import."""

    source: Source = field(kw_only=True)


def find_series(
    paths: Sequence[Path],
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    *,
    with_masks: bool = True,
    per_file: bool = False,
) -> Iterator[Series | FileProblem]:
    """Yield each series behind the paths, one at a time, and each file that gave none with the reason.

    Args:
        paths: files, folders (gone through to the bottom) and zips.
        spacing_mm: pixel size of images that carry none.
        label_order: how masks number the ventricles; None takes ACDC's order, and asks where anatomy
            disagrees.
        limits: the most that one file may ask for.
        with_masks: whether masks beside images come along; else they are not even opened.
        per_file: see `series_among`.
    """
    answers = Answers(spacing_mm=spacing_mm, label_order=label_order)
    return series_among(
        open_sources(paths, limits), answers, limits, with_masks=with_masks, per_file=per_file
    )


def series_among(
    sources_found: Iterable[Source | FileProblem],
    answers: Answers = NO_ANSWERS,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    *,
    with_masks: bool = True,
    per_file: bool = False,
    deidentifier: Deidentifier | None = None,
    on_passed_over: Callable[[Source], None] = lambda source: None,
) -> Iterator[Series | FileProblem]:
    """Yield the series that the sources make up, one at a time, and each file that gave none.

    Args:
        sources_found: what was given, as `open_sources` finds it.
        answers: to what the files do not say themselves.
        limits: the most that one file may ask for.
        with_masks: whether masks beside images come along; else they are not even opened.
        per_file: whether each file is a series of its own whoever it is of, so that nobody is asked about
            patients and no phases are joined; for masks that go back beside their files.
        deidentifier: takes names and identifiers out of DICOM; None leaves them.
        on_passed_over: told of each file that is no image and claims to be none.
    """
    sources: list[Source] = []
    for given in sources_found:
        if isinstance(given, FileProblem):
            yield given
        else:
            sources.append(given)
    sources = _kept(sources, on_passed_over)
    sidecars = [source for source in sources if is_sidecar(source)]
    for source in sidecars:
        if not is_read(source):
            on_passed_over(source)
    table = read_tables(sidecars)
    if not per_file:
        yield from (FileProblem("", note) for note in table.notes)
    pairs = pair_masks(source for source in sources if not is_sidecar(source))
    cine_masks, lonely = phases_of_cines(pairs.lonely, (pair.image for pair in pairs.pairs))
    if with_masks:
        yield from _left_over(lonely, pairs.second)
    dicom = DicomFiles(limits, answers, deidentifier)
    files: list[tuple[Pair, bool]] = []  # and whether it is a single picture
    for pair in pairs.pairs:
        try:
            head = pair.image.start(HEAD_BYTES)
            if is_dicom(head):
                dicom.add(pair.image, pair.mask if with_masks else None)
            else:
                reader = reader_for(head, pair.image.file)
                files.append((pair, reader is not None and reader.content is Content.PICTURE))
        except Exception as error:  # a mistake of ours, too: the other files come in
            yield problem_of(pair.image.shown, pair.image.file, error)
    cases = _cases(files, cine_masks, table, answers)
    for group in [[case] for case in cases] if per_file else group_phases(cases):
        yield from read_group(group, table, answers, limits, with_masks=with_masks, per_file=per_file)
    for stack in dicom.series():
        yield complete_series(stack, answers) if isinstance(stack, Series) else stack


def _kept(sources: Sequence[Source], tell: Callable[[Source], None]) -> list[Source]:
    """Return the sources that may be images or masks; of the others `tell` is told."""
    kept, _ = without_companions(sources)
    names = {source.name for source in kept}
    for source in sources:
        if source.name not in names:
            tell(source)
    return kept


def _left_over(lonely: Iterable[Source], second: Iterable[tuple[Source, Source]]) -> Iterator[FileProblem]:
    for source in lonely:
        words = f"{source.file} is a mask without its image; import both together"
        yield UnpairedMask(source.shown, words, source=source)
    for source, other in second:
        yield FileProblem(
            source.shown, f"{source.file} is a second mask of the image of {other.file}; keep one of them"
        )


def _cases(
    files: Sequence[tuple[Pair, bool]],
    cine_masks: dict[str, list[tuple[Source, str]]],
    table: Table,
    answers: Answers,
) -> list[Case]:
    images = [pair.image for pair, _ in files]
    whose = identify(images, [picture for _, picture in files], table, answers.patient_pattern)
    return [
        Case(pair, identity, tuple(cine_masks.get(str(pair.image.name), ())))
        for (pair, _), identity in zip(files, whose, strict=True)
    ]
