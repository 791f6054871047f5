// Lines over the labels at screen resolution: outlines, and crosses on what was taken from the model's mask.

// Each label's border lies inside its own pixels: two labels that touch show both lines, side by side.
export function drawOutlines(view, context, box) {
  if (!box) return;
  const { mask } = view;
  const { width, height } = view.slice;
  const thick = Math.max(1, Math.round(Math.min(2, view.zoom * 0.4) * view.ratio));
  const paths = view.hexColours.map(() => new Path2D());
  const { beside } = view.orientation; // ways in the image to what is left, right, above and below on the screen
  const labelAt = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : mask[y * width + x]);
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const label = view.mask[y * width + x];
      if (!label || view.settings.hidden.has(label)) continue;
      const [west, east, north, south] = beside.map(([dx, dy]) => labelAt(x + dx, y + dy) !== label);
      if (!(west || east || north || south)) continue;
      const box = { left: x, top: y, right: x + 1, bottom: y + 1 };
      const [left, top, right, bottom] = view.deviceBox(box, Math.round);
      if (north) paths[label].rect(left, top, right - left, thick);
      if (south) paths[label].rect(left, bottom - thick, right - left, thick);
      if (west) paths[label].rect(left, top, thick, bottom - top);
      if (east) paths[label].rect(right - thick, top, thick, bottom - top);
    }
  }
  paths.forEach((path, label) => {
    context.fillStyle = view.hexColours[label];
    context.fill(path);
  });
}

// In the difference view a cross marks what the model had labelled and the reader has taken away.
export function drawRemoved(view, context, box) {
  if (!box) return;
  const { width, modelMask } = view.slice;
  const paths = view.hexColours.map(() => new Path2D());
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      const index = y * width + x;
      const label = modelMask[index];
      if (!label || view.mask[index] || view.settings.hidden.has(label)) continue;
      const box = { left: x + 0.2, top: y + 0.2, right: x + 0.8, bottom: y + 0.8 };
      const [left, top, right, bottom] = view.deviceBox(box, Math.round);
      paths[label].moveTo(left, top);
      paths[label].lineTo(right, bottom);
      paths[label].moveTo(right, top);
      paths[label].lineTo(left, bottom);
    }
  }
  context.lineWidth = Math.max(1, view.ratio);
  paths.forEach((path, label) => {
    context.strokeStyle = view.hexColours[label];
    context.stroke(path);
  });
}
