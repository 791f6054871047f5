"""Heart: one heart on a page, all its slices at a glance, the open one to be corrected, and its function."""

from pages.shared.heart.page import draw_page

draw_page()
