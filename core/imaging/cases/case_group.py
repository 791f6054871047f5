"""Files that may be phases of one heart as series: joined, whole, in our order of labels, or why not."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.errors import BadInput
from core.imaging.cases.case import Case, read_case
from core.imaging.cases.phase_joining import ReadCase, join_phases
from core.imaging.label_order import in_our_order
from core.imaging.layouts.tables import Table
from core.imaging.problems import Answers, FileProblem, problem_of
from core.limits import Limits
from core.records.results import Topic
from core.records.slices import Series


def read_group(
    group: Sequence[Case], table: Table, answers: Answers, limits: Limits, *, with_masks: bool, per_file: bool
) -> Iterator[Series | FileProblem]:
    """Yield the series that files make up which may be phases of one heart, and each file that gave none.

    Args:
        group: the files.
        table: of what lies beside them.
        answers: to what they do not say themselves.
        limits: on all of them together.
        with_masks: whether masks beside images come along.
        per_file: whether each file is a series of its own, whoever it is of.
    """
    read: list[ReadCase] = []
    left = limits
    for case in group:
        source, identity = case.pair.image, case.identity
        if identity.unclear and not per_file:
            yield FileProblem(
                source.shown,
                f"{source.file} does not say whose heart it is: its name {identity.unclear}; say how names "
                "tell the patient",
                Topic.PATIENT,
            )
            continue
        try:
            read.append(ReadCase(case, *read_case(case, table, answers, left, with_masks=with_masks)))
            slices = read[-1].series.slices
            left = left.after(len(slices), sum(item.pixels.nbytes for item in slices), source.n_bytes)
        except Exception as error:
            yield problem_of(source.shown, source.file, error)
    for one in read if per_file else _joined(read):
        yield (
            one
            if isinstance(one, FileProblem)
            else complete_series(one.series, answers, labels_named=one.labels_named)
        )


def _joined(read: Sequence[ReadCase]) -> Sequence[ReadCase | FileProblem]:
    """The files with phases of one heart put together; where that cannot be done, what is said of each."""
    try:
        return join_phases(read)
    except Exception as error:
        return [problem_of(one.case.pair.image.shown, one.case.pair.image.file, error) for one in read]


def complete_series(series: Series, answers: Answers, *, labels_named: bool = False) -> Series | FileProblem:
    """Return the series with its masks in our order, or why it cannot come in."""
    try:
        for image in series.slices:
            if np.issubdtype(image.pixels.dtype, np.floating) and not np.isfinite(image.pixels).all():
                raise BadInput(
                    f"{image.source} holds pixels that are no numbers (NaN or infinite), expected finite "
                    "ones; export it again"
                )
        return in_our_order(series, answers.label_order, labels_named=labels_named)
    except Exception as error:
        file = series.slices[0].source
        return problem_of(f"{series.folder}/{file}" if series.folder else file, file, error)
