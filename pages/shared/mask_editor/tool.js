// What all tools share: a stroke that is begun, shown, and committed or taken back whole.

export class Tool {
  constructor(editor) {
    this.editor = editor;
    this.stroke = null;
  }

  press() {}
  drag() {}
  release() {}
  drawMarks() {}

  cancel() {
    if (this.stroke) this.editor.cancelStroke(this.stroke);
    this.stroke = null;
  }

  commit() {
    if (this.stroke) this.editor.commitStroke(this.stroke);
    this.stroke = null;
  }
}

// A line through image points, seen on dark and bright pixels alike.
export function drawPath(context, editor, places, closed) {
  if (!places.length) return;
  const trace = new Path2D();
  places.forEach((place, index) => {
    const [x, y] = editor.view.toScreen(place.x, place.y);
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
