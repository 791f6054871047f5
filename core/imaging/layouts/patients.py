"""Whose heart a file shows: by a person's pattern, a table, a known layout, the folder, or the name."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from core.errors import BadInput
from core.imaging.files.sources import Source
from core.imaging.kept_names import kept_name
from core.imaging.layouts.catalogue import LAYOUTS, Layout
from core.imaging.layouts.names import CONTENT_FOLDERS, CONVERTED, NUMBERED, PATIENT_WORD, split_stem, stem
from core.imaging.layouts.pairing import image_stem
from core.imaging.layouts.tables import Table

# What a person says by them: each file is a patient, each folder is one.
PATTERNS = {"file": "{patient}", "folder": "{patient}/*"}


@dataclass(frozen=True)
class Identity:
    """Whose heart a file shows, and which of the patient's images it is."""

    patient: str
    series: str  # unique for the patient
    view: str = ""  # such as sa; what files of one stack share
    phase: str = ""  # such as ED or frame01
    unclear: str = ""  # why it has to be asked, in words; "" where it is clear
    sure: bool = True  # False where a bare name or folder told, which another heart may have, too


def identify(
    sources: Sequence[Source], pictures: Sequence[bool], table: Table, pattern: str
) -> list[Identity]:
    """Return the identity of each image; what names it is looked for in this order.

    A pattern that a person gave; a table beside the images; a layout of the table above; the folder, where
    the name says nothing, begins with the folder's or occurs in several folders; the name before its tails.

    Args:
        sources: images only, of one import: what repeats among them decides.
        pictures: of each, whether it is a single picture; numbers of such may count slices.
        table: of what lies beside them.
        pattern: as `compile_pattern` takes it, or `=` and the one patient's name; empty where there is none.

    Raises:
        BadInput: when the pattern is none.
    """
    if pattern:
        identities = _by_pattern(sources, pattern)
    else:
        stated = [_named(source, table) for source in sources]
        rest = [at for at, known in enumerate(stated) if known is None]
        names = _Names([sources[at] for at in rest], [pictures[at] for at in rest])
        identities = [known or names.identity(source) for source, known in zip(sources, stated, strict=True)]
    return [
        replace(one, patient=kept_name(one.patient), series=kept_name(one.series), phase=kept_name(one.phase))
        for one in identities
    ]


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern such as `{patient}/*` or `*/{patient}_*` as a regular expression on folders and stem.

    `{patient}` stands for letters without a slash, `*` for any letters without a slash, `**` for any.

    Raises:
        BadInput: when it names no {patient}, or names it twice.

    >>> compile_pattern("{patient}/*").search("a/anna/sa_ED")["patient"]
    'anna'
    """
    if pattern.count("{patient}") != 1:
        raise BadInput(
            f"the pattern {pattern!r} must hold {{patient}} once, as in {{patient}}/* or {{patient}}_*, or "
            "be an equals sign and the name of the one patient that all files are of"
        )
    pieces = {"{patient}": "(?P<patient>[^/]+?)", "**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\{patient\}|\*\*|\*)", pattern.strip("/"))
    return re.compile("(?:^|/)" + "".join(pieces.get(part, re.escape(part)) for part in parts) + "$")


def path_of(source: Source) -> str:
    """Return folders, from the given one down, and the image's stem, which patterns look at."""
    return "/".join((*source.name.parts[:-1], image_stem(source)))


def _by_pattern(sources: Sequence[Source], pattern: str) -> list[Identity]:
    """By what a person gave alone."""
    name = pattern[1:].strip() if pattern.startswith("=") else ""
    asked = None if name else compile_pattern(pattern)
    identities = []
    for source in sources:
        base = image_stem(source)
        parts, match = split_stem(base), asked.search(path_of(source)) if asked else None
        patient = match["patient"] if match else name
        unclear = "" if patient else "does not fit the pattern for patients"
        identities.append(Identity(patient or base, base, parts.view, parts.phase, unclear))
    return identities


def _named(source: Source, table: Table) -> Identity | None:
    """By a table beside the images, or by a layout."""
    base = image_stem(source)
    path = "/".join((*source.name.parts[:-1], stem(source.name)))
    patient = table.image(source.name).patient
    if patient:
        parts = split_stem(base)
        return Identity(patient, base, parts.view, parts.phase)
    for layout in LAYOUTS:
        if match := layout.pattern.search(path):
            return _of_layout(layout, match, base)
    return None


