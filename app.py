"""Home: what is in the store, the active model, what to do next."""

from pages.shared.home.page import draw_page

draw_page()
