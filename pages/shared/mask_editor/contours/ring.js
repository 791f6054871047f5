// Equations of points on a ring, each of which has only to do with its three neighbours on either side.

// Solves a symmetric positive system in place; each row ends with its right-hand side for x and for y. Returns the
// points. Only what can be other than zero is looked at: three columns beyond a row's own, and the last three.
export function solveRing(rows) {
  const count = rows.length;
  for (let pivot = 0; pivot < count; pivot++) {
    const upper = rows[pivot];
    const last = Math.max(pivot + 4, count - 3);
    for (let below = pivot + 1; below < count; below = below === pivot + 3 ? last : below + 1) {
      const lower = rows[below];
      const factor = lower[pivot] / upper[pivot];
      for (let column = pivot; column < count + 2; column = column === pivot + 3 ? last : column + 1) {
        lower[column] -= factor * upper[column];
      }
    }
  }
  const points = Array(count);
  for (let each = count - 1; each >= 0; each--) {
    const row = rows[each];
    const last = Math.max(each + 4, count - 3);
    let [x, y] = [row[count], row[count + 1]];
    for (let known = each + 1; known < count; known = known === each + 3 ? last : known + 1) {
      x -= row[known] * points[known].x;
      y -= row[known] * points[known].y;
    }
    points[each] = { x: x / row[each], y: y / row[each] };
  }
  return points;
}
