"""Files of a store on their way to another place, which is marked as half of a copy until all is there."""

from pathlib import Path

from core.errors import BadCheckpoint, BadInput, StoreUnavailable
from core.records.models import ModelRow
from core.store.database import Store
from core.store.files.arrays import ArrayFolder
from core.store.files.buckets import MARK
from core.store.files.kinds import MODEL, Listed, name_of
from core.store.files.private_folder import make_private
from core.store.models.models import list_models
from core.workflow.maintenance.files import Named, Progress, copied, is_whole, put_all
from core.workflow.models.registry import whole_checkpoint

HALF = "half-copied.txt"  # beside the images: for which database they are half of a copy


class TargetFiles:
    """The files of a store on their way to another place."""

    def __init__(self, source: Store, target: ArrayFolder, database: str) -> None:
        """Nothing is written.

        Raises:
            BadInput: when there is anything at the target but half of a copy for the same database.
        """
        self._source, self.target = source, target
        self._note = f"{database}\n".encode()
        self.are_there = _place(source.arrays) == _place(target)
        listed = list(target.listed())
        self._listed = {(one.digest, one.ending) for one in listed}
        self._whole: set[Named] = set()
        if not self.are_there:
            self._require_free(listed)

    def mark(self) -> None:
        """Tell whoever looks at the place that it is half of a copy."""
        if not self.are_there:
            if self.target.folder is not None and not self.target.folder.exists():
                make_private(self.target.folder)
            self.target.storage.write(HALF, self._note)

    def unmark(self) -> None:
        """Tell it no more."""
        if not self.are_there:
            self.target.storage.remove([HALF])

    def bring(self, named: list[Named], progress: Progress = lambda done, total: None) -> list[Named]:
        """Have files at the target, each compared with its hash there; returns those that the store lacks."""
        models = {row.sha256: row for row in list_models(self._source)}
        left = [one for one in named if one not in self._whole and one[1] != MODEL]
        through = self.target if self.target.folder is None else self._source.arrays
        missing = put_all(left, self._bring, through, progress)
        for one in named:
            if one[1] == MODEL and not (one in self._whole or self._bring_model(one, models[one[0]])):
                missing.append(one)
        return missing

    def _bring(self, one: Named) -> bool:
        if self._is_there(one):
            return True
        return not self.are_there and copied(self._source.arrays, self.target, one) and self._arrived(one)

    def _bring_model(self, one: Named, row: ModelRow) -> bool:
        if self._is_there(one):
            return True
        try:
            self.target.keep_file(whole_checkpoint(row), MODEL)
        except BadCheckpoint:
            return False
        return self._arrived(one)

    def _is_there(self, one: Named) -> bool:
        """Whether it came over before and is whole; what a copy that was cut off has left of it goes."""
        if one not in self._listed:
            return False
        if is_whole(self.target, one):
            self._whole.add(one)
            return True
        if not self.are_there:
            self.target.remove([one[0]], one[1])
        return False

    def _arrived(self, one: Named) -> bool:
        if not is_whole(self.target, one):
            raise StoreUnavailable(
                f"the file {name_of(*one)} at {self.target.url} is not what was sent there; check that disk "
                "or server, then give the same command again, which goes on"
            )
        self._whole.add(one)
        return True

    def _require_free(self, listed: list[Listed]) -> None:
        names = {one.entry.name for one in listed} - {MARK}
        if names and not (HALF in names and self.target.storage.read(HALF) == self._note):
            raise BadInput(
                f"there are files at {self.target.url} already, such as {min(names)}, and a store clears "
                "away what it does not name; give an empty folder, or a name in the bucket that is free"
            )


def _place(arrays: ArrayFolder) -> str | Path:
    """A place, alike however it was written."""
    return arrays.url.rstrip("/") if arrays.folder is None else arrays.folder.resolve()
