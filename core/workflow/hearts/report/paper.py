"""What both forms of the report are drawn with: the inks of paper, and drawings as SVG."""

import re

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor

SANS, BOLD = "Helvetica", "Helvetica-Bold"
INK, SOFT, FAINT, ABSENT = HexColor("#1b1f24"), HexColor("#57606a"), HexColor("#d8dde3"), HexColor("#e9ecef")
FACES = {  # as the PDF calls a font, and as a browser does
    BOLD: "Helvetica, Arial, sans-serif; font-weight: bold",
    SANS: "Helvetica, Arial, sans-serif",
}


def as_svg(drawing: Drawing, title: str) -> str:
    """Return a drawing as an SVG element with a name for those who do not see it.

    Args:
        drawing: what is drawn; texts in it are escaped.
        title: plain words of ours, none from outside, and of no other drawing of the page.
    """
    drawn = str(renderSVG.drawToString(drawing))
    element = drawn[drawn.index("<svg") :]
    own = re.sub(r"\W", "-", title)  # what is named in a drawing is named in all of the page
    for name in ("clip", "group"):
        element = element.replace(f'id="{name}"', f'id="{own}-{name}"')
        element = element.replace(f"#{name})", f"#{own}-{name})")
    for font, face in FACES.items():
        element = element.replace(f"font-family: {font};", f"font-family: {face};")
    element = element.replace("<title>...</title>", f"<title>{title}</title>").replace("<desc>...</desc>", "")
    return element.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)
