"""The volumes of both ventricles over the beat, with ED and ES marked."""

from collections.abc import Mapping

import plotly.graph_objects as go

from core.labels import HEART, SHORT_NAMES, Label, Role
from pages.shared.charts.base import Chart, chart, label_style, rule

CURVE_HEIGHT = 250  # pixels
LETTERS = 40  # of a title in a third of a page
CAVITIES = tuple(sorted(HEART.with_role(Role.CAVITY), reverse=True))  # LV first


def volume_curves(
    curves_ml: Mapping[Label, tuple[float | None, ...]], moments: Mapping[str, int], n_whole: int
) -> Chart:
    """Volume of both cavities by phase, counted from 1.

    Args:
        curves_ml: by label and phase; None where a phase is not whole.
        moments: phases of ED and ES by name, from 0.
        n_whole: of how many phases all slices have a mask.
    """
    n_phases = len(next(iter(curves_ml.values()), ()))
    phases = list(range(1, n_phases + 1))
    traces = [
        go.Scatter(
            x=phases,
            y=curves_ml[label],
            mode="lines+markers",
            line={"width": 2},
            hovertemplate="phase %{x}: %{y:.0f} ml<extra>%{fullData.name}</extra>",
            **label_style(label),
        )
        for label in CAVITIES
    ]
    return chart(
        "volume-curves",
        _finding(curves_ml, moments),
        f"{n_whole} of {n_phases} phases are whole",
        traces,
        [
            {"phase": phase + 1, "moment": _name(moments, phase)}
            | {f"{SHORT_NAMES[label].lower()}_ml": curves_ml[label][phase] for label in CAVITIES}
            for phase in range(n_phases)
        ],
        x="Phase",
        y="Volume (ml)",
        height=CURVE_HEIGHT,
        letters=LETTERS,
        yaxis_rangemode="tozero",
        shapes=[rule(phase + 1, across=False) for phase in moments.values()],
        annotations=[
            {
                "x": phase + 1,
                "y": 0,
                "yref": "y domain",
                "yanchor": "bottom",
                "xanchor": "left",
                "text": name,
                "font": {"size": 12},
            }
            for name, phase in moments.items()
        ],
        title_font_size=14,
    )


def _finding(curves_ml: Mapping[Label, tuple[float | None, ...]], moments: Mapping[str, int]) -> str:
    first = CAVITIES[0]
    known = {name: curves_ml[first][phase] for name, phase in moments.items()}
    ed, es = known.get("ED"), known.get("ES")
    if ed is None or es is None:
        return "Volumes over the beat"
    return f"The {SHORT_NAMES[first]} goes from {ed:.0f} to {es:.0f} ml"


def _name(moments: Mapping[str, int], phase: int) -> str:
    return next((name for name, one in moments.items() if one == phase), "")
