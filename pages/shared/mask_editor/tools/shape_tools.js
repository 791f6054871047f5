// Polygon, lasso and rectangle: a shape that is filled once it is closed.
import { visitPolygon, visitRectangle } from "./raster.js";
import { cornersOfBox, drawPath, Tool } from "./tool.js";

const CLOSING_DISTANCE = 9; // CSS pixels to the first corner that close a polygon

export class PolygonTool extends Tool {
  constructor(editor) {
    super(editor);
    this.corners = [];
  }

  get pending() {
    return this.corners.length > 0;
  }

  press(point, { erase }) {
    this.erase = erase;
    if (this.corners.length > 2 && this.nearFirst(point)) this.close();
    else this.corners.push(point);
    this.editor.view.invalidate("marks");
  }

  nearFirst(point) {
    const [first] = this.corners;
    return Math.hypot(point.x - first.x, point.y - first.y) * this.editor.view.zoom < CLOSING_DISTANCE;
  }

  close() {
    const { corners } = this;
    this.corners = [];
    if (corners.length > 2) {
      this.stroke = this.editor.beginStroke({ erase: this.erase });
      visitPolygon(corners, this.editor.slice, (index) => this.stroke.put(index));
      this.commit();
    }
    this.editor.view.invalidate("marks");
  }

  doubleClick() {
    this.close();
  }

  key(name) {
    if (!this.corners.length || !["Enter", "Backspace"].includes(name)) return false;
    if (name === "Enter") this.close();
    else this.corners.pop();
    this.editor.view.invalidate("marks");
    return true;
  }

  cancel() {
    super.cancel();
    this.corners = [];
    this.editor.view.invalidate("marks");
  }

  drawMarks(context) {
    const { cursor, view } = this.editor;
    const open = cursor && this.corners.length ? [...this.corners, cursor] : this.corners;
    drawPath(context, this.editor, open, false);
    this.corners.forEach((corner, index) => {
      const [x, y] = view.toScreen(corner.x, corner.y);
      const size = index === 0 && this.corners.length > 2 ? 9 : 6; // the first one closes the shape
      context.fillStyle = this.editor.drawingColour();
      context.fillRect(x - size / 2, y - size / 2, size, size);
      context.lineWidth = 1;
      context.strokeStyle = "#ffffff";
      context.strokeRect(x - size / 2, y - size / 2, size, size);
    });
  }
}

export class LassoTool extends Tool {
  constructor(editor) {
    super(editor);
    this.trace = [];
  }

  press(point, { erase }) {
    this.erase = erase;
    this.trace = [point];
  }

  drag(points) {
    if (this.trace.length) this.trace.push(...points);
  }

  release() {
    const { trace } = this;
    this.trace = [];
    if (trace.length < 3) return;
    this.stroke = this.editor.beginStroke({ erase: this.erase });
    visitPolygon(trace, this.editor.slice, (index) => this.stroke.put(index));
    this.commit();
  }

  cancel() {
    super.cancel();
    this.trace = [];
    this.editor.view.invalidate("marks");
  }

  drawMarks(context) {
    drawPath(context, this.editor, this.trace, true);
  }
}

export class RectangleTool extends Tool {
  press(point, { erase }) {
    this.erase = erase;
    this.from = point;
    this.to = point;
  }

  drag(points) {
    if (this.from) this.to = points[points.length - 1];
  }

  release(point) {
    if (!this.from) return;
    const { from } = this;
    this.from = null;
    this.stroke = this.editor.beginStroke({ erase: this.erase });
    visitRectangle(from, point, this.editor.slice, (index) => this.stroke.put(index));
    this.commit();
  }

  cancel() {
    super.cancel();
    this.from = null;
    this.editor.view.invalidate("marks");
  }

  drawMarks(context) {
    if (this.from) drawPath(context, this.editor, cornersOfBox(this.from, this.to), true);
  }
}
