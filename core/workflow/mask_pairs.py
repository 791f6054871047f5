"""Which prediction belongs to which reference, by the names of their files."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.imaging.found import FileProblem, Limits
from core.imaging.layouts.layout import CHANNEL_SUFFIX, MASK_SUFFIX, is_sidecar, mask_key, stem
from core.imaging.sources import Source, open_sources


@dataclass(frozen=True)
class MaskPair:
    """A prediction and the reference that it is to be scored against, not read yet."""

    prediction: Source
    reference: Source


def list_masks(folder: Path, limits: Limits) -> tuple[list[Source], list[FileProblem]]:
    """What may be a mask in a folder (gone through to the bottom) or zip, and what cannot be read."""
    sources, problems = [], []
    for found in open_sources([folder], limits):
        if isinstance(found, FileProblem):
            problems.append(found)
        elif not is_sidecar(found):
            sources.append(found)
    return sources, problems


def pair_name(source: Source) -> str:
    """The name by which both find each other: the stem without _mask, _gt and the like."""
    return CHANNEL_SUFFIX.sub("", MASK_SUFFIX.sub("", stem(source.name)))


def find_pairs(
    predictions: Sequence[Source], references: Sequence[Source]
) -> Iterator[MaskPair | FileProblem]:
    """Yield each pair, in the order of names as people count, and each file without a partner."""
    ours, theirs = _by_name(predictions), _by_name(references)
    for name in sorted(ours.keys() | theirs.keys(), key=counting_order):
        found, wanted = ours.get(name, []), theirs.get(name, [])
        if not wanted:
            yield from (
                FileProblem(one.file, f"{one.file} has no reference named {name}, {name}_gt or {name}_mask")
                for one in found
                if not _is_image_among_masks(one, predictions)
            )
        elif not found:
            yield from (
                FileProblem(one.file, f"{one.file} has no prediction named {name}_mask or {name}")
                for one in wanted
                if not _is_image_among_masks(one, references)
            )
        else:
            yield from _match(found, wanted)


def _match(found: Sequence[Source], wanted: Sequence[Source]) -> Iterator[MaskPair | FileProblem]:
    """Pair the files of one name; several are told apart by the folder that they lie in."""
    taken: dict[int, Source] = {}
    for prediction in found:
        beside = [one for one in wanted if _folder(one) == _folder(prediction)]
        candidates = wanted if len(wanted) == 1 else beside
        if len(candidates) != 1 or id(candidates[0]) in taken:
            yield FileProblem(
                prediction.file,
                f"{'/'.join(prediction.name.parts[1:])} fits {len(wanted)} reference(s) and {len(found)} "
                "prediction(s) of that name; use the same folders on both sides, one file of a name in each",
            )
            continue
        taken[id(candidates[0])] = prediction
        yield MaskPair(prediction, candidates[0])


def counting_order(name: str) -> list[tuple[int, str]]:
    """Sort key that puts cmr2 before cmr10.

    >>> sorted(["cmr10", "cmr2"], key=counting_order)
    ['cmr2', 'cmr10']
    """
    return [(int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]


def _by_name(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """Files by pair name; where a name has files that say they are masks, the others are its images."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        found[pair_name(source)].append(source)
    return {name: [one for one in some if mask_key(one)] or some for name, some in found.items()}


def _is_image_among_masks(source: Source, beside: Sequence[Source]) -> bool:
    """Whether the file does not say that it is a mask while others do, and so needs no partner."""
    return mask_key(source) is None and any(mask_key(other) for other in beside)


def _folder(source: Source) -> tuple[str, ...]:
    return source.name.parts[1:-1]
