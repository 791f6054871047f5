"""The base and apex of a heart, decided by a reader: shares of rims, what each slice is worth, in or out."""

from collections.abc import Sequence
from functools import partial

from core.labels import HEART, Label
from core.metrics.function.base import EndSlice, end_places, end_slices
from core.metrics.function.stack import walled_first
from core.pixels.rim import surrounded_share
from core.records.exports import EVERYTHING, Selection
from core.records.hearts import LeftOut
from core.store.database import Store, open_store
from core.workflow.hearts.loading import LoadedHeart, load_heart, masks_of
from core.workflow.hearts.measure import function_without


def base_and_apex(
    series_id: int, selection: Selection = EVERYTHING, phases: Sequence[int] = ()
) -> list[EndSlice]:
    """Return the slices at both ends of both cavities, and what taking each out, or in again, changes.

    Args:
        series_id: which series.
        selection: whose masks.
        phases: which phases; empty takes ED and ES.

    Raises:
        NotFound: when there is no such series.
    """
    heart = load_heart(open_store(), series_id, selection)
    wanted = list(phases) or moments_in(heart)
    return [one for phase in wanted for one in ends_of(heart, phase, walled_first(HEART), selection)]


def ends_of(
    heart: LoadedHeart, phase: int, cavities: Sequence[Label], selection: Selection = EVERYTHING
) -> list[EndSlice]:
    """Return the slices at both ends of some cavities of a loaded heart at one phase, base first."""
    shares = surrounded_shares(open_store(), heart, selection, [phase])
    measure = partial(function_without, heart)
    return end_slices(heart.stack, phase, cavities, shares, heart.choices.left_out, measure)


def moments_in(heart: LoadedHeart) -> list[int]:
    """Return the phases of ED and ES, as far as they are known."""
    moments = function_without(heart, ()).basis.moments
    return list(dict.fromkeys(one.phase for one in (moments.ed, moments.es) if one.phase is not None))


def surrounded_shares(
    store: Store, heart: LoadedHeart, selection: Selection, phases: Sequence[int]
) -> dict[LeftOut, float | None]:
    """Return how much of each cavity's rim is wall at base and apex; only the masks there are read."""
    labels = heart.stack.labels
    wanted: list[LeftOut] = [
        LeftOut(position, phase, Label(cavity))
        for phase in phases
        for cavity in labels.walled
        for position in end_places(heart.stack, phase, cavity)
    ]
    ids = {(area.position, area.phase): area.slice_id for area in heart.areas}
    numbers = sorted({ids[one.position, one.phase] for one in wanted})
    found = masks_of(store, numbers, selection, heart.reader)
    return {
        one: surrounded_share(found[number], one.cavity, labels.walled[one.cavity])
        for one in wanted
        if (number := ids[one.position, one.phase]) in found
    }
