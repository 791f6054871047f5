"""A model's card: what it is, what it learnt from, how good it is."""

import json

import streamlit as st

from core.labels import FOREGROUND, SHORT_NAMES
from core.records import ModelRow


def model_card(model: ModelRow) -> None:
    """Show the essentials; all of the configuration folds away."""
    card = json.loads(model.card)
    training = card.get("training") or {}
    scores = card.get("scores") or {}
    data = card.get("data") or {}
    st.markdown(f"**{model.name}**")
    widths = "-".join(str(width) for width in card["widths"])
    lines = [f"{card['architecture']}, widths {widths}, at {card['spacing_mm']:g} mm a pixel"]
    if data.get("training_slices"):
        lines.append(f"learnt from {len(data['training_slices'])} slices")
    if training.get("loss"):
        lines.append(f"loss {training['loss']}, augmentation {training['augmentation']}")
    if card.get("created"):
        lines.append(f"trained {card['created'][:10]}")
    if card.get("parent"):
        lines.append(f"started from {card['parent']}")
    st.markdown("  \n".join(line[0].upper() + line[1:] for line in lines))
    dice = scores.get("validation_dice")
    if dice:
        st.caption("Dice on its validation slices, mean per slice")
        for column, label in zip(st.columns(len(FOREGROUND)), FOREGROUND, strict=True):
            score = dice.get(SHORT_NAMES[label])
            column.metric(SHORT_NAMES[label], "n/a" if score is None else f"{score:.3f}")
    with st.expander("Whole configuration"):
        st.json(card, expanded=False)
