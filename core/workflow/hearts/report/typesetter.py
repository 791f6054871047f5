"""Words on a page of PDF: in a font that every viewer has, else in one that goes along with the page."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import getFont, getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.text import marked_line
from core.workflow.hearts.report.paper import BOLD, INK, SANS

OWN = {
    SANS: ("Vera", "Vera.ttf"),
    BOLD: ("VeraBd", "VeraBd.ttf"),
}  # more letters than those of Western Europe
LACKING = "?"  # in the place of a letter that neither has
MOST_LETTERS = 900  # of a sentence or name; nobody reads on
STEP = 0.4  # points, by which letters get smaller until they fit
LINE = 1.22  # of a letter's size


@dataclass
class Typesetter:
    """Sets words on a canvas; it remembers whether letters were lacking."""

    canvas: Canvas
    lacked: bool = field(default=False)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        font: str = SANS,
        ink: Color = INK,
        anchor: str = "start",
    ) -> None:
        """Set one line, its baseline at (x, y) points; the anchor is start or end."""
        said, own = self._fitting(text, font)
        self.canvas.setFont(own, size)
        self.canvas.setFillColor(ink)
        (self.canvas.drawRightString if anchor == "end" else self.canvas.drawString)(x, y, said)

    def width(self, text: str, size: float, font: str = SANS) -> float:
        """Return how wide a line is, points."""
        said, own = self._fitting(text, font)
        return float(stringWidth(said, own, size))

    def cut(self, text: str, size: float, width: float, font: str = SANS) -> str:
        """Return as much of a line as fits into the width."""
        text = text[: MOST_LETTERS + 1]
        if self.width(text, size, font) <= width:
            return text
        return text[: self._n_fitting(text, size, width - self.width("...", size, font), font)] + "..."

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Return the lines of a sentence; a word that is longer than a line is broken."""
        lines = [""]
        said = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}..."
        for word in said.split():
            joined = f"{lines[-1]} {word}".strip()
            if self.width(joined, size) <= width:
                lines[-1] = joined
                continue
            rest = word
            while self.width(rest, size) > width:
                n = max(1, self._n_fitting(rest, size, width, SANS))
                lines.append(rest[:n])
                rest = rest[n:]
            lines.append(rest)
        return [line for line in lines if line]

    def fitting_size(
        self, sentences: Sequence[str], width: float, height: float, sizes: tuple[float, float]
    ) -> float:
        """Return the largest size, from the first of two down to the second, in which all sentences fit."""
        size, least = sizes
        while size > least and self._height(sentences, size, width) > height:
            size -= STEP
        return max(size, least)

    def column(
        self, x: float, y: float, sentences: Sequence[str], width: float, height: float, size: float
    ) -> float:
        """Set sentences below each other from y down; return where they end. What does not fit is counted."""
        bottom = y - height
        for done, sentence in enumerate(sentences):
            lines = self.wrapped(sentence, size, width)
            is_last = done == len(sentences) - 1
            if y - LINE * size * (len(lines) + (not is_last)) < bottom - 1e-6:
                self.words(x, y - size, f"{len(sentences) - done} more in the HTML report.", size)
                return y - LINE * size
            for line in lines:
                self.words(x, y - size, line, size)
                y -= LINE * size
        return y

    def _n_fitting(self, text: str, size: float, width: float, font: str) -> int:
        """How many letters of a text, at least one of which does not, fit into the width."""
        return bisect_right(range(len(text)), width, key=lambda n: self.width(text[:n], size, font)) - 1

    def _height(self, sentences: Sequence[str], size: float, width: float) -> float:
        return LINE * size * sum(len(self.wrapped(one, size, width)) for one in sentences)

    def _fitting(self, text: str, font: str) -> tuple[str, str]:
        """The line and the font in which it can be set."""
        text = marked_line(text)
        try:
            text.encode("cp1252")
        except UnicodeEncodeError:
            name, file = OWN[font]
            if name not in getRegisteredFontNames():
                registerFont(TTFont(name, file))
            known = getFont(name).face.charToGlyph
            said = "".join(letter if ord(letter) in known else LACKING for letter in text)
            self.lacked = self.lacked or said != text
            return said, name
        return text, font
