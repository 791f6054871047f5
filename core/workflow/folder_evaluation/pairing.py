"""Which prediction belongs to which reference, by the names of their files."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.imaging.files.sources import Source, open_sources, without_companions
from core.imaging.layouts.names import stem
from core.imaging.layouts.pairing import (
    CHANNEL_SUFFIX,
    IMAGE_FOLDERS,
    MASK_FOLDERS,
    STAGES,
    core_of,
    mask_stem,
)
from core.imaging.layouts.tables import is_sidecar
from core.imaging.problems import FileProblem
from core.limits import Limits

DATASET = "dataset.json"
FINAL = STAGES[0]
PREDICTED = re.compile(r"^pred(?:iction)?s?[_.\- ]+(?=.)|(?<=.)[_.\- ]+pred(?:iction)?s?$", re.IGNORECASE)


@dataclass(frozen=True)
class MaskPair:
    """A prediction and the reference that it is to be scored against, not read yet."""

    prediction: Source
    reference: Source


@dataclass(frozen=True)
class MaskFolder:
    """What lies in a folder of masks."""

    masks: tuple[Source, ...]  # or what may be one
    tables: tuple[Source, ...]  # dataset.json files, that of the folder above included
    problems: tuple[FileProblem, ...]  # what cannot be opened


def list_masks(folder: Path, limits: Limits) -> MaskFolder:
    """Return what a folder (gone through to the bottom) or zip of masks holds."""
    opened = list(open_sources([folder], limits))
    kept, _ = without_companions(one for one in opened if isinstance(one, Source))
    tables = [one for one in kept if one.file.lower() == DATASET]
    above = folder.resolve().parent / DATASET  # nnU-Net's lies beside labelsTr
    if above.is_file() and not tables:
        tables.append(Source(PurePosixPath(DATASET), above.read_bytes))
    return MaskFolder(
        masks=tuple(one for one in kept if not is_sidecar(one)),
        tables=tuple(tables),
        problems=tuple(one for one in opened if isinstance(one, FileProblem)),
    )


def case_of(source: Source) -> str:
    """Return the stem of the image that a mask belongs to."""
    return CHANNEL_SUFFIX.sub("", _mask_stem(source) or stem(source.name))


def pair_name(source: Source) -> str:
    """Return the name by which both find each other: the stem without _mask, gt_ and so on, lower case."""
    return core_of(case_of(source))


def find_pairs(
    predictions: Sequence[Source], references: Sequence[Source]
) -> Iterator[MaskPair | FileProblem]:
    """Yield each pair, in the order of names as people count, and each file without a partner."""
    ours, theirs = _by_name(predictions), _by_name(references)
    for name in sorted(ours.keys() | theirs.keys(), key=counting_order):
        predicted, wanted = ours.get(name, []), theirs.get(name, [])
        if not wanted:
            yield from (
                FileProblem(one.file, f"{one.file} has no reference named {case}, {case}_gt or {case}_mask")
                for one, case in ((one, case_of(one)) for one in predicted)
                if not _is_image_among_masks(one, predictions)
            )
        elif not predicted:
            yield from (
                FileProblem(one.file, f"{one.file} has no prediction named {case}_mask or {case}")
                for one, case in ((one, case_of(one)) for one in wanted)
                if not _is_image_among_masks(one, references)
            )
        else:
            yield from _match(predicted, wanted)


def _match(predicted: Sequence[Source], wanted: Sequence[Source]) -> Iterator[MaskPair | FileProblem]:
    """Pair the files of one name; several are told apart by the folder that they lie in."""
    taken: dict[int, Source] = {}
    for prediction in predicted:
        same_folder = [one for one in wanted if _folder(one) == _folder(prediction)]
        candidates = wanted if len(wanted) == 1 else same_folder
        if len(candidates) != 1 or id(candidates[0]) in taken:
            yield FileProblem(
                prediction.file,
                f"{'/'.join(prediction.name.parts[1:])} fits {len(wanted)} reference(s) and {len(predicted)} "
                "prediction(s) of that name; use the same folders on both sides, one file of a name in each",
            )
            continue
        taken[id(candidates[0])] = prediction
        yield MaskPair(prediction, candidates[0])


def counting_order(name: str) -> list[tuple[int, str]]:
    """Return a sort key that puts cmr2 before cmr10.

    >>> sorted(["cmr10", "cmr2"], key=counting_order)
    ['cmr2', 'cmr10']
    """
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]


def _by_name(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """Files by pair name; where a name has files that say they are masks, the others are its images.

    Of the two stages that MONAI Label keeps of a mask, the final one counts.
    """
    by_name: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        by_name[pair_name(source)].append(source)
    for name, some in by_name.items():
        masks = [one for one in some if _says_mask(one)] or some
        final = {_folder(one) for one in masks if _last_folder(one) == FINAL}
        by_name[name] = [one for one in masks if _last_folder(one) == FINAL or _folder(one) not in final]
    return by_name


def _is_image_among_masks(source: Source, others: Sequence[Source]) -> bool:
    """Whether the file does not say that it is a mask while others do, and so needs no partner."""
    return not _says_mask(source) and any(_says_mask(other) for other in others)


def _says_mask(source: Source) -> bool:
    return _mask_stem(source) is not None


def _mask_stem(source: Source) -> str | None:
    """By the names below the folder that was given, whose own name says nothing of the files in it."""
    base = stem(source.name)
    if PREDICTED.search(base):
        return PREDICTED.sub("", base)
    return mask_stem(Source(PurePosixPath(*source.name.parts[1:]), source.read))


def _last_folder(source: Source) -> str:
    return source.name.parent.name.lower()


def _folder(source: Source) -> tuple[str, ...]:
    """The folders that tell files of one name apart: those that only say mask or image left out."""
    parts = (part.lower() for part in source.name.parts[1:-1])
    return tuple(
        part for part in parts if not MASK_FOLDERS.fullmatch(part) and part not in (*IMAGE_FOLDERS, *STAGES)
    )
