// Lengths, areas and intensities of what is drawn over a slice. Points are image points, pixel (0, 0) reaching from
// 0 to 1; `spacing` is a slice's [row, column] in mm, null where nobody knows it: then pixels are the unit.
import { visitPolygon } from "../tools/raster.js";

export const MEASURES = {
  line: { title: "Length of a line: drag" },
  ellipse: { title: "Area and mean in an ellipse: drag across its box" },
  polygon: { title: "Area and mean in a polygon: click corners, Enter or the first corner closes it" },
};
const CROSSED = "The outline crosses itself: no area";

// What is to be read beside a figure { kind, points }.
export function measured({ kind, points }, slice) {
  const { spacing } = slice;
  if (kind === "line") return inUnit(lengthOf(points, spacing), spacing, "");
  if (kind === "polygon" && crossesItself(points)) return CROSSED;
  const area = kind === "ellipse" ? ellipseArea(points, spacing) : polygonArea(points, spacing);
  const inside = kind === "ellipse" ? pixelsInEllipse(points, slice) : pixelsInPolygon(points, slice);
  return withIntensity(inUnit(area, spacing, "²"), intensity(slice.pixels, inside));
}

// The same of all pixels of a label.
export function measuredLabel(label, mask, slice) {
  const inside = [];
  mask.forEach((each, index) => {
    if (each === label) inside.push(index);
  });
  return withIntensity(inUnit(inside.length * pixelArea(slice.spacing), slice.spacing, "²"), intensity(slice.pixels, inside));
}

export function lengthOf([from, to], spacing) {
  const [row, column] = spacing ?? [1, 1];
  return Math.hypot((to.x - from.x) * column, (to.y - from.y) * row);
}

// Of the ellipse in the box between two corners.
export function ellipseArea([from, to], spacing) {
  return (Math.PI / 4) * Math.abs((to.x - from.x) * (to.y - from.y)) * pixelArea(spacing);
}

// By the shoelace formula.
export function polygonArea(points, spacing) {
  const twice = points.reduce((sum, { x, y }, index) => {
    const next = points[(index + 1) % points.length];
    return sum + x * next.y - next.x * y;
  }, 0);
  return (Math.abs(twice) / 2) * pixelArea(spacing);
}

// Whether two sides that are no neighbours cut each other.
export function crossesItself(points) {
  const count = points.length;
  const side = (index) => [points[index], points[(index + 1) % count]];
  for (let one = 0; one < count; one++) {
    for (let other = one + 2; other < count; other++) {
      if (one === 0 && other === count - 1) continue;
      if (sidesCut(side(one), side(other))) return true;
    }
  }
  return false;
}

// Mean and standard deviation of all the pixels (they are all there are, so by n, not n - 1), null without any.
export function intensity(pixels, inside) {
  if (!inside.length) return null;
  const mean = inside.reduce((sum, index) => sum + pixels[index], 0) / inside.length;
  const squares = inside.reduce((sum, index) => sum + (pixels[index] - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / inside.length), count: inside.length };
}

// Pixels whose centre lies inside.
export function pixelsInEllipse([from, to], { width, height }) {
  const [middleX, middleY] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const [reachX, reachY] = [Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2];
  const inside = [];
  if (!reachX || !reachY) return inside;
  for (let y = Math.max(0, Math.floor(middleY - reachY)); y < Math.min(height, middleY + reachY); y++) {
    for (let x = Math.max(0, Math.floor(middleX - reachX)); x < Math.min(width, middleX + reachX); x++) {
      const away = ((x + 0.5 - middleX) / reachX) ** 2 + ((y + 0.5 - middleY) / reachY) ** 2;
      if (away <= 1) inside.push(y * width + x);
    }
  }
  return inside;
}

export function pixelsInPolygon(points, slice) {
  const inside = [];
  visitPolygon(points, slice, (index) => inside.push(index));
  return inside;
}

function pixelArea(spacing) {
  return spacing ? spacing[0] * spacing[1] : 1;
}

function inUnit(value, spacing, power) {
  const digits = value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${spacing ? "mm" : "px"}${power}`;
}

function withIntensity(size, found) {
  if (!found) return `${size}, no pixel inside`;
  const written = (value) => (Math.abs(value) < 10 ? value.toPrecision(3) : value.toFixed(1));
  return `${size}, mean ${written(found.mean)}, SD ${written(found.sd)}`;
}

function sidesCut([a, b], [c, d]) {
  const turn = (p, q, r) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}
