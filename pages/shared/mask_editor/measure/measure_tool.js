// Measures a line, an ellipse or a polygon, and the label under the cursor. It only looks: no stroke comes of it.
import { measured, measuredLabel } from "./measures.js";
import { drawFigure, drawText, drawTextBeside } from "../marks/measure_marks.js";

const SMALLEST = 3; // CSS pixels: less is a click, and no figure
const CLOSING = 9; // CSS pixels to the first corner that close a polygon
const POLYGON_CORNERS = 3;

export class MeasureTool {
  constructor(editor) {
    this.editor = editor;
    this.onlyLooks = true;
    this.figures = []; // { kind, points, text }
    this.open = null; // the one in the hand
    this.seen = {}; // what was measured of the label under the cursor
  }

  get kind() {
    return this.editor.preferences.measure;
  }

  press(point) {
    if (this.kind !== "polygon") this.open = { kind: this.kind, points: [point, point] };
    else if (this.closes(point)) return this.close();
    else this.open = { kind: "polygon", points: [...(this.open?.points ?? []), point] };
    this.redraw();
  }

  drag(points) {
    if (!this.open || this.open.kind === "polygon") return;
    this.open = { ...this.open, points: [this.open.points[0], points[points.length - 1]] };
    this.redraw();
  }

  release(point) {
    if (!this.open || this.open.kind === "polygon") return;
    this.drag([point]);
    const [from, to] = this.open.points;
    const far = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) * this.editor.view.zoom;
    if (far >= SMALLEST) this.keep();
    else this.abandon();
  }

  doubleClick() {
    if (this.open?.kind === "polygon") this.close();
  }

  key(name) {
    if (this.open?.kind !== "polygon" || !["Enter", "Backspace"].includes(name)) return false;
    const corners = this.open.points.slice(0, -1);
    if (name === "Enter") this.close();
    else this.open = corners.length ? { ...this.open, points: corners } : null;
    this.redraw();
    return true;
  }

  closes(point) {
    const corners = this.open?.points ?? [];
    if (corners.length < POLYGON_CORNERS) return false;
    return Math.hypot(point.x - corners[0].x, point.y - corners[0].y) * this.editor.view.zoom < CLOSING;
  }

  close() {
    if (this.open.points.length >= POLYGON_CORNERS) this.keep();
    else this.abandon();
  }

  keep() {
    this.figures = [...this.figures, { ...this.open, text: measured(this.open, this.editor.slice) }];
    this.abandon();
  }

  // Lets go of what is in the hand; what has been measured stays.
  abandon() {
    this.open = null;
    this.redraw();
  }

  cancel() {
    this.figures = [];
    this.abandon();
  }

  get isEmpty() {
    return !this.open && !this.figures.length;
  }

  redraw() {
    this.editor.view.invalidate("marks");
    this.editor.toolbar?.refreshStatus();
  }

  // ---- what is seen

  // The figure in the hand, or else the one that was measured last.
  newest() {
    const { open, kind, figures, editor } = this;
    const ready = open && (kind !== "polygon" || open.points.length >= POLYGON_CORNERS);
    if (ready) return measured(open, editor.slice);
    return figures.length ? figures[figures.length - 1].text : "";
  }

  // Of the whole label, not of the piece alone; counted anew only when another mask or label is meant.
  labelText() {
    const { editor, seen } = this;
    const at = editor.pixelUnderCursor();
    const mask = editor.mask();
    const label = at ? mask[at.y * editor.slice.width + at.x] : 0;
    if (!label) return "";
    const changes = editor.draft?.seq;
    if (seen.label !== label || seen.mask !== mask || seen.changes !== changes || seen.slice !== editor.slice) {
      const text = measuredLabel(label, mask, editor.slice);
      this.seen = { label, mask, changes, slice: editor.slice, text };
    }
    return this.seen.text;
  }

  // The status line says beside it which label that is.
  text() {
    return this.labelText() || "Measuring: Esc clears";
  }

  drawMarks(context) {
    const { editor, open } = this;
    const { view, cursor } = editor;
    for (const figure of this.figures) {
      drawFigure(context, view, figure);
      drawTextBeside(context, view, figure.points, figure.text);
    }
    if (open) {
      const corners = open.kind === "polygon" && cursor ? [...open.points, cursor] : open.points;
      const drawn = { kind: open.kind === "polygon" ? "line" : open.kind, points: corners };
      drawFigure(context, view, drawn);
      if (this.newest() && open.kind !== "polygon") drawTextBeside(context, view, corners, this.newest());
    } else if (cursor && this.labelText()) {
      const [x, y] = view.toScreen(cursor.x, cursor.y);
      const { name } = editor.toolbar.labels[this.seen.label];
      drawText(context, view, `${name}: ${this.labelText()}`, x + 16, y + 20);
    }
  }
}
