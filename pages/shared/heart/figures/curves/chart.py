"""The volumes of both ventricles over the beat, in a chart that is light enough to follow each stroke."""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from core.labels import COLOURS, HEART, SHORT_NAMES, Label, Role
from core.workflow.hearts.pictures.volume_axis import volume_axis

KEY = "heart curves"
FOLDER = Path(__file__).parent
COMPONENT = st.components.v2.component(
    "septum_volume_curves",
    html='<div class="volume-curves"></div>',
    css=(FOLDER / "chart.css").read_text(encoding="utf-8"),
    js=(FOLDER / "chart.js").read_text(encoding="utf-8"),
)
CAVITIES = tuple(sorted(HEART.with_role(Role.CAVITY), reverse=True))  # LV first
Curves = Mapping[Label, tuple[float | None, ...]]


def draw_volume_curves(
    curves_ml: Curves, moments: Mapping[str, int], n_whole: int, open_phase: int, take: Callable[[int], None]
) -> None:
    """Draw the volume of both cavities by phase.

    Args:
        curves_ml: by label and phase; None where a phase is not whole.
        moments: phases of ED and ES by name, from 0.
        n_whole: of how many phases all slices have a mask.
        open_phase: the phase of the slice that is open, from 0.
        take: called with the phase, from 0, that the reader chose.
    """
    n_phases = len(curves_ml[CAVITIES[0]])
    step_ml, n_steps = volume_axis(volume for label in CAVITIES for volume in curves_ml[label])
    COMPONENT(
        data={
            "title": finding(curves_ml, moments),
            "note": f"{n_whole} of {n_phases} phases are whole",
            "step_ml": step_ml,
            "n_steps": n_steps,
            "n_phases": n_phases,
            "open": open_phase,
            "moments": [{"name": name, "phase": phase} for name, phase in moments.items()],
            "lines": [
                {"name": SHORT_NAMES[label], "colour": COLOURS[label], "ml": rounded(curves_ml[label])}
                for label in CAVITIES
            ],
        },
        key=KEY,
        on_phase_change=lambda: take_phase(st.session_state[KEY].phase, n_phases, take),
    )


def take_phase(told: object, n_phases: int, take: Callable[[int], None]) -> None:
    """Hand on the phase that a browser named, unless the heart has none such."""
    if type(told) is int and 0 <= told < n_phases:
        take(told)


def rounded(volumes_ml: tuple[float | None, ...]) -> list[float | None]:
    """Return volumes to a tenth of a millilitre, which is finer than a pixel of the chart."""
    return [None if volume is None else round(volume, 1) for volume in volumes_ml]


def finding(curves_ml: Curves, moments: Mapping[str, int]) -> str:
    """Return in a sentence what the curve of the LV shows."""
    first = CAVITIES[0]
    known = {name: curves_ml[first][phase] for name, phase in moments.items()}
    ed, es = known.get("ED"), known.get("ES")
    if ed is None or es is None:
        return "Volumes over the beat"
    return f"The {SHORT_NAMES[first]} goes from {ed:.0f} to {es:.0f} ml"
