// A smooth curve with few points along an outline: as few as keep it within half a pixel of every edge of the mask.
import { blending, flatten, nearest, weigh } from "./curve.js";
import { solveRing } from "./ring.js";

export const TOLERANCE = 0.48; // pixels between outline and curve; the curve's corners take the rest of half a one
const FEWEST = 4;
const ROUNDS = 8; // for each number of points
const ROUND_POINTS = 8; // serve a circle of this size, in pixels of its way around; larger ones need little more
const ROUND_LENGTH = 110;
const HOLD = 0.02; // how firmly points stay where they are along the line, where the outline says nothing
const EVEN = 0.1; // pixels that keep what fits already from losing all its say
const [TRIALS, HOPELESS] = [2, 0.8]; // after so many rounds, a curve that far away will not do
const LEAST_GAIN = 0.003; // pixels for which one more round is worth it
const NEARLY = 0.75; // pixels: almost near enough all around
const BESIDE = 4; // edges before and after a span's own that its curve may be nearest to
const WORST_SHARE = 0.8; // spans that are nearly as bad as the worst get a point together with it

// The points of the curve, between 4 and as many as the outline has. Each belongs to a place of the outline, and what
// lies between two places belongs to the span between their points: so the curve goes around exactly once.
export function fitCurve(outline) {
  const { length } = outline;
  const guess = Math.max(FEWEST, Math.round(ROUND_POINTS * (length / ROUND_LENGTH) ** 0.25));
  let starts = evenly(length, guess);
  let even = true;
  while (2 * starts.length <= length) {
    const { points, worst } = fitThrough(outline, starts);
    if (Math.max(...worst) <= TOLERANCE) addSwings(worst, points, outline, starts);
    const most = Math.max(...worst);
    if (most <= TOLERANCE) return points;
    // A round shape wants one more all around, a corner more of them where it is.
    even &&= most < NEARLY && starts.length < 2 * guess;
    const before = starts.length;
    if (even) starts = evenly(length, before + 1);
    else starts = split(starts, length, (span) => worst[span] >= Math.max(TOLERANCE, WORST_SHARE * most));
    if (starts.length === before) starts = split(starts, length, (span) => isPoor(worst, span));
    if (starts.length === before) break;
  }
  return outline.map(({ x, y }) => ({ x, y })); // ragged beyond all curves: through every edge
}

// Whether a span or one beside it is too far away.
function isPoor(worst, span) {
  const { length } = worst;
  return Math.max(worst[(span + length - 1) % length], worst[span], worst[(span + 1) % length]) > TOLERANCE;
}

// Counts as well how far the curve of each span is away from its part of the outline, where it swings in between.
function addSwings(worst, points, outline, starts) {
  for (const corner of flatten(points)) {
    const start = starts[corner.span];
    const count = (starts[corner.span + 1] ?? outline.length) - start;
    const { distance } = nearest(outline, corner, start - BESIDE, Math.min(outline.length, count + 2 * BESIDE));
    worst[corner.span] = Math.max(worst[corner.span], distance);
  }
}

// So many indices at even steps.
function evenly(length, count) {
  return Array.from({ length: count }, (_, each) => Math.floor((each * length) / count));
}

// A start more in the middle of each span that is chosen and long enough to have one.
function split(starts, length, chosen) {
  return starts.flatMap((start, span) => {
    const end = starts[span + 1] ?? length;
    return chosen(span) && end - start > 1 ? [start, (start + end) >> 1] : [start];
  });
}

// The best of some rounds of least squares, in which what is furthest away counts more and more; `worst` says for each
// span how far away the outline is at most.
function fitThrough(outline, starts) {
  const shares = new Float64Array(outline.length);
  const counts = new Float64Array(outline.length).fill(1);
  const spans = new Int32Array(outline.length);
  starts.forEach((start, span) => {
    const end = starts[span + 1] ?? outline.length;
    for (let each = start; each < end; each++) {
      spans[each] = span;
      shares[each] = (each - start) / (end - start);
    }
  });
  let points = starts.map((each) => outline[each]);
  let best = null;
  for (let round = 0; round < ROUNDS; round++) {
    points = leastSquares(points, outline, spans, shares, counts);
    const distances = approach(points, outline, spans, shares);
    const worst = starts.map(() => 0);
    for (let each = 0; each < outline.length; each++) {
      if (distances[each] > worst[spans[each]]) worst[spans[each]] = distances[each];
      counts[each] *= distances[each] + EVEN;
    }
    const most = Math.max(...worst);
    const gained = best ? best.most - most : Infinity;
    if (gained > 0) best = { points, worst, most };
    if (most <= TOLERANCE || (round >= TRIALS && (most > HOPELESS || gained < LEAST_GAIN))) break;
    const sum = counts.reduce((one, other) => one + other, 0);
    for (let each = 0; each < outline.length; each++) counts[each] *= outline.length / sum;
  }
  return best;
}

