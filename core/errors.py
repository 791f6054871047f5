"""What can go wrong in a way that a person can mend; each message says what, where and what to do."""


class SeptumError(Exception):
    """Anything a reader or an engineer can mend; pages and the command line show its message as it is."""


class BadInput(SeptumError):
    """A file that cannot be imported or predicted as it stands."""


class BadCheckpoint(SeptumError):
    """A file that is no usable Septum checkpoint."""


class NotFound(SeptumError):
    """Something was asked for that is not in the store."""


class Conflict(SeptumError):
    """Someone else saved since this work began; nothing was overwritten."""


class StoreUnavailable(SeptumError):
    """The store cannot be read or written (disk full, read-only folder, damaged file)."""


class RunRefused(SeptumError):
    """A run that cannot start or go on as it was asked for."""


class NotPromotable(SeptumError):
    """A model that has not earned the place of the active one."""
