"""Train: one click from what was approved to a candidate, watched as it goes."""

from pages.shared.train.page import draw_page

draw_page()
