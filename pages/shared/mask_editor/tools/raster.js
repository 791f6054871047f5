// Which pixels a shape covers. A pixel belongs to a shape when its centre (x + 0.5, y + 0.5) does; brushes decide
// that without rounding, because snapped points are halves, so the same stroke always gives the same pixels.
// Every function calls visit(index) for row-major indices and keeps to the image.

// A brush moves in steps of a pixel: over pixel centres when its size is odd, over pixel corners when even.
export function snap(point, size) {
  if (size % 2) return { x: Math.floor(point.x) + 0.5, y: Math.floor(point.y) + 0.5 };
  return { x: Math.round(point.x), y: Math.round(point.y) };
}

// The pixels under a brush that is drawn from one snapped point to another: round, those no further than half
// the size from the line; square, those that the moving square covers.
export function visitStroke(from, to, size, shape, { width, height }, visit) {
  const radius = size / 2;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length2 = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + radius));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + radius));
  const inRound = (x, y) => {
    const along = (x - from.x) * dx + (y - from.y) * dy;
    if (along <= 0) return (x - from.x) ** 2 + (y - from.y) ** 2 <= radius * radius;
    if (along >= length2) return (x - to.x) ** 2 + (y - to.y) ** 2 <= radius * radius;
    const across = (x - from.x) * dy - (y - from.y) * dx;
    return across * across <= radius * radius * length2;
  };
  const inSquare = (x, y) => {
    if (x < Math.min(from.x, to.x) - radius || x > Math.max(from.x, to.x) + radius) return false;
    if (y < Math.min(from.y, to.y) - radius || y > Math.max(from.y, to.y) + radius) return false;
    const across = (x - from.x) * dy - (y - from.y) * dx;
    return Math.abs(across) <= radius * (Math.abs(dx) + Math.abs(dy));
  };
  const inside = shape === "square" ? inSquare : inRound;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      if (inside(x + 0.5, y + 0.5)) visit(y * width + x);
    }
  }
}

// Inside by the even-odd rule, to the bit as `fill_polygon` of core/editing/contours.py: a centre that lies on an edge
// counts for the shape on its left and below.
export function visitPolygon(points, { width, height }, visit) {
  const rows = points.map((point) => point.y);
  const top = Math.max(0, Math.floor(Math.min(...rows)));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(...rows)));
  for (let y = top; y <= bottom; y++) {
    const centre = y + 0.5;
    const crossings = [];
    points.forEach((one, index) => {
      const other = points[(index + points.length - 1) % points.length];
      if (one.y > centre !== other.y > centre) {
        crossings.push(other.x + ((centre - other.y) * (one.x - other.x)) / (one.y - other.y));
      }
    });
    crossings.sort((one, other) => one - other);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const first = Math.max(0, Math.floor(crossings[pair] - 0.5) + 1);
      const last = Math.min(width - 1, Math.floor(crossings[pair + 1] - 0.5));
      for (let x = first; x <= last; x++) visit(y * width + x);
    }
  }
}

// From the pixel under one point to the pixel under the other, both included.
export function visitRectangle(from, to, { width, height }, visit) {
  const [left, right] = [from.x, to.x].map(Math.floor).sort((one, other) => one - other);
  const [top, bottom] = [from.y, to.y].map(Math.floor).sort((one, other) => one - other);
  for (let y = Math.max(0, top); y <= Math.min(height - 1, bottom); y++) {
    for (let x = Math.max(0, left); x <= Math.min(width - 1, right); x++) visit(y * width + x);
  }
}

// The pixels of the same label that hang together with the given one; by edges, or by corners too.
export function connected(mask, { width, height }, start, corners = false) {
  const label = mask[start];
  const seen = new Uint8Array(mask.length);
  const piece = [start];
  seen[start] = 1;
  for (let next = 0; next < piece.length; next++) {
    for (const index of neighbours(piece[next], width, height, corners)) {
      if (!seen[index] && mask[index] === label) {
        seen[index] = 1;
        piece.push(index);
      }
    }
  }
  return piece;
}

export function neighbours(index, width, height, corners = false) {
  const x = index % width;
  const y = (index - x) / width;
  const near = [];
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      if ((!dx && !dy) || (!corners && dx && dy)) continue;
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      near.push(index + dy * width + dx);
    }
  }
  return near;
}
