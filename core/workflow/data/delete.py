"""Delete series or a patient: what goes with them is told first, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NotFound
from core.records.masks import Origin
from core.store.database import open_store
from core.store.series.deletion import delete_series
from core.store.series.deletion_counts import DeletionCounts, count_deletion
from core.store.series.series import list_series
from core.text import plural

VERSIONS = {  # as they are told of, the most precious first
    Origin.READER: ("mask of readers", "masks of readers"),
    Origin.REFERENCE: ("reference mask", "reference masks"),
    Origin.MODEL: ("mask of models", "masks of models"),
}


@dataclass(frozen=True)
class Leaving:
    """What a deletion takes along."""

    series_ids: tuple[int, ...]
    patients: tuple[str, ...]  # who have nothing left then
    sentence: str  # such as 3 series of 2 patients with 240 slices, 24 reference masks, 480 scores


def what_would_go(series_ids: Sequence[int] = (), patient: str = "") -> Leaving:
    """Return what the deletion of series, or of all that a patient has, would take along; nothing is changed.

    Raises:
        NotFound: when there is no such series or patient, or nothing is named.
    """
    ids = _named(series_ids, patient)
    leaving = count_deletion(open_store(), ids)
    return Leaving(tuple(ids), leaving.whole_patients, _sentence(leaving))


def delete(series_ids: Sequence[int] = (), patient: str = "", person: str = "") -> Leaving:
    """Delete series, or all that a patient has, with everything that hangs on them; returns what went.

    Trained models stay and keep saying what they learnt from, and the trail who deleted.

    Raises:
        NotFound: when there is no such series or patient; nothing is deleted then.
        RunRefused: while a run is at work, which may be using them.
    """
    ids = _named(series_ids, patient)
    gone = delete_series(open_store(), ids, person)
    return Leaving(tuple(ids), gone.whole_patients, _sentence(gone))


def _named(series_ids: Sequence[int], patient: str) -> list[int]:
    """Return the series that are meant."""
    ids = set(series_ids)
    if patient:
        own = {row.id for row in list_series(open_store(), limit=None, patient=patient)}
        if not own:
            raise NotFound(f"there is no patient {patient!r} in the store; check the name")
        ids |= own
    if not ids:
        raise NotFound("no series and no patient was named; name what is to be deleted")
    return sorted(ids)


def _sentence(leaving: DeletionCounts) -> str:
    """Return what goes, from the whole to the parts; what there is none of is not told."""
    series = "1 series" if leaving.n_series == 1 else f"{leaving.n_series:,} series"
    parts = [plural(leaving.n_slices, "slice") + _approved(leaving)]
    for origin, (one, many) in VERSIONS.items():
        number = leaving.versions.get(origin, 0)
        parts += [f"{number:,} {one if number == 1 else many}"] * bool(number)
    parts += [plural(leaving.n_drafts, "unsaved drawing")] * bool(leaving.n_drafts)
    parts += [plural(leaving.n_predictions, "prediction")] * bool(leaving.n_predictions)
    parts += [plural(leaving.n_scores, "score")] * bool(leaving.n_scores)
    return f"{series} of {plural(leaving.n_patients, 'patient')} with {', '.join(parts)}"


def _approved(leaving: DeletionCounts) -> str:
    return f" ({leaving.n_approved:,} approved)" if leaving.n_approved else ""
