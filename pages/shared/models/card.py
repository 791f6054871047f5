"""A model's card: what it is, what it learnt from, how good it is."""

from collections.abc import Mapping
from functools import partial
from math import isnan, nan

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES, Label
from core.records.models import ModelRow
from core.text import plural
from core.workflow.evaluation import model_scores
from core.workflow.models import listing
from core.workflow.models.cards import Card, read_card, whole_card
from pages.shared.figures import counting, figures
from pages.shared.plain import plain
from pages.shared.words import WORDS


def model_card(model: ModelRow) -> None:
    """Show the essentials, as far as the card has them; all of the configuration folds away."""
    card = read_card(model)
    st.markdown(f"**{plain(model.name)}**")
    st.markdown("  \n".join(plain(line[0].upper() + line[1:]) for line in lines_of(card)))
    with counting():
        how_good(model, card)
    with st.expander("Whole configuration"):
        st.json(whole_card(model), expanded=False)


def how_good(model: ModelRow, card: Card) -> None:
    """Dice on the patients that were kept from learning, else what the training saw."""
    score = partial(listing.holdout_dice, model.id)
    scored = figures(("hold-out", model.id), model_scores.stamp(model.id), score)
    for dice in scored:
        where = plural(dice.n_slices, f"{dice.split} slice")
        numbers(f"Dice on {where}, mean per slice; {dice.heart:.3f} over the labels", dice.by_label)
    if card.validation_dice and not scored:
        # As the training saw them, at the network's pixel size: beside scores it would be a second truth.
        numbers("Dice on its validation slices while it learnt, mean per slice", card.validation_dice)


def numbers(caption: str, dice: Mapping[Label, float]) -> None:
    """The Dice of each heart label."""
    st.caption(caption, help=WORDS["dice"])
    for column, label in zip(st.columns(len(FOREGROUND)), FOREGROUND, strict=True):
        score = dice.get(label, nan)
        column.metric(SHORT_NAMES[label], "n/a" if isnan(score) else f"{score:.3f}")


def lines_of(card: Card) -> list[str]:
    """What the card says, a line each; at least one."""
    widths = "-".join(str(width) for width in card.widths) or "not told"
    spacing = "a pixel size not told" if card.spacing_mm is None else f"{card.spacing_mm:g} mm a pixel"
    lines = [f"{card.architecture or 'unknown network'}, widths {widths}, at {spacing}"]
    if card.n_training_slices:
        lines.append(f"learnt from {plural(card.n_training_slices, 'slice')}")
    if card.loss:
        lines.append(f"loss {card.loss}, augmentation {card.augmentation or 'not told'}")
    if card.created:
        lines.append(f"trained {card.created[:10]}")
    if card.parent:
        lines.append(f"started from {card.parent}")
    return lines
