// The contours of a mask: a smooth curve with few points around each piece of what Python outlines. A piece that
// was met before keeps its curve: undo, a stroke elsewhere or another tool leaves the reader's points where they are.
import { flatten } from "./curve.js";
import { fitCurve, TOLERANCE } from "./fit.js";
import { outlineOf, piecesOf, regionOf } from "./outlines.js";
import { pieceAt } from "./shape.js";

const FEWEST_PIXELS = 6; // a smaller piece has no contour; it stays as it is
const OWN_REACH = 1; // pixels that a curve of the reader's may be away from its piece, where another label covers it
const MOST_KNOWN = 1000; // curves

export class Contours {
  constructor() {
    this.known = new Map(); // points by the text of the outline
    this.last = [];
  }

  // The contours of a mask, { outline, points, corners } each, with `outline` an index of Python's outlines.
  of(mask, size, outlines) {
    const found = [];
    outlines.forEach(({ labels }, outline) => {
      const pieces = piecesOf(regionOf(mask, labels), size);
      for (let number = 1; number < pieces.firsts.length; number++) {
        if (pieces.sizes[number] < FEWEST_PIXELS) continue;
        found.push(this.curveOf(outlineOf(pieces, number, size), outline));
      }
    });
    this.last = found;
    return found;
  }

  curveOf(line, outline) {
    const text = textOf(line);
    const known = this.known.get(text);
    if (known) return made(outline, known);
    const fitting = this.last.find((each) => each.outline === outline && closeTo(line, each.corners, TOLERANCE));
    const contour = fitting ?? made(outline, fitCurve(line));
    this.learn(text, contour.points);
    return contour;
  }

  // Takes the reader's own points for the piece that they are around, unless the mask could not follow them.
  keep(points, mask, size, outlines, outline) {
    const corners = flatten(points);
    const pieces = piecesOf(regionOf(mask, outlines[outline].labels), size);
    const number = pieceAt(pieces, corners, size);
    if (!number) return;
    const line = outlineOf(pieces, number, size);
    if (closeTo(line, corners, OWN_REACH)) this.learn(textOf(line), points);
  }

  learn(text, points) {
    this.known.delete(text);
    this.known.set(text, points); // the youngest is last
    if (this.known.size > MOST_KNOWN) this.known.delete(this.known.keys().next().value);
  }
}

function made(outline, points) {
  return { outline, points, corners: flatten(points) };
}

function textOf(line) {
  return line.map(({ x, y }) => `${x},${y}`).join(" ");
}

// Whether two closed lines are nowhere further from each other than so many pixels.
function closeTo(one, other, reach) {
  return within(one, other, reach) && within(other, one, reach);
}

function within(points, line, reach) {
  const [most, count] = [reach * reach, line.length];
  return points.every(({ x, y }) => {
    for (let each = 0; each < count; each++) {
      const [from, to] = [line[each], line[each + 1 === count ? 0 : each + 1]];
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const length2 = dx * dx + dy * dy;
      const free = length2 ? ((x - from.x) * dx + (y - from.y) * dy) / length2 : 0;
      const along = free < 0 ? 0 : free > 1 ? 1 : free;
      const [gapX, gapY] = [x - from.x - along * dx, y - from.y - along * dy];
      if (gapX * gapX + gapY * gapY <= most) return true;
    }
    return false;
  });
}
