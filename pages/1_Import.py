"""Import: drop files or folders, see what would come in, answer what is asked, let it in."""

from pages.shared.importing.page import draw_page

draw_page()
