"""Delete series or a patient: what goes with them is told first, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NotFound
from core.records import Origin
from core.store.database import open_store
from core.store.deletion import delete_series
from core.store.going import Going, what_goes
from core.store.series import list_series
from core.workflow.words import counted

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


def going(series_ids: Sequence[int] = (), patient: str = "") -> Leaving:
    """What the deletion of series, or of all that a patient has, would take along; nothing is changed.

    Raises:
        NotFound: when there is no such series or patient, or nothing is named.
    """
    ids = _named(series_ids, patient)
    found = what_goes(open_store(), ids)
    return Leaving(tuple(ids), found.whole_patients, _sentence(found))


def delete(series_ids: Sequence[int] = (), patient: str = "", person: str = "") -> Leaving:
    """Delete series, or all that a patient has, with everything that hangs on them; returns what went.

    Trained models stay and keep saying what they learnt from, and the trail who deleted.

    Raises:
        NotFound: when there is no such series or patient; nothing is deleted then.
        RunRefused: while a run is at work, which may be using them.
    """
    ids = _named(series_ids, patient)
    found = delete_series(open_store(), ids, person)
    return Leaving(tuple(ids), found.whole_patients, _sentence(found))


def _named(series_ids: Sequence[int], patient: str) -> list[int]:
    """The series that are meant."""
    ids = set(series_ids)
    if patient:
        own = {row.id for row in list_series(open_store(), limit=None, patient=patient)}
        if not own:
            raise NotFound(f"there is no patient {patient!r} in the store; check the name")
        ids |= own
    if not ids:
        raise NotFound("no series and no patient was named; name what is to be deleted")
    return sorted(ids)


def _sentence(found: Going) -> str:
    """What goes, from the whole to the parts; what there is none of is not told."""
    series = "1 series" if found.n_series == 1 else f"{found.n_series:,} series"
    parts = [counted(found.n_slices, "slice") + _approved(found)]
    for origin, (one, many) in VERSIONS.items():
        number = found.versions.get(origin, 0)
        parts += [f"{number:,} {one if number == 1 else many}"] * bool(number)
    parts += [counted(found.n_drafts, "unsaved drawing")] * bool(found.n_drafts)
    parts += [counted(found.n_predictions, "prediction")] * bool(found.n_predictions)
    parts += [counted(found.n_scores, "score")] * bool(found.n_scores)
    return f"{series} of {counted(found.n_patients, 'patient')} with {', '.join(parts)}"


def _approved(found: Going) -> str:
    return f" ({found.n_approved:,} approved)" if found.n_approved else ""