def _of_layout(layout: Layout, match: re.Match[str], base: str) -> Identity:
    groups = match.groupdict()
    if "pair" in groups:
        number = int(groups["pair"])
        return Identity(f"cmr{number - 1 + number % 2}", base)
    case = split_stem(groups["case"]) if "case" in groups else None
    patient = (case.rest or groups["case"]) if case else groups["patient"]
    if layout.key == "acdc":
        patient = patient.lower()  # as the set itself and its tables have it
    tails = split_stem(base)
    view, phase = groups.get("view") or tails.view, groups.get("phase") or tails.phase
    series = re.sub(rf"^{re.escape(patient)}[_-]+", "", base, flags=re.I) or base
    return Identity(patient, series, view, phase)


def _patient_folder(source: Source) -> str:
    """Return the nearest folder that may name a patient; "" where all of them only say what lies in them."""
    for part in reversed(source.name.parts[:-1]):
        if not CONTENT_FOLDERS.fullmatch(part):
            return part
    return ""


class _Names:
    """What names and folders of images without a table or a layout say, seen all together."""

    def __init__(self, sources: Sequence[Source], pictures: Sequence[bool]) -> None:
        parents: dict[str, set[PurePosixPath]] = defaultdict(set)
        self._bases: dict[PurePosixPath, set[str]] = defaultdict(set)
        self._heads: Counter[tuple[PurePosixPath, str]] = Counter()
        for source, picture in zip(sources, pictures, strict=True):
            base = image_stem(source).lower()
            parents[base].add(source.name.parent)
            self._bases[source.name.parent].add(split_stem(base).rest)
            if picture and (head := _head(base)) is not None:
                self._heads[source.name.parent, head] += 1
        repeated = {base for base, folders in parents.items() if len(folders) > 1}
        # Once one name of a folder occurs in another, too, the folders name the patients of all their files.
        self._by_folder = {folder for base in repeated for folder in parents[base]}
        self._shared = Counter(rest for rests in self._bases.values() for rest in rests)

    def identity(self, source: Source) -> Identity:
        """Return the identity by the folder or the name, or why neither is sure."""
        base, parent, folder = image_stem(source), source.name.parent, _patient_folder(source)
        parts = split_stem(base)
        if parent in self._by_folder:
            sure = folder not in ("", source.name.parts[0]) and not self._counts_patients(parent)
            why = "" if sure else "occurs in several folders"
            return Identity(folder or base, base, parts.view, parts.phase, why, sure=False)
        head = _head(base.lower())
        if head is not None and self._heads[parent, head] > 1:
            return Identity(base, base, unclear="is numbered, which may count patients or slices of one")
        converted = CONVERTED.fullmatch(base)
        if converted and folder == source.name.parts[0]:
            return Identity(
                base, base, unclear="was made by a converter and may be one of several of a patient"
            )
        by_folder = converted or (folder and re.match(rf"{re.escape(folder)}(?![^\W_])", base, re.I))
        if parts.rest and not by_folder:
            # A number in it tells hearts apart; without one, anna/heart_ED and bert/heart_ES are two.
            common = self._shared[parts.rest.lower()] > 1 and not any(map(str.isdigit, parts.rest))
            why = "occurs in several folders" if common else ""
            return Identity(parts.rest, base, parts.view, parts.phase, why, sure=False)
        if folder:
            return Identity(folder, base, parts.view, parts.phase, sure=False)
        return Identity(base, base, unclear="is a name that any patient's file may have")

    def _counts_patients(self, folder: PurePosixPath) -> bool:
        """Return whether the names in a folder are numbers of patients, as in siteA/001 and siteB/001."""
        names = self._bases[folder] - {""}
        return len(names) > 1 and all(NUMBERED.fullmatch(name) for name in names)


def _head(base: str) -> str | None:
    """What stands before a picture's number where the number may count slices; None where it cannot."""
    parts, match = split_stem(base), NUMBERED.fullmatch(base)
    if match is None or parts.position or parts.phase or PATIENT_WORD.fullmatch(match["head"]):
        return None
    return match["head"]
