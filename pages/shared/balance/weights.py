"""What a weighting would do, with sliders; drawn again by itself while they move."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.labels import FOREGROUND, NAMES, Label
from core.workflow.dashboard.label_shares import Share
from core.workflow.dashboard.weightings import Weighting, weightings
from pages.shared.charts.base import Chart, chart, label_style
from pages.shared.charts.chart_frame import draw

BETAS = (0.0, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999, 0.999999)


@st.fragment
def weights(seen: Share) -> None:
    """Sliders, where the loss then comes from, and the weights."""
    left, right = st.columns([1, 2], gap="small")
    with left.container(border=True, height="stretch"):
        beta = st.select_slider(
            "β of the effective number of samples",
            BETAS,
            0.999,
            key="beta",
            help="0 weighs all labels alike; towards 1 the weights become inverse frequencies.",
        )
        raw = st.toggle(
            "Count pixels instead of percent",
            key="raw counts",
            help="The report takes percent. With numbers of pixels and β = 0.999 all weights are alike.",
        )
        gamma = st.slider("γ of the focal loss", 0.0, 5.0, 2.0, 0.25, key="gamma")
        background = st.slider(
            "How sure the network is of background",
            0.25,
            0.99,
            0.95,
            0.01,
            key="sure of background",
            help="Mean probability that it gives the true label. 0.25 is a network that knows nothing.",
        )
        heart = st.slider("How sure it is of the heart", 0.25, 0.99, 0.6, 0.01, key="sure of heart")
    certainty = {Label.BACKGROUND: background} | dict.fromkeys(FOREGROUND, heart)
    ways = weightings(seen, beta=beta, gamma=gamma, certainty=certainty, raw_counts=raw)
    with right:
        draw(weighting_chart(ways, seen))
    st.markdown("**Weights**, normalised to mean 1")
    st.dataframe(
        [{"": way.name} | {NAMES[label]: f"{way.weights[label]:.3f}" for label in Label} for way in ways],
        hide_index=True,
        key="weights",
    )
    st.caption(
        "The focal loss weighs each pixel by (1 - p)^γ instead of each label; p is the probability that the "
        "network gives the true label."
    )


def weighting_chart(ways: Sequence[Weighting], seen: Share) -> Chart:
    """Which part of the loss each label gets, before and after weighting."""
    names = ["Pixels", *(way.name for way in ways)]
    parts = [seen.percent, *(way.loss_percent for way in ways)]
    background = [100 - part[Label.BACKGROUND] for part in parts]
    best = max(range(1, len(parts)), key=lambda index: background[index])
    return chart(
        "loss-shares",
        f"The heart makes up {background[1]:.0f} % of the plain loss, and {background[best]:.0f} % with "
        f"{names[best][0].lower()}{names[best][1:]}",
        f"n = {seen.n_slices:,} {'training ' if seen.group == 'train' else ''}masks",
        [
            go.Bar(
                **label_style(label),
                y=names,
                x=[part[label] for part in parts],
                orientation="h",
                text=[f"{part[label]:.0f}" if part[label] >= 4 else "" for part in parts],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate="%{fullData.name}: %{x:.2f} %<extra>%{y}</extra>",
            )
            for label in Label
        ],
        [
            {"way": name, "label": NAMES[label], "percent": part[label]}
            for name, part in zip(names, parts, strict=True)
            for label in Label
        ],
        x="Share (%)",
        y="",
        barmode="stack",
        xaxis_range=[0, 100],
        yaxis_autorange="reversed",
        legend_traceorder="normal",
    )
