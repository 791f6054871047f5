"""What a reader decides on a heart: its phases, which slices count, and what is known of the body."""

from core.errors import BadInput
from core.labels import HEART, Label, Role
from core.records.hearts import (
    BODY_BOUNDS,
    INSERTION_FACTS,
    PHASE_FACTS,
    HeartChoices,
    HeartFact,
    Insertions,
)
from core.store.database import on_open_store, open_store
from core.store.hearts import choices
from core.store.series.series import series_row
from core.store.slices.slices import slices_at
from core.workflow.people import reader_name

FACT_TITLES = {
    HeartFact.ED_PHASE: "ED",
    HeartFact.ES_PHASE: "ES",
    HeartFact.HEIGHT_M: "height in m",
    HeartFact.WEIGHT_KG: "weight in kg",
    HeartFact.HEART_RATE_BPM: "heart rate in beats a minute",
}
heart_choices = on_open_store(choices.heart_choices)


def give_fact(series_id: int, fact: HeartFact, value: float | None, reader: str) -> HeartChoices:
    """Keep a number of a heart that a reader gives, None to take it back; returns all that holds now.

    Raises:
        NotFound: when there is no such series.
        BadInput: when nobody says who it is, or the number is no phase of the series or none of a person.
    """
    store, name = open_store(), _named(reader)
    row = series_row(store, series_id)
    title = FACT_TITLES[fact]
    if value is not None and fact in PHASE_FACTS and not (value == int(value) and 0 <= value < row.n_phases):
        raise BadInput(f"{title} must be one of the {row.n_phases} phases of {row.patient}; choose another")
    if value is not None and fact in BODY_BOUNDS:
        low, high = BODY_BOUNDS[fact]
        if not low <= value <= high:
            raise BadInput(f"the {title} must be from {low:g} to {high:g}, got {value:g}; give it again")
    choices.give_facts(store, series_id, {fact: value}, name)
    return choices.heart_choices(store, series_id)


def mark_insertions(series_id: int, marked: Insertions | None, reader: str) -> HeartChoices:
    """Keep where a reader sees the RV's insertions, None to take it back; returns all that holds now.

    Raises:
        NotFound: when there is no such series.
        BadInput: when nobody says who it is, or a mark lies outside the picture.
    """
    store, name = open_store(), _named(reader)
    row = series_row(store, series_id)
    if marked is not None:
        there = slices_at(store, series_id, [(marked.position, phase) for phase in range(row.n_phases)])
        ends = (marked.anterior, marked.inferior)
        fits = there and all(0 <= y < there[0].height and 0 <= x < there[0].width for y, x in ends)
        if not fits or marked.anterior == marked.inferior:
            raise BadInput("both insertions lie within one slice's picture, at two places; mark them again")
    places: tuple[float | None, ...] = (None,) * len(INSERTION_FACTS)
    if marked is not None:
        places = (marked.position, *marked.anterior, *marked.inferior)
    choices.give_facts(store, series_id, dict(zip(INSERTION_FACTS, places, strict=True)), name)
    return choices.heart_choices(store, series_id)


def count_slice(
    series_id: int, position: int, phase: int, cavity: Label, *, counts: bool, reader: str
) -> HeartChoices:
    """Take a slice out of a cavity and its wall at one phase, or in again; returns all that holds now.

    Raises:
        NotFound: when there is no such slice.
        BadInput: when nobody says who it is, or the label is no cavity.
    """
    store, name = open_store(), _named(reader)
    if cavity not in HEART.with_role(Role.CAVITY):
        raise BadInput(f"{HEART.structures[cavity].name} is no cavity; choose LV or RV")
    choices.decide_slice(store, series_id, position, phase, cavity, counts=counts, reader=name)
    return choices.heart_choices(store, series_id)


def _named(reader: str) -> str:
    name = reader_name(reader)
    if not name:
        raise BadInput("nobody has said who decides; give your name first")
    return name
