"""Score a folder of predictions against a folder of references and write the table."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import BadInput, NotFound
from core.imaging.files.sources import Source
from core.imaging.layouts.patients import identify
from core.imaging.layouts.tables import Table, read_tables
from core.imaging.problems import FileProblem
from core.imaging.readers.reader import Content
from core.imaging.readers.registry import content_by_name
from core.labels import FOREGROUND, Label, LabelOrder
from core.limits import Limits
from core.records.slices import COURSE_SPACING_MM
from core.workflow.folder_evaluation.csv_table import slices_beside, write_files, write_slices
from core.workflow.folder_evaluation.pairing import MaskPair, case_of, find_pairs, list_masks
from core.workflow.folder_evaluation.reading import MaskStacks, Naming, read_masks
from core.workflow.folder_evaluation.scores import FileScores, score_series


@dataclass(frozen=True)
class Evaluation:
    """What came of an evaluation."""

    files: tuple[FileScores, ...]
    problems: tuple[FileProblem, ...]  # files that could not be scored, one sentence each
    notes: tuple[str, ...]  # what was assumed, in words
    written: tuple[Path, ...]


@dataclass(frozen=True)
class Case:
    """What names and tables say of a pair."""

    patient: str
    spacing_mm: float | None  # of a pixel, by a table


def evaluate_folders(
    predictions: Path,
    reference: Path,
    output: Path,
    *,
    spacing_mm: float | None = None,
    label_order: LabelOrder | None = None,
    labels: Sequence[Label] = FOREGROUND,
    patients: Path | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Pair the files of two folders by name and score each pair; one that fails stops no other.

    Args:
        predictions: folder or zip of masks named `<stem>_mask` or `<stem>`, PNG, TIFF or NIfTI.
        reference: folder or zip of masks named `<stem>`, `<stem>_gt` or `<stem>_mask`.
        output: the CSV to write; the single slices of volumes go into a second one beside it.
        spacing_mm: pixel size of files that carry none; 1.8 mm is assumed, and said, where it is not given.
        label_order: how the references number the ventricles; None takes ACDC's order and looks whether the
            anatomy of both files agrees.
        labels: heart labels that the references know; leave out what their readers never drew.
        patients: a CSV with columns image and patient, for means per patient; ACDC's names tell them.
        limits: on hostile files.
        progress: told how many pairs are done, out of how many.

    Raises:
        NotFound: when a folder is not there.
        BadInput: when both are one folder, or no file of one has its partner in the other.
    """
    for folder in (predictions, reference, *([patients] if patients else [])):
        if not folder.exists():
            raise NotFound(f"{folder} is not there; check the name")
    if predictions.resolve() == reference.resolve():
        raise BadInput(f"{predictions} is given as predictions and as reference; give two folders")
    ours, theirs = list_masks(predictions, limits), list_masks(reference, limits)
    paired = list(find_pairs(ours.masks, theirs.masks))
    problems = [*ours.problems, *theirs.problems, *(one for one in paired if isinstance(one, FileProblem))]
    pairs = [one for one in paired if isinstance(one, MaskPair)]
    if not pairs:
        raise BadInput(
            f"no file in {predictions} goes with one in {reference}; expected names such as cmr1_mask.png "
            "for cmr1.png, or x_mask.nii.gz for x_gt.nii.gz"
        )
    table = read_tables([Source(PurePosixPath(patients.name), patients.read_bytes)] if patients else [])
    cases = _cases(pairs, table)
    named = read_tables(theirs.tables), read_tables(ours.tables)
    notes = [note for one in (table, *named) for note in one.notes]
    files: list[FileScores] = []
    for done, (pair, case) in enumerate(zip(pairs, cases, strict=True), start=1):
        try:
            numberings = (
                table.numbering_for(source.name)
                for table, source in zip(named, (pair.reference, pair.prediction), strict=True)
            )
            stacks = read_masks(pair, limits, Naming(label_order, *numberings))
            files += _score_pair(pair, case, stacks, spacing_mm, labels, notes)
        except BadInput as error:
            problems.append(FileProblem(pair.prediction.file, str(error)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            problems.append(
                FileProblem(pair.prediction.file, f"{pair.prediction.file} cannot be scored ({reason})")
            )
        progress(done, len(pairs))
    written = [write_files(files, output)] if files else []
    if any(file.scores.volume for file in files):
        written.append(write_slices(files, slices_beside(output)))
    # The same is often found in every file: say it once, and how often.
    counted = [f"{note} ({times} files)" if times > 1 else note for note, times in Counter(notes).items()]
    return Evaluation(tuple(files), tuple(problems), tuple(counted), tuple(written))


def _cases(pairs: Sequence[MaskPair], table: Table) -> list[Case]:
    """Whose heart each pair shows, by the names that its image would have."""
    images = [
        Source(pair.reference.name.with_name(f"{case_of(pair.reference)}.png"), pair.reference.read)
        for pair in pairs
    ]
    flat = [content_by_name(pair.reference.name) is Content.PICTURE for pair in pairs]
    return [
        Case(one.patient, table.image(image.name).spacing_mm)
        for one, image in zip(identify(images, flat, table, ""), images, strict=True)
    ]


def _score_pair(
    pair: MaskPair,
    case: Case,
    stacks: MaskStacks,
    spacing_mm: float | None,
    labels: Sequence[Label],
    notes: list[str],
) -> list[FileScores]:
    """Scores of a pair, one for each phase; what was assumed is added to the notes."""
    notes += stacks.notes
    spacing = stacks.spacing_mm
    if spacing is None:
        given = spacing_mm or case.spacing_mm
        spacing = (given, given) if given else (COURSE_SPACING_MM, COURSE_SPACING_MM)
        if not given:
            notes.append(f"no pixel size in the file; {COURSE_SPACING_MM} mm assumed (--spacing sets it)")
    return [
        FileScores(
            file=_place(pair.prediction),
            reference=_place(pair.reference),
            patient=case.patient,
            phase=phase,
            scores=score_series(ours, theirs, spacing, stacks.slice_distance_mm, labels),
        )
        for phase, ours, theirs in zip(stacks.phases, stacks.reference, stacks.prediction, strict=True)
    ]


def _place(source: Source) -> str:
    """The file's name below the folder that was given."""
    return "/".join(source.name.parts[1:]) or source.file
