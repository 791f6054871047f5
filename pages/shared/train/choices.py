"""The choices for a training: where it starts and a preset, and everything else folded away."""

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import RunRefused
from core.recipes.architectures import ARCHITECTURES, architecture_of
from core.recipes.losses import LOSSES, LossName
from core.recipes.training import AugmentationName, TrainConfig
from core.records.models import ModelRow
from core.workflow.training.preview import starting_models
from core.workflow.training.request import TrainingRequest, recipe_for

PRESETS = ("recommended", "report")
AUGMENTATIONS: dict[AugmentationName, str] = {
    AugmentationName.OFF: "Off",
    AugmentationName.REPORT: "As in the report",
    AugmentationName.RECOMMENDED: "Recommended",
}


@dataclass(frozen=True)
class ChosenTraining:
    """What the reader asks for."""

    request: TrainingRequest
    name: str
    note: str


def start_choice() -> tuple[ModelRow | None, str]:
    """The model to start from, None for scratch, and the preset."""
    models = starting_models()
    by_id = {model.id: model for model in models}
    chosen = st.selectbox(
        "Start from",
        [*by_id, None],
        format_func=lambda model_id: "From scratch" if model_id is None else start_title(by_id[model_id]),
        key="start from",
        help="Its weights are where the training begins; the model itself stays as it is.",
    )
    preset = st.segmented_control(
        "Preset",
        PRESETS,
        default=PRESETS[0],
        format_func=str.capitalize,
        key="preset",
        help="Recommended is what measures best; Report repeats the course report to the letter.",
    )
    return (by_id[chosen] if chosen is not None else None), preset or PRESETS[0]


def start_title(model: ModelRow) -> str:
    """How the list names a start."""
    return f"{model.name} (active)" if model.active else model.name


def all_choices(model: ModelRow | None, preset: str, n_slices: int) -> ChosenTraining:
    """Every choice, with the preset's values for so many slices to begin with.

    Raises:
        RunRefused: when a value cannot be.
    """
    left, middle, right = st.columns(3, gap="medium")
    with left:
        architecture = choose_architecture(model)
        recipe = recipe_for(preset, model, architecture, n_slices)
        # Another start or preset brings its own values: the widgets are then others.
        of = f"{preset} {model.id if model else architecture}"
        loss = st.selectbox(
            "Loss",
            LOSSES,
            tuple(LOSSES).index(recipe.loss),
            format_func=lambda name: LOSSES[name].title,
            key=f"loss {of}",
        )
        beta, gamma, alpha = loss_shape(loss, recipe, of)
        deep = architecture_of(architecture).deep_supervision and st.toggle(
            "Deep supervision", recipe.deep_supervision, key=f"deep {of}", disabled=model is not None
        )
        seed = st.number_input("Seed", 0, 2**31 - 1, recipe.seed, key=f"seed {of}")
    with middle:
        augmentation = st.selectbox(
            "Augmentation",
            AUGMENTATIONS,
            tuple(AUGMENTATIONS).index(recipe.augmentation),
            format_func=lambda name: AUGMENTATIONS[name],
            key=f"augmentation {of}",
            help="Report: one of nothing, a flip, or a turn within 10 degrees. Recommended: turns, scales, "
            "crops, bends, contrast, blur and noise, all at once",
        )
        crop = st.number_input(
            "Crop, pixels", 0, 1024, recipe.crop, 16, key=f"crop {of}", help="0 takes slices whole"
        )
        rate = st.number_input(
            "Learning rate", 1e-6, 1.0, recipe.learning_rate, 1e-4, "%g", key=f"learning rate {of}"
        )
        decay = st.number_input(
            "Weight decay", 0.0, 1.0, recipe.weight_decay, 1e-5, "%g", key=f"weight decay {of}"
        )
    with right:
        batch = st.number_input("Batch size", 1, 256, recipe.batch_size, key=f"batch {of}")
        epochs = st.number_input("Epochs", 1, 2000, key=following(f"epochs {of}", recipe.epochs))
        patience = st.number_input(
            "Patience, validations",
            0,
            500,
            recipe.patience,
            key=f"patience {of}",
            help="Stop after so many validations in a row without a lower loss; 0 never stops early",
        )
        every = st.number_input(
            "Validate every, epochs",
            1,
            500,
            key=following(f"validate every {of}", recipe.validate_every),
            help="Validation looks at whole slices and takes its time; 1 shows Dice of every epoch",
        )
    final, replay, name, note = choose_data_and_name()
    try:
        config = replace(
            recipe,
            loss=loss,
            augmentation=augmentation,
            crop=crop,
            learning_rate=rate,
            weight_decay=decay,
            batch_size=batch,
            epochs=epochs,
            patience=patience,
            seed=seed,
            deep_supervision=deep,
            final=final,
            validate_every=every,
            beta=beta,
            gamma=gamma,
            alpha=alpha,
        )
    except ValueError as error:
        raise RunRefused(str(error)) from error
    return ChosenTraining(TrainingRequest(config, model.id if model else None, replay), name, note)


def following(key: str, value: int) -> str:
    """Let what is chosen under a key follow the preset's value as slices come and go, until a reader chooses.

    Returns:
        The key.
    """
    before = st.session_state.get(f"preset's {key}")
    if st.session_state.get(key, before) == before:
        st.session_state[key] = value
    st.session_state[f"preset's {key}"] = value
    return key


def choose_architecture(model: ModelRow | None) -> str:
    """The network; a model to start from has one already."""
    if model is not None:
        given = recipe_for("recommended", model)
        widths = "-".join(str(width) for width in given.widths)
        named = f"{architecture_of(given.architecture).title} {widths}"
        st.text_input("Network", named, disabled=True, key=f"network of {model.id}")
        return given.architecture
    return st.selectbox(
        "Network", ARCHITECTURES, format_func=lambda key: ARCHITECTURES[key].title, key="architecture"
    )


def loss_shape(loss: LossName, recipe: TrainConfig, of: str) -> tuple[float, float, float]:
    """Beta, gamma and alpha; asked for where the loss has them."""
    beta, gamma, alpha = recipe.beta, recipe.gamma, recipe.alpha
    if "beta" in LOSSES[loss].shaped_by:
        beta = st.number_input(
            "Beta of the class weights", 0.0, 0.999999, beta, 1e-3, "%.6f", key=f"beta {of}"
        )
    if "gamma" in LOSSES[loss].shaped_by:
        gamma = st.number_input("Gamma of the focal loss", 0.0, 10.0, gamma, 0.5, key=f"gamma {of}")
        alpha = st.number_input("Alpha of the focal loss", 0.0, 10.0, alpha, 0.25, key=f"alpha {of}")
    return beta, gamma, alpha


def choose_data_and_name() -> tuple[bool, bool, str, str]:
    """What it learns from, and what it is called."""
    left, right = st.columns(2, gap="medium")
    final = left.toggle(
        "Learn from validation patients too (final training)",
        key="final",
        help="All epochs run, the last weights are kept, and only test patients judge the model.",
    )
    replay = left.toggle(
        "Learn from the reference masks again",
        True,
        key="replay",
        help="Keeps the model from forgetting what it knew; off, only approved corrections are learnt from.",
    )
    name = right.text_input("Name", key="run name", max_chars=80, placeholder="optional")
    note = right.text_input("Note", key="run note", max_chars=500, placeholder="optional")
    return final, replay, name, note
