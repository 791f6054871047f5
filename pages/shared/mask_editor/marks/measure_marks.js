// Measured figures over the picture, each with what was measured beside it.

const LINE = "#ffd54a";
const DARK = "rgba(0, 0, 0, 0.7)";
const TEXT_GAP = 8; // CSS pixels between a figure and its text

export function drawFigure(context, view, { kind, points }) {
  const trace = new Path2D();
  const places = points.map(({ x, y }) => view.toScreen(x, y));
  if (kind === "ellipse") {
    const [[left, top], [right, bottom]] = places;
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    trace.ellipse(x, y, Math.abs(right - left) / 2, Math.abs(bottom - top) / 2, 0, 0, 2 * Math.PI);
  } else {
    places.forEach(([x, y], index) => (index ? trace.lineTo(x, y) : trace.moveTo(x, y)));
    if (kind === "polygon") trace.closePath();
  }
  strokeMeasured(context, trace);
  if (kind === "ellipse") return;
  for (const [x, y] of places) {
    const end = new Path2D();
    end.arc(x, y, 3, 0, 2 * Math.PI);
    strokeMeasured(context, end);
  }
}

// To the right of the figure, or wherever in the well there is room.
export function drawTextBeside(context, view, points, text) {
  const places = points.map(({ x, y }) => view.toScreen(x, y));
  const right = Math.max(...places.map(([x]) => x));
  const middle = places.reduce((sum, [, y]) => sum + y, 0) / places.length;
  drawText(context, view, text, right + TEXT_GAP, middle);
}

export function drawText(context, view, text, left, middle) {
  const { width, height } = view.wellSize();
  context.font = "12px sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  const wide = context.measureText(text).width + 10;
  const x = Math.max(2, Math.min(left, width - wide - 2));
  const y = Math.max(12, Math.min(middle, height - 12));
  context.fillStyle = DARK;
  context.fillRect(x, y - 10, wide, 20);
  context.fillStyle = LINE;
  context.fillText(text, x + 5, y);
  context.textBaseline = "alphabetic";
}

function strokeMeasured(context, trace) {
  for (const [colour, width] of [[DARK, 4], [LINE, 1.75]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(trace);
  }
}
