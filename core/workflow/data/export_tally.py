"""What became of the mask files of a series, in a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import plural

MAX_LISTED = 3  # files that a line names


@dataclass
class SeriesTally:
    """What became of the files of a series, as far as they are done."""

    files: list[str] = field(default_factory=list)
    n_masks: int = 0
    n_missing: int = 0  # slices without a mask in files that were written
    n_empty: int = 0  # files without any mask
    n_partly: int = 0  # files that were left out since they are not whole

    def words(self) -> str:
        """Return it in a line."""
        parts = [f"{plural(self.n_masks, 'mask')} -> {_listed(self.files)}"] if self.files else []
        if self.n_missing:
            parts.append(f"{plural(self.n_missing, 'slice')} without, left as background")
        if self.n_empty:
            parts.append(f"{plural(self.n_empty, 'file')} without any mask left out")
        if self.n_partly:
            parts.append(f"{plural(self.n_partly, 'partly masked file')} left out")
        return "; ".join(parts)


def _listed(files: Sequence[str]) -> str:
    """Return names of files; of many, the first."""
    more = len(files) - MAX_LISTED
    return ", ".join(files[:MAX_LISTED]) + (f" and {more} more" if more > 0 else "")
