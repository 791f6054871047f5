"""The choices that a sweep crosses, and what it takes, told before it starts."""

import streamlit as st

from core.errors import RunRefused
from core.workflow import sweeps
from core.workflow.sweep_offer import SweepOffer, sweep_offer
from core.workflow.sweep_request import SweepAxes, numbers, whole_numbers
from core.workflow.words import counted
from pages.shared.frame import sentence, telling
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.training_choices import ARCHITECTURE_NAMES, AUGMENTATIONS, LOSSES, Asked
from pages.shared.training_progress import duration


def sweep_choices(asked: Asked) -> None:
    """Choose values, see what comes of them, start."""
    st.caption(
        "Give any choice several values: every combination is trained, one after the other, each from the "
        "start chosen above. A choice left empty keeps its value from above. All runs learn from the slices "
        "that are approved when the sweep starts, and a single training goes before those that wait."
    )
    try:
        axes = axes_choice(asked)
        told = sweep_offer(asked.request, axes)
    except RunRefused as error:
        st.error(plain(sentence(str(error))), icon=":material/block:")
        return
    name = st.text_input("Name of the sweep", key="sweep name", max_chars=60, placeholder="optional")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Start {counted(len(told.requests), 'run')}",
            icon=":material/grid_on:",
            type="primary",
            key="start sweep",
            disabled=bool(told.checked.problems),
        ):
            with telling():
                sweeps.start_sweep(asked.request, axes, name, asked.note, current_reader())
                st.rerun()
        st.markdown(taken(told))
    for problem in told.checked.problems:
        st.markdown(f":red[:material/block:] {plain(problem)}")
    for hint in told.checked.hints:
        st.markdown(f":orange[:material/warning:] {plain(hint)}")


def axes_choice(asked: Asked) -> SweepAxes:
    """The values to cross.

    Raises:
        RunRefused: when what was typed is no number.
    """
    config = asked.request.config
    left, middle, right = st.columns(3, gap="medium")
    with left:
        losses = st.multiselect(
            "Losses",
            LOSSES,
            format_func=lambda name: LOSSES[name],
            placeholder=LOSSES[config.loss],
            key="sweep losses",
        )
        rates = st.text_input(
            "Learning rates", key="sweep rates", placeholder=f"{config.learning_rate:g}", max_chars=200
        )
    with middle:
        augmentations = st.multiselect(
            "Augmentations",
            AUGMENTATIONS,
            format_func=lambda name: AUGMENTATIONS[name],
            placeholder=AUGMENTATIONS[config.augmentation],
            key="sweep augmentations",
        )
        decays = st.text_input(
            "Weight decays", key="sweep decays", placeholder=f"{config.weight_decay:g}", max_chars=200
        )
    with right:
        architectures = st.multiselect(
            "Networks",
            ARCHITECTURE_NAMES,
            format_func=lambda name: ARCHITECTURE_NAMES[name],
            placeholder=ARCHITECTURE_NAMES[config.architecture],
            key="sweep networks",
            help="Networks can be crossed from scratch alone: a model to start from has one already.",
        )
        seeds = st.text_input("Seeds", key="sweep seeds", placeholder=f"{config.seed}", max_chars=200)
    return SweepAxes(
        loss=tuple(losses),
        augmentation=tuple(augmentations),
        architecture=tuple(architectures),
        learning_rate=numbers(rates, "learning rates"),
        weight_decay=numbers(decays, "weight decays"),
        seed=whole_numbers(seeds, "seeds"),
    )


def taken(told: SweepOffer) -> str:
    """Time and memory, in a line."""
    about = "about" if told.measured else "a first guess:"
    return (
        f"{counted(len(told.requests), 'run')}, {about} **{duration(told.seconds)}** if none stops early, "
        f"at most {told.memory_mb / 1000:.1f} GB of memory"
    )
