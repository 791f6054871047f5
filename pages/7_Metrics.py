"""Metrics: how good a model is, on which label, on which slices; beside others, and reader beside reader."""

from pages.shared.metrics.page import draw_page

draw_page()
