"""The editor's Turn menu: which way round a series is shown, and from which end its slices count."""

from core.records.orientation import BaseTold, turn_of
from core.records.slices import SeriesRow
from core.workflow.review.showing import count_from_other_end, turn_series, usual_turn
from pages.shared.mask_editor import Showing

TURN, OTHER_END = "turn ", "other_end"  # commands of the menu; the key of a turn follows the first
BASE_WORDS = {
    BaseTold.NOBODY: "Slice 1 is the first of the source",
    BaseTold.SOURCE: "Slice 1 is the base, as the files say",
    BaseTold.MASKS: "Slice 1 is the base, as the masks say",
    BaseTold.READER: "Slice 1 is the base, as a reader says",
}


def showing_of(series: SeriesRow) -> Showing:
    """Return what the editor is told of how a series is shown."""
    usual = usual_turn(series.geometry)
    return Showing(
        turn=series.turn.key,
        usual=usual.key if usual else "",
        base=BASE_WORDS[series.base_told],
        ends=series.n_positions > 1,
    )


def take_showing(name: str, series: SeriesRow, person: str) -> bool:
    """Do what the menu asks for; returns whether the command was one of its own.

    Raises:
        BadInput: when a picture cannot be turned so.
    """
    if name == OTHER_END:
        count_from_other_end(series.id, person)
    elif name.startswith(TURN):
        turn_series(series.id, turn_of(name.removeprefix(TURN)), person)
    else:
        return False
    return True
