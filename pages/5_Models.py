"""Models: every model with its card, a candidate beside the active one, and who may take its place."""

from pages.shared.models.page import draw_page

draw_page()
