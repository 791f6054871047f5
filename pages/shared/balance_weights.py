"""What a weighting would do, with sliders; drawn again by itself while they move."""

import streamlit as st

from core.labels import FOREGROUND, NAMES, Label
from core.workflow.balance import Share, weightings
from pages.shared.balance_charts import weighting_chart
from pages.shared.chart_frame import draw

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
