"""An import with answers: what asked nothing comes in as it is, and only what asked gets its answers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from core.imaging.problems import NO_ANSWERS, Answers
from core.records.results import FileResult

ImportVerb = Callable[[Answers, Collection[str] | None], Iterator[FileResult]]


@dataclass(frozen=True)
class AnsweredFiles:
    """Files that asked the same, as results named them, and what they were answered."""

    files: tuple[str, ...]
    answers: Answers


@dataclass(frozen=True)
class ImportAnswers:
    """The answers that a person gave to the questions of one import."""

    everywhere: Answers = NO_ANSWERS  # for all files, such as how paths name the patient
    asked: tuple[AnsweredFiles, ...] = ()
    asked_only: bool = False  # the rest came in before

    @property
    def files(self) -> frozenset[str]:
        """All files that got an answer."""
        return frozenset(file for group in self.asked for file in group.files)


NO_IMPORT_ANSWERS = ImportAnswers()


def import_answered(bring: ImportVerb, given: ImportAnswers) -> Iterator[FileResult]:
    """Results of the import, or of its dry run, under what was said.

    Args:
        bring: `import_uploads`, `import_paths` or the like with all but answers and `only` given.
        given: by a person.
    """
    answered = given.files
    if not given.asked_only:
        for result in bring(given.everywhere, None):
            if result.asks is None or result.file not in answered:
                yield result
    for group in given.asked:
        yield from bring(with_earlier(given.everywhere, group.answers), frozenset(group.files))


def with_earlier(earlier: Answers, later: Answers) -> Answers:
    """Return all answers together; where both say something, the later one counts.

    >>> with_earlier(Answers(spacing_mm=1.5), Answers(images=True)).spacing_mm
    1.5
    """
    given = {name: value for name, value in asdict(later).items() if value}
    return replace(earlier, **given)


def add_answers(earlier: ImportAnswers, asked: Sequence[AnsweredFiles]) -> ImportAnswers:
    """Return answers to questions that came up under earlier answers, which stay in force for their files."""
    known = {file: group.answers for group in earlier.asked for file in group.files}
    groups: dict[Answers, list[str]] = {}
    for group in asked:
        for file in group.files:
            answers = with_earlier(known.get(file, NO_ANSWERS), group.answers)
            groups.setdefault(answers, []).append(file)
    answered = tuple(AnsweredFiles(tuple(files), answers) for answers, files in groups.items())
    return ImportAnswers(earlier.everywhere, answered, asked_only=True)
