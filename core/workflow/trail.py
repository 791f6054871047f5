"""What people did to runs, models and series, as the trail keeps it."""

from core.store import trail
from core.store.database import open_store
from core.store.trail import Event

__all__ = ["Event", "newest_events"]


def newest_events(limit: int = 50, subject: str = "") -> list[Event]:
    """The last things that were done, newest first; to one subject, such as `run 7`, or to all."""
    return trail.events(open_store(), limit, subject=subject)
