"""The list of hearts, those first whose EF corrections would change most; what changed is ranked anew."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

from core.errors import NotFound
from core.store.database import open_store
from core.store.hearts.stakes import count_hearts, hearts_in_order, keep_stakes, unranked_hearts
from core.store.hearts.stamps import heart_stamps
from core.workflow.hearts.doubts.sense import RankedHeart, rank_heart

KEPT = 1000  # hearts whose figures are at hand; a page of the list shows a few
AT_ONCE = 5  # hearts that are ranked before what was found is kept; on a server one takes some 60 ms


@dataclass(frozen=True)
class HeartCount:
    """How many hearts a list has."""

    n_hearts: int
    n_unranked: int  # of them, those that stand at its end since nobody has ranked them yet


def rank_changed(text: str = "", seconds: float = math.inf) -> HeartCount:
    """Rank hearts that changed since they were ranked, or never were; returns how many are left.

    Args:
        text: part of the name of those that are listed.
        seconds: after which it ends, with nothing lost; a few hearts are always ranked.
    """
    store, ends = open_store(), time.monotonic() + seconds
    waiting = unranked_hearts(store, text)
    n_done = 0
    while n_done < len(waiting) and (not n_done or time.monotonic() < ends):
        part = waiting[n_done : n_done + AT_ONCE]
        hearts = {heart.series.id: (stamp, heart) for stamp, heart in _hearts(part)}
        keep_stakes(
            store, {number: (stamp, heart.stake.ef_points) for number, (stamp, heart) in hearts.items()}
        )
        n_done += len(part)
    return HeartCount(count_hearts(store, text), len(waiting) - n_done)


def ranked_hearts(text: str = "", offset: int = 0, limit: int | None = None) -> list[RankedHeart]:
    """Return hearts as they are now, in the order of what was at stake when they were ranked.

    Args:
        text: part of the patient's name or the series'.
        offset: how many are passed over.
        limit: how many at most.
    """
    return [heart for _, heart in _hearts(hearts_in_order(open_store(), text, offset, limit))]


def listed_hearts(text: str = "") -> tuple[int, ...]:
    """Return the series of all hearts in the list, in its order."""
    return tuple(hearts_in_order(open_store(), text))


def _hearts(series_ids: list[int]) -> list[tuple[str, RankedHeart]]:
    """Stamps and hearts, without those that were deleted meanwhile."""
    store = open_store()
    stamps, hearts = heart_stamps(store, series_ids), []
    for number in series_ids:
        try:
            hearts.append((stamps[number], _ranked(store.place, number, stamps[number])))
        except (KeyError, NotFound):
            continue
    return hearts


# What is known of a heart never changes while its stamp is the same, so that all sessions may share it.
@lru_cache(KEPT)
def _ranked(place: str, series_id: int, stamp: str) -> RankedHeart:
    return rank_heart(series_id)
