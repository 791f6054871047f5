"""Which file a series' masks go into: its source's name, made safe, and never one that is taken."""

from pathlib import PurePosixPath

NIFTI_ENDINGS = (".nii.gz", ".nii")
FORBIDDEN = '<>:"/\\|?*'  # on one system or another
MOST_LETTERS = 120  # file systems take 255 bytes; letters may take several


def mask_stem(file_format: str, source: str, patient: str, series: str) -> str:
    """What a mask file's name begins with: the source's stem; of a DICOM its patient and series.

    >>> mask_stem("nifti", "patient001_frame01.nii.gz", "patient001", "frame01")
    'patient001_frame01'
    >>> mask_stem("dicom", "IM0001.dcm", "SCD/01", "SAX cine")
    'SCD_01_SAX cine'
    """
    if file_format == "dicom":
        return safe_name("_".join(part for part in (patient, series) if part))
    return safe_name(source_stem(source) or series)


def source_stem(source: str) -> str:
    """A file's name without its ending.

    >>> source_stem("a.b.nii.gz"), source_stem("cmr 1.png")
    ('a.b', 'cmr 1')
    """
    for ending in NIFTI_ENDINGS:
        if source.lower().endswith(ending):
            return source[: -len(ending)]
    return PurePosixPath(source).stem


def safe_name(text: str) -> str:
    """Text as one part of a path: nothing in it can lead elsewhere, and other letters stay as they are.

    >>> safe_name("../SAX cine/1"), safe_name("Übung 1"), safe_name("..")
    ('_._SAX cine_1', 'Übung 1', '_.')
    """
    cleaned = "".join("_" if c in FORBIDDEN or not c.isprintable() else c for c in text[:MOST_LETTERS])
    cleaned = cleaned.strip() or "_"
    return "_" + cleaned[1:] if cleaned.startswith(".") else cleaned


def safe_folder(folder: str) -> PurePosixPath:
    """Logical folders as a relative path of safe parts.

    >>> str(safe_folder("a/../b c"))
    'a/_./b c'
    """
    return PurePosixPath(*(safe_name(part) for part in folder.split("/") if part))


class TakenNames:
    """Names that have been given out, and to whom; small and capital letters are one, as on many disks."""

    def __init__(self) -> None:
        """None so far."""
        self._owners: dict[str, str] = {}

    def owner(self, name: str) -> str | None:
        """Whom the name was given to."""
        return self._owners.get(name.lower())

    def take(self, name: str, owner: str) -> None:
        """Give the name out."""
        self._owners[name.lower()] = owner

    def free(self, stem: str) -> str:
        """The stem, or the first of stem_2, stem_3 and so on that nobody has."""
        number, candidate = 1, stem
        while self.owner(candidate) is not None:
            number += 1
            candidate = f"{stem}_{number}"
        return candidate
