// Points of a curve on the move: one of them, or those around the place where the line itself is pulled.
import { weightsAt } from "./curve.js";

const LEAST = 0.02; // a point that would hardly move stays where it is

// How far each point goes along when the curve is pulled at a place: most beside it, less further along the line.
export function pullShares(points, corners, place) {
  const { starts, length } = wayAlong(corners, points.length);
  const to = starts[place.span + 1] ?? length;
  const grabbed = starts[place.span] + place.share * (to - starts[place.span]);
  const spread = length / points.length; // as wide as points are apart
  const shares = starts.map((start) => {
    const way = Math.abs(start - grabbed);
    const share = Math.exp(-0.5 * (Math.min(way, length - way) / spread) ** 2);
    return share < LEAST ? 0 : share;
  });
  const followed = weightsAt(points, place).reduce((sum, [each, weight]) => sum + weight * shares[each], 0);
  return shares.map((share) => share / followed); // so that the place itself stays under the cursor
}

// Where each point lies along the line, and how long that is.
function wayAlong(corners, count) {
  const starts = Array(count).fill(0);
  let length = 0;
  corners.forEach(({ x, y, span, share }, each) => {
    if (!share) starts[span] = length;
    const next = corners[(each + 1) % corners.length];
    length += Math.hypot(next.x - x, next.y - y);
  });
  return { starts, length };
}

// The points moved by so much, each by its share of it.
export function pulled(points, shares, dx, dy) {
  return points.map(({ x, y }, each) => ({ x: x + shares[each] * dx, y: y + shares[each] * dy }));
}

// With a point more at a place of the curve.
export function withPoint(points, place, point) {
  return [...points.slice(0, place.span + 1), point, ...points.slice(place.span + 1)];
}
