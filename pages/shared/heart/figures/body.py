"""What is known of the person, given by a reader where the source is silent, and the figures that need it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import SeptumError
from core.records.hearts import BODY_BOUNDS, HeartFact
from core.workflow.hearts.choices import give_fact
from core.workflow.hearts.reader.view import FORMULA_TITLES, Formula
from pages.shared.frame import sentence
from pages.shared.heart.figures.numbers import MORE, draw_numbers
from pages.shared.heart.figures.reading import FORMULA, Panel, by_whom, given_line
from pages.shared.plain import plain


@dataclass(frozen=True)
class Asked:
    """A number of a person as a reader gives it."""

    title: str
    unit: str
    shown: Callable[[float], float]  # in the unit
    kept: Callable[[float], float]  # as it is stored


def _same(value: float) -> float:
    return value


ASKED = {
    HeartFact.HEART_RATE_BPM: Asked("Heart rate", "per min", _same, _same),
    HeartFact.HEIGHT_M: Asked("Height", "cm", lambda m: 100 * m, lambda cm: cm / 100),
    HeartFact.WEIGHT_KG: Asked("Weight", "kg", _same, _same),
}


def body_section(panel: Panel) -> None:
    """Draw the indices and rates, and ask for what they need."""
    columns = st.columns(len(ASKED), gap="small")
    for column, (fact, asked) in zip(columns, ASKED.items(), strict=True):
        with column:
            ask(panel, fact, asked)
    for fact, asked in ASKED.items():
        given = panel.read.heart.choices.facts.get(fact)
        if given is not None:
            words = f"{asked.title} given {by_whom(given.reader, given.at)}"
            given_line(panel, fact, words, f"{asked.title} is then as the source has it")
    surface = panel.read.found.function.basis.bsa_m2.value
    st.segmented_control(
        "Body surface area" + ("" if surface is None else f" {surface:.2f} m²"),
        list(Formula),
        default=Formula.MOSTELLER,
        format_func=FORMULA_TITLES.__getitem__,
        required=True,
        key=FORMULA,
    )
    draw_numbers(panel, MORE, "Indices and rates of both ventricles")


def ask(panel: Panel, fact: HeartFact, asked: Asked) -> None:
    """Show a number of the person in a field for another one."""
    known = getattr(panel.read.heart.body, fact.value)
    low, high = (round(asked.shown(end), 1) for end in BODY_BOUNDS[fact])
    shown = None if known is None else round(asked.shown(known), 1)
    key = f"{fact} of heart {panel.series_id} was {shown}"  # begins anew where it was changed elsewhere
    st.number_input(
        f"{asked.title} ({asked.unit})",
        low,
        high,
        shown,
        step=1.0,
        format="%g",
        key=key,
        on_change=keep,
        args=(panel, fact, asked, key),
        disabled=not panel.reader,
        placeholder="none",
    )


def keep(panel: Panel, fact: HeartFact, asked: Asked, key: str) -> None:
    """Keep what the reader put into a field; an empty one takes back what was given."""
    value = st.session_state[key]
    try:
        give_fact(panel.series_id, fact, None if value is None else asked.kept(value), panel.reader)
    except SeptumError as error:
        st.toast(plain(sentence(str(error))), icon=":material/warning:", duration="long")
