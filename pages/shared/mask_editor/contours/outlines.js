// The outlines of a mask's regions, as Python's core/editing/contours.py has them: pieces that hang together by
// edges or corners, without their holes, each with a line through the middles of the pixel edges around it.

export function regionOf(mask, labels) {
  const belongs = new Uint8Array(256);
  for (const label of labels) belongs[label] = 1;
  const region = new Uint8Array(mask.length);
  for (let index = 0; index < mask.length; index++) region[index] = belongs[mask[index]];
  return region;
}

// Numbers the pieces of a region from 1 in the order of their first pixels; { numbers, firsts, sizes } with one
// entry a piece, and one for number 0.
export function piecesOf(region, { width, height }) {
  const numbers = new Int32Array(region.length);
  const [firsts, sizes] = [[-1], [0]];
  const open = [];
  for (let first = 0; first < region.length; first++) {
    if (!region[first] || numbers[first]) continue;
    const number = firsts.length;
    let size = 0;
    numbers[first] = number;
    open.push(first);
    while (open.length) {
      const index = open.pop();
      const x = index % width;
      const y = (index - x) / width;
      size += 1;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let near = row * width + Math.max(0, x - 1); near <= row * width + Math.min(width - 1, x + 1); near++) {
          if (!region[near] || numbers[near]) continue;
          numbers[near] = number;
          open.push(near);
        }
      }
    }
    firsts.push(first);
    sizes.push(size);
  }
  return { numbers, firsts, sizes };
}

// Ways along the pixel edges: right, down, left, up; the piece is always on the right hand.
const EDGE_STEPS = [[1, 0], [0, 1], [-1, 0], [0, -1]];
// The pixels ahead on the left and on the right hand, from the corner that is reached in that direction.
const AHEAD_LEFT = [[0, -1], [0, 0], [-1, 0], [-1, -1]];
const AHEAD_RIGHT = [[0, 0], [-1, 0], [-1, -1], [0, -1]];

// The outer line around a piece, from its first pixel clockwise: the middle of each pixel edge.
export function outlineOf({ numbers, firsts }, number, { width, height }) {
  const first = firsts[number];
  const inside = (x, y) => x >= 0 && y >= 0 && x < width && y < height && numbers[y * width + x] === number;
  const [startX, startY] = [first % width, Math.floor(first / width)];
  const points = [];
  let [x, y, way] = [startX, startY, 0];
  do {
    const [dx, dy] = EDGE_STEPS[way];
    points.push({ x: x + dx / 2, y: y + dy / 2 });
    [x, y] = [x + dx, y + dy];
    const [left, right] = [AHEAD_LEFT[way], AHEAD_RIGHT[way]];
    if (inside(x + left[0], y + left[1])) way = (way + 3) % 4; // pixels that share a corner belong together
    else if (!inside(x + right[0], y + right[1])) way = (way + 1) % 4;
  } while (x !== startX || y !== startY || way !== 0);
  return points;
}
