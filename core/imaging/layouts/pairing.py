"""Which file is a mask, and of which image, by the names of files and folders."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from core.imaging.files.sources import Source
from core.imaging.layouts.names import WHOLE_CYCLE, split_stem, stem

WORDS = r"masks?|msk|gt|ground[_-]?truth|seg(?:mentation)?s?|dseg|labels?|annotations?"
MASK_SUFFIX = re.compile(rf"[_.\- ]+(?:{WORDS})$", re.I)
MASK_PREFIX = re.compile(rf"^(?:{WORDS})[_.\- ]+(?=.)", re.I)
IMAGE_AFFIX = re.compile(r"^(?:image|img)[_.\- ]+(?=.)|(?<=.)[_.\- ]+(?:image|img)$", re.I)
CHANNEL_SUFFIX = re.compile(r"_0000$")  # nnU-Net's first channel
MASK_FOLDERS = re.compile(rf"(?:{WORDS})|labels?(?:tr|ts|val)", re.I)
IMAGE_FOLDERS = ("image", "images", "img", "imgs", "imagestr", "imagests", "imagesval")
STAGES = ("final", "original")  # MONAI Label's folders below labels, the better one first

Key = tuple[PurePosixPath, str]  # (folder, core of the stem), both in small letters


@dataclass(frozen=True)
class Pair:
    """An image and the mask that belongs to it, if any."""

    image: Source
    mask: Source | None


@dataclass(frozen=True)
class Pairs:
    """Images with their masks, and the masks that are left over."""

    pairs: list[Pair] = field(default_factory=list)
    lonely: list[Source] = field(default_factory=list)  # masks whose image is not there
    second: list[tuple[Source, Source]] = field(default_factory=list)  # (mask, the one its image has already)


def image_stem(source: Source) -> str:
    """Return the image's stem as people name the case: without nnU-Net's channel."""
    return CHANNEL_SUFFIX.sub("", stem(source.name))


def mask_stem(source: Source) -> str | None:
    """Return the stem of a mask's image, by its own name or its folder; None where it is no mask.

    >>> names = "a/label_ED.nii.gz", "masks/b.png", "c_masks.tif", "d.png"
    >>> [mask_stem(Source(PurePosixPath(name), bytes)) for name in names]
    ['ED', 'b', 'c', None]
    """
    base = stem(source.name)
    for affix in (MASK_SUFFIX, MASK_PREFIX):
        if affix.search(base):
            return affix.sub("", base)
    return base if _mask_folder(source.name) is not None else None


def pair_masks(sources: Iterable[Source]) -> Pairs:
    """Put each mask to its image.

    A mask belongs to every image of its name, such as a.png and a.nii.gz in one folder; an image takes one
    mask, of MONAI Label's two the final one.
    """
    images: dict[Key, list[Source]] = defaultdict(list)
    masks: list[Source] = []
    for source in sources:
        if mask_stem(source) is None:
            images[_image_key(source)].append(source)
        else:
            masks.append(source)
    result = Pairs()
    taken: dict[Key, Source] = {}
    for source in sorted(masks, key=_stage):
        match = next((key for key in _candidates(source) if key in images), None)
        if match is None:
            result.lonely.append(source)
        elif match not in taken:
            taken[match] = source
        elif _stage(source) == _stage(taken[match]):
            result.second.append((source, taken[match]))
    result.pairs.extend(Pair(image, taken.get(key)) for key, alike in images.items() for image in alike)
    return result


def phases_of_cines(
    lonely: Iterable[Source], images: Iterable[Source]
) -> tuple[dict[str, list[tuple[Source, str]]], list[Source]]:
    """Return masks of single phases by the name of their cine, and those that are still alone.

    Where no image of the frame is there, patient001_frame01_gt belongs to patient001_4d, label_sa_ED to sa.
    """
    cines: dict[tuple[PurePosixPath, str, str], Source] = {}
    for image in images:
        parts = split_stem(stem(image.name))
        if not parts.phase:
            cines[_small(image.name.parent), parts.rest.lower(), _stack(parts.view)] = image
    masks_by_cine: dict[str, list[tuple[Source, str]]] = defaultdict(list)
    rest = []
    for mask in lonely:
        parts = split_stem(mask_stem(mask) or "")
        cine = cines.get((_small(mask.name.parent), parts.rest.lower(), _stack(parts.view)))
        if parts.phase and cine is not None:
            masks_by_cine[str(cine.name)].append((mask, parts.phase))
        else:
            rest.append(mask)
    return masks_by_cine, rest


def _stack(view: str) -> str:
    return "" if view.lower() in WHOLE_CYCLE else view.lower()


def core_of(base: str) -> str:
    """Return a stem without what only says that it is an image, in small letters."""
    return IMAGE_AFFIX.sub("", CHANNEL_SUFFIX.sub("", base)).lower()


def _image_key(source: Source) -> Key:
    return _small(source.name.parent), core_of(stem(source.name))


def _small(folder: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(str(folder).lower())


def _mask_folder(name: PurePosixPath) -> int | None:
    """Return which part of the path is the folder of masks; the nearest one to the file."""
    parts = name.parts[:-1]
    return next((at for at in reversed(range(len(parts))) if MASK_FOLDERS.fullmatch(parts[at])), None)


def _candidates(source: Source) -> Iterator[Key]:
    """Where the mask's image may lie, the likeliest first."""
    core = core_of(mask_stem(source) or "")
    whole = core_of(stem(source.name))
    folders = list(_image_folders(source.name))
    for folder in folders:
        yield folder, core
    for folder in folders[
        1:
    ]:  # a mask in a folder of masks may begin with a word for masks and mean its own name
        yield folder, whole


def _image_folders(name: PurePosixPath) -> Iterator[PurePosixPath]:
    parts = _small(name.parent).parts
    at = _mask_folder(name)
    if at is not None:
        rest = tuple(part for part in parts[at + 1 :] if part not in STAGES)
        twin = parts[at].replace("labels", "images") if parts[at].startswith("labels") else ""
        for other in (twin, *IMAGE_FOLDERS):
            if other and other != parts[at]:
                yield PurePosixPath(*parts[:at], other, *rest)
        yield PurePosixPath(*parts[:at], *rest)
    yield _small(name.parent)


def _stage(source: Source) -> int:
    folder = source.name.parent.name.lower()
    return STAGES.index(folder) if folder in STAGES else 0


def phase_of(base: str) -> str:
    """Return what a file's name says of its phase, such as ED or frame01; "" where it says nothing.

    >>> phase_of("patient001_frame12_gt"), phase_of("label_sa_ED"), phase_of("cmr1_mask")
    ('frame12', 'ED', '')
    """
    return split_stem(MASK_PREFIX.sub("", MASK_SUFFIX.sub("", base))).phase
