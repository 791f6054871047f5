"""Which images lie in files, folders and zips, by their names alone: nothing is unpacked or decoded."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.imaging.files.sources import Source, open_sources, passed_over
from core.imaging.found import FileProblem, Limits
from core.imaging.layouts.names import stem
from core.imaging.layouts.pairing import pair_masks
from core.imaging.layouts.tables import is_sidecar


def list_images(paths: Sequence[Path], limits: Limits) -> list[Source]:
    """The images behind the paths, without masks, tables and files that cannot be opened."""
    found = [source for source in open_sources(paths, limits) if not isinstance(source, FileProblem)]
    kept, _ = passed_over([source for source in found if not is_sidecar(source)])
    return [pair.image for pair in pair_masks(kept).pairs]


def repeated_names(images: Sequence[Source]) -> set[str]:
    """Stems, in small letters, that occur in more than one folder."""
    places = {(source.folder, stem(source.name).lower()) for source in images}
    times = Counter(name for _, name in places)
    return {name for name, count in times.items() if count > 1}
