// What all tools share: a stroke that is begun, shown, and committed or taken back whole.

export class Tool {
  constructor(editor) {
    this.editor = editor;
    this.stroke = null;
  }

  // Whether something is on the screen that is no part of the mask yet, and that Enter would make one.
  get pending() {
    return false;
  }

  press() {}
  drag() {}
  release() {}
  drawMarks() {}

  cancel() {
    if (this.stroke) this.editor.cancelStroke(this.stroke);
    this.stroke = null;
  }

  // The hand was taken away in the middle of it.
  abandon() {
    this.cancel();
  }

  commit() {
    if (this.stroke) this.editor.commitStroke(this.stroke);
    this.stroke = null;
  }
}

// The corners of all pixels between two points, both included.
export function cornersOfBox(from, to) {
  const [left, right] = [from.x, to.x].map(Math.floor).sort((one, other) => one - other);
  const [top, bottom] = [from.y, to.y].map(Math.floor).sort((one, other) => one - other);
  const corners = [[left, top], [right + 1, top], [right + 1, bottom + 1], [left, bottom + 1]];
  return corners.map(([x, y]) => ({ x, y }));
}

// A line through image points, seen on dark and bright pixels alike.
export function drawPath(context, editor, points, closed) {
  if (!points.length) return;
  const trace = new Path2D();
  points.forEach((point, index) => {
    const [x, y] = editor.view.toScreen(point.x, point.y);
    if (index) trace.lineTo(x, y);
    else trace.moveTo(x, y);
  });
  if (closed) trace.closePath();
  for (const [colour, width] of [["rgba(0, 0, 0, 0.6)", 3.5], [editor.drawingColour(), 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(trace);
  }
}
