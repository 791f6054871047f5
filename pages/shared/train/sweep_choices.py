"""The choices that a sweep crosses, and what it takes, told before it starts."""

import streamlit as st

from core.errors import RunRefused
from core.recipes.architectures import ARCHITECTURES
from core.recipes.losses import LOSSES
from core.text import plural
from core.workflow.sweeps import sweeps
from core.workflow.sweeps.grid import SweepAxes, numbers, whole_numbers
from core.workflow.sweeps.preview import SweepPreview, preview_sweep
from pages.shared.clicks import button
from pages.shared.frame import errors_shown, sentence
from pages.shared.plain import plain
from pages.shared.reader import current_reader
from pages.shared.train.choices import AUGMENTATIONS, ChosenTraining
from pages.shared.train.learnable import learnable_slices
from pages.shared.train.progress import duration


def sweep_choices(base: ChosenTraining) -> None:
    """Choose values, see what comes of them, start."""
    st.caption(
        "Give any choice several values: every combination is trained, one after the other, each from the "
        "start chosen above. A choice left empty keeps its value from above. All runs learn from the slices "
        "that are approved when the sweep starts, and a single training goes before those that wait."
    )
    try:
        axes = axes_choice(base)
        preview = preview_sweep(base.request, axes, learnable_slices())
    except RunRefused as error:
        st.error(plain(sentence(str(error))), icon=":material/block:")
        return
    name = st.text_input("Name of the sweep", key="sweep name", max_chars=60, placeholder="optional")
    with st.container(horizontal=True, vertical_alignment="center"):
        if button(
            f"Start {plural(len(preview.requests), 'run')}",
            icon=":material/grid_on:",
            type="primary",
            key="start sweep",
            disabled=bool(preview.checked.problems),
        ):
            with errors_shown():
                sweeps.start_sweep(base.request, axes, name, base.note, current_reader())
                st.rerun()
        st.markdown(describe_cost(preview))
    for problem in preview.checked.problems:
        st.markdown(f":red[:material/block:] {plain(problem)}")
    for hint in preview.checked.hints:
        st.markdown(f":orange[:material/warning:] {plain(hint)}")


def axes_choice(base: ChosenTraining) -> SweepAxes:
    """The values to cross.

    Raises:
        RunRefused: when what was typed is no number.
    """
    config = base.request.config
    left, middle, right = st.columns(3, gap="medium")
    with left:
        losses = st.multiselect(
            "Losses",
            LOSSES,
            format_func=lambda name: LOSSES[name].title,
            placeholder=LOSSES[config.loss].title,
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
            ARCHITECTURES,
            format_func=lambda key: ARCHITECTURES[key].title,
            placeholder=ARCHITECTURES[config.architecture].title,
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


def describe_cost(preview: SweepPreview) -> str:
    """Time and memory, in a line."""
    about = "about" if preview.measured else "a first guess:"
    n_runs = plural(len(preview.requests), "run")
    return (
        f"{n_runs}, {about} **{duration(preview.seconds)}** if none stops early, "
        f"at most {preview.memory_mb / 1000:.1f} GB of memory"
    )
