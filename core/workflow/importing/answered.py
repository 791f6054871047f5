"""An import with answers: what asked nothing comes in as it is, and only what asked gets its answers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from core.imaging.found import NO_ANSWERS, Answers
from core.records import FileResult

Bring = Callable[[Answers, Collection[str] | None], Iterator[FileResult]]


@dataclass(frozen=True)
class Asked:
    """Files that asked the same, as results named them, and what they were answered."""

    files: tuple[str, ...]
    answers: Answers


@dataclass(frozen=True)
class Said:
    """What a person said of the files of one import."""

    everywhere: Answers = NO_ANSWERS  # for all files, such as how paths name the patient
    asked: tuple[Asked, ...] = ()
    asked_only: bool = False  # the rest came in before

    @property
    def files(self) -> frozenset[str]:
        """All files that got an answer."""
        return frozenset(file for group in self.asked for file in group.files)


NOTHING_SAID = Said()


def bring_in(bring: Bring, said: Said) -> Iterator[FileResult]:
    """Results of the import, or of its dry run, under what was said.

    Args:
        bring: `import_uploads`, `import_paths` or the like with all but answers and `only` given.
        said: by a person.
    """
    answered = said.files
    if not said.asked_only:
        for result in bring(said.everywhere, None):
            if result.asks is None or result.file not in answered:
                yield result
    for group in said.asked:
        yield from bring(with_earlier(said.everywhere, group.answers), frozenset(group.files))


def with_earlier(earlier: Answers, later: Answers) -> Answers:
    """All answers together; where both say something, the later one counts.

    >>> with_earlier(Answers(spacing_mm=1.5), Answers(images=True)).spacing_mm
    1.5
    """
    given = {name: value for name, value in asdict(later).items() if value}
    return replace(earlier, **given)


def further(earlier: Said, asked: Sequence[Asked]) -> Said:
    """Answers to questions that came up under earlier answers, which stay in force for their files."""
    known = {file: group.answers for group in earlier.asked for file in group.files}
    groups: dict[Answers, list[str]] = {}
    for group in asked:
        for file in group.files:
            answers = with_earlier(known.get(file, NO_ANSWERS), group.answers)
            groups.setdefault(answers, []).append(file)
    found = tuple(Asked(tuple(files), answers) for answers, files in groups.items())
    return Said(earlier.everywhere, found, asked_only=True)
