"""Which images lie in files, folders and zips, by their names alone: nothing is unpacked or decoded."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.imaging.files.sources import Source, open_sources, without_companions
from core.imaging.layouts.names import stem
from core.imaging.layouts.pairing import pair_masks
from core.imaging.layouts.tables import is_sidecar
from core.imaging.problems import FileProblem
from core.limits import Limits


def list_images(paths: Sequence[Path], limits: Limits) -> list[Source]:
    """Return the images behind the paths, without masks, tables and files that cannot be opened."""
    sources = [source for source in open_sources(paths, limits) if not isinstance(source, FileProblem)]
    kept, _ = without_companions([source for source in sources if not is_sidecar(source)])
    return [pair.image for pair in pair_masks(kept).pairs]


def repeated_names(images: Sequence[Source]) -> set[str]:
    """Return stems, in small letters, that occur in more than one folder."""
    paths = {(source.folder, stem(source.name).lower()) for source in images}
    times = Counter(name for _, name in paths)
    return {name for name, count in times.items() if count > 1}
