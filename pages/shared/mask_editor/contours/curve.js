// A closed smooth curve through a few points: a centripetal Catmull-Rom spline. It makes no loops between its points,
// and a point that moves changes the curve only as far as the second point on either side.

const MIN_INTERVAL = 1e-3; // keeps points that lie upon each other from dividing by zero
const [FEWEST_CORNERS, MOST_CORNERS] = [4, 64];

// How the four points around a span (the one before it, its ends, the one after it) make the speed at its ends.
function endSpeeds(points, span) {
  const at = (offset) => points[(span + offset + points.length) % points.length];
  const interval = (one, other) =>
    Math.max(MIN_INTERVAL, Math.sqrt(Math.hypot(other.x - one.x, other.y - one.y)));
  const before = interval(at(-1), at(0));
  const own = interval(at(0), at(1));
  const after = interval(at(1), at(2));
  const [first, last] = [before + own, own + after];
  return {
    start: [own / first - own / before, own / before - 1, 1 - own / first, 0],
    end: [0, own / last - 1, 1 - own / after, own / after - own / last],
  };
}

// How much each of the four points around each span counts, as a polynomial of the share (0 to 1) of its way: sixteen
// numbers a span, four for each point, the constant first.
export function blending(points) {
  const table = new Float64Array(16 * points.length);
  points.forEach((_, span) => {
    const { start, end } = endSpeeds(points, span);
    for (let near = 0; near < 4; near++) {
      const at = 16 * span + 4 * near;
      table[at] = near === 1 ? 1 : 0;
      table[at + 1] = start[near];
      table[at + 2] = -2 * start[near] - end[near] + (near === 1 ? -3 : near === 2 ? 3 : 0);
      table[at + 3] = start[near] + end[near] + (near === 1 ? 2 : near === 2 ? -2 : 0);
    }
  });
  return table;
}

// The weights at a share of a span, written into the four numbers of `weights`.
export function weigh(table, span, share, weights) {
  for (let near = 0, at = 16 * span; near < 4; near++, at += 4) {
    weights[near] = table[at] + share * (table[at + 1] + share * (table[at + 2] + share * table[at + 3]));
  }
}

// How much each point counts at a place of the curve, as pairs of its index and its weight.
export function weightsAt(points, { span, share }) {
  const weights = [0, 0, 0, 0];
  weigh(blending(points), span, share, weights);
  return weights.map((weight, near) => [(span - 1 + near + points.length) % points.length, weight]);
}

// Where a place of the curve lies.
export function pointAt(points, place) {
  const found = { x: 0, y: 0 };
  for (const [each, weight] of weightsAt(points, place)) {
    found.x += weight * points[each].x;
    found.y += weight * points[each].y;
  }
  return found;
}

// The curve as corners about a pixel apart, each with its place: the span it lies on and the share of its way.
export function flatten(points) {
  const table = blending(points);
  const weights = [0, 0, 0, 0];
  const corners = [];
  points.forEach((from, span) => {
    const to = points[(span + 1) % points.length];
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y));
    const count = Math.min(MOST_CORNERS, Math.max(FEWEST_CORNERS, steps));
    const near = [-1, 0, 1, 2].map((offset) => points[(span + offset + points.length) % points.length]);
    corners.push({ x: from.x, y: from.y, span, share: 0 });
    for (let step = 1; step < count; step++) {
      const corner = { x: 0, y: 0, span, share: step / count };
      weigh(table, span, corner.share, weights);
      for (let each = 0; each < 4; each++) {
        corner.x += weights[each] * near[each].x;
        corner.y += weights[each] * near[each].y;
      }
      corners.push(corner);
    }
  });
  return corners;
}

// The place of a closed line of corners that is nearest to a point, among `count` pieces from number `from` on:
// { x, y, distance, piece, along }.
export function nearest(corners, point, from = 0, count = corners.length) {
  let best = { distance: Infinity };
  for (let step = 0; step < count; step++) {
    const piece = (from + step + corners.length) % corners.length;
    const [one, other] = [corners[piece], corners[(piece + 1) % corners.length]];
    const [dx, dy] = [other.x - one.x, other.y - one.y];
    const length2 = dx * dx + dy * dy;
    const free = length2 ? ((point.x - one.x) * dx + (point.y - one.y) * dy) / length2 : 0;
    const along = Math.min(1, Math.max(0, free));
    const [x, y] = [one.x + along * dx, one.y + along * dy];
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance < best.distance) best = { x, y, distance, piece, along };
  }
  return best;
}

// The place on the curve of what `nearest` found on its corners.
export function placeOf(corners, { piece, along }) {
  const [one, other] = [corners[piece], corners[(piece + 1) % corners.length]];
  const end = other.span === one.span && piece + 1 < corners.length ? other.share : 1;
  return { span: one.span, share: one.share + along * (end - one.share) };
}
