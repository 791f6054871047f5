"""Review: the queue, the slice that is open to be corrected, and what to do with it."""

from pages.shared.review.page import draw_page

draw_page()