// Moves each place along its span towards the outline's point, by a step of Newton's; returns the distances there.
function approach(points, outline, spans, shares) {
  const cubics = cubicsOf(points);
  const distances = new Float64Array(outline.length);
  for (let each = 0; each < outline.length; each++) {
    const at = 8 * spans[each];
    const { x, y } = outline[each];
    let share = shares[each];
    const speedX = speed(cubics, at, share);
    const speedY = speed(cubics, at + 4, share);
    const speed2 = speedX * speedX + speedY * speedY;
    const ahead = (x - cubic(cubics, at, share)) * speedX + (y - cubic(cubics, at + 4, share)) * speedY;
    if (speed2) share = Math.min(1, Math.max(0, share + ahead / speed2));
    shares[each] = share;
    const gapX = x - cubic(cubics, at, share);
    const gapY = y - cubic(cubics, at + 4, share);
    distances[each] = Math.sqrt(gapX * gapX + gapY * gapY);
  }
  return distances;
}

function cubic(table, at, share) {
  return table[at] + share * (table[at + 1] + share * (table[at + 2] + share * table[at + 3]));
}

function speed(table, at, share) {
  return table[at + 1] + share * (2 * table[at + 2] + share * 3 * table[at + 3]);
}

// Each span's x and y as polynomials of its share, eight numbers a span.
function cubicsOf(points) {
  const table = blending(points);
  const cubics = new Float64Array(8 * points.length);
  points.forEach((_, span) => {
    for (let near = 0; near < 4; near++) {
      const { x, y } = points[(span - 1 + near + points.length) % points.length];
      for (let power = 0; power < 4; power++) {
        const weight = table[16 * span + 4 * near + power];
        cubics[8 * span + power] += weight * x;
        cubics[8 * span + 4 + power] += weight * y;
      }
    }
  });
  return cubics;
}

// The points moved so that the curve, at those places, lies nearest to the outline.
function leastSquares(points, outline, spans, shares, counts) {
  const count = points.length;
  const table = blending(points);
  const weights = new Float64Array(4);
  const sums = new Float64Array(24); // of one span: its four points with each other, and with x and y
  const rows = points.map(() => new Float64Array(count + 2)); // the last two columns are the right-hand side
  for (let each = 0; each < outline.length; each++) {
    const { x, y } = outline[each];
    const span = spans[each];
    weigh(table, span, shares[each], weights);
    for (let one = 0; one < 4; one++) {
      const weight = counts[each] * weights[one];
      for (let other = 0; other < 4; other++) sums[6 * one + other] += weight * weights[other];
      sums[6 * one + 4] += weight * x;
      sums[6 * one + 5] += weight * y;
    }
    if (spans[each + 1] !== span) addSums(rows, sums, span);
  }
  const hold = (HOLD * outline.length) / count;
  points.forEach(({ x, y }, each) => {
    rows[each][each] += hold;
    rows[each][count] += hold * x;
    rows[each][count + 1] += hold * y;
  });
  return solveRing(rows);
}

// Adds what the outline along one span says of its four points, and begins anew.
function addSums(rows, sums, span) {
  const count = rows.length;
  for (let one = 0; one < 4; one++) {
    const row = rows[(span - 1 + one + count) % count];
    for (let other = 0; other < 4; other++) row[(span - 1 + other + count) % count] += sums[6 * one + other];
    row[count] += sums[6 * one + 4];
    row[count + 1] += sums[6 * one + 5];
  }
  sums.fill(0);
}
