"""Class balance: how rare each label is and where, what a weighting would do, and images that stand out."""

from pages.shared.balance.page import draw_page

draw_page()
