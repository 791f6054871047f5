"""A model's card: what it is, what it learnt from, how good it is."""

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES
from core.records import ModelRow
from core.workflow.model_cards import Card, read_card, whole_card
from core.workflow.words import counted
from pages.shared.plain import plain


def model_card(model: ModelRow) -> None:
    """Show the essentials, as far as the card has them; all of the configuration folds away."""
    card = read_card(model)
    st.markdown(f"**{plain(model.name)}**")
    st.markdown("  \n".join(plain(line[0].upper() + line[1:]) for line in lines_of(card)))
    if card.validation_dice:
        st.caption("Dice on its validation slices, mean per slice")
        for column, label in zip(st.columns(len(FOREGROUND)), FOREGROUND, strict=True):
            score = card.validation_dice.get(label)
            column.metric(SHORT_NAMES[label], "n/a" if score is None else f"{score:.3f}")
    with st.expander("Whole configuration"):
        st.json(whole_card(model), expanded=False)


def lines_of(card: Card) -> list[str]:
    """What the card says, a line each; at least one."""
    widths = "-".join(str(width) for width in card.widths) or "not told"
    spacing = "a pixel size not told" if card.spacing_mm is None else f"{card.spacing_mm:g} mm a pixel"
    lines = [f"{card.architecture or 'unknown network'}, widths {widths}, at {spacing}"]
    if card.n_training_slices:
        lines.append(f"learnt from {counted(card.n_training_slices, 'slice')}")
    if card.loss:
        lines.append(f"loss {card.loss}, augmentation {card.augmentation or 'not told'}")
    if card.created:
        lines.append(f"trained {card.created[:10]}")
    if card.parent:
        lines.append(f"started from {card.parent}")
    return lines
