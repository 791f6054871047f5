"""A folder that other users of the machine cannot look into."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make the folder for its owner alone, or take everybody else's rights from one that is there.

    A group keeps its rights where the folder hands its group on (the setgid bit, `chmod g+s`): so do labs
    share a folder. Left as it is: a folder of another owner, one that all users share (the sticky bit, as
    /tmp has), a person's home, the root. What cannot be made is told by whoever needs it.
    """
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
        status = folder.stat()
        if status.st_uid != os.geteuid() or status.st_mode & stat.S_ISVTX or _is_more_than_ours(folder):
            return
        others = stat.S_IRWXO if status.st_mode & stat.S_ISGID else stat.S_IRWXO | stat.S_IRWXG
        if status.st_mode & others:
            folder.chmod(stat.S_IMODE(status.st_mode) & ~others)


def _is_more_than_ours(folder: Path) -> bool:
    resolved = folder.resolve()
    return resolved == resolved.parent or resolved == Path.home().resolve()
