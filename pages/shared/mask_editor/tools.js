// What a press, drag and release of the pointer draw. A tool speaks to the editor: begin() a stroke, show() what
// it changed, commit() or cancel() it.
import { connected, snap, visitPolygon, visitRectangle, visitStroke } from "./raster.js";

const CLOSING_DISTANCE = 9; // CSS pixels to the first corner that close a polygon

class Tool {
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

// Brush, eraser and threshold brush: the pixels that a disc or square covers on its way.
class BrushTool extends Tool {
  constructor(editor, kind) {
    super(editor);
    this.kind = kind;
  }

  press(place, { erase }) {
    const { editor } = this;
    const { brushSize } = editor.preferences;
    const erasing = erase || this.kind === "erase";
    const range = this.kind === "threshold" && !erasing ? editor.intensitiesAround(place) : null;
    this.stroke = editor.beginStroke({ erase: erasing, range });
    this.last = snap(place, brushSize);
    this.cover(this.last, this.last);
  }

  drag(places) {
    if (!this.stroke) return;
    for (const place of places) {
      const next = snap(place, this.editor.preferences.brushSize);
      if (next.x === this.last.x && next.y === this.last.y) continue;
      this.cover(this.last, next);
      this.last = next;
    }
  }

  cover(from, to) {
    const { brushSize, brushShape } = this.editor.preferences;
    visitStroke(from, to, brushSize, brushShape, this.editor.slice, (index) => this.stroke.put(index));
    const reach = brushSize / 2 + 1;
    this.editor.show({
      left: Math.floor(Math.min(from.x, to.x) - reach),
      top: Math.floor(Math.min(from.y, to.y) - reach),
      right: Math.ceil(Math.max(from.x, to.x) + reach),
      bottom: Math.ceil(Math.max(from.y, to.y) + reach),
    });
  }

  release(place) {
    this.drag([place]);
    this.commit();
  }

  // The very pixels that a click would paint, at their true size.
  drawMarks(context) {
    const { cursor, preferences, view } = this.editor;
    if (!cursor) return;
    const { brushSize, brushShape } = preferences;
    const middle = snap(cursor, brushSize);
    const [left, top] = view.toScreen(middle.x - brushSize / 2, middle.y - brushSize / 2);
    const outline = footprint(brushSize, brushShape, view.zoom);
    context.translate(left, top);
    context.lineWidth = 3;
    context.strokeStyle = "rgba(0, 0, 0, 0.6)";
    context.stroke(outline);
    context.lineWidth = 1.25;
    context.strokeStyle = "#ffffff"; // seen on every label and every grey, with the dark line around it
    context.stroke(outline);
    context.translate(-left, -top);
  }
}

// The edge of a brush, pixel by pixel, at a zoom.
function footprint(size, shape, zoom) {
  const grid = { width: size, height: size };
  const inside = new Uint8Array(size * size);
  const middle = { x: size / 2, y: size / 2 };
  visitStroke(middle, middle, size, shape, grid, (index) => {
    inside[index] = 1;
  });
  const at = (x, y) => x >= 0 && y >= 0 && x < size && y < size && inside[y * size + x] === 1;
  const path = new Path2D();
  for (let y = 0; y <= size; y++) {
    for (let x = 0; x <= size; x++) {
      if (at(x, y) !== at(x, y - 1)) line(path, x, y, x + 1, y, zoom);
      if (at(x, y) !== at(x - 1, y)) line(path, x, y, x, y + 1, zoom);
    }
  }
  return path;
}

function line(path, fromX, fromY, toX, toY, zoom) {
  path.moveTo(fromX * zoom, fromY * zoom);
  path.lineTo(toX * zoom, toY * zoom);
}

function drawPath(context, editor, places, closed) {
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

class PolygonTool extends Tool {
  constructor(editor) {
    super(editor);
    this.corners = [];
  }

  press(place, { erase }) {
    this.erase = erase;
    if (this.corners.length > 2 && this.nearFirst(place)) this.close();
    else this.corners.push(place);
    this.editor.view.invalidate("marks");
  }

  nearFirst(place) {
    const [first] = this.corners;
    return Math.hypot(place.x - first.x, place.y - first.y) * this.editor.view.zoom < CLOSING_DISTANCE;
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
    drawPath(context, this.editor, cursor && this.corners.length ? [...this.corners, cursor] : this.corners, false);
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

class LassoTool extends Tool {
  constructor(editor) {
    super(editor);
    this.trace = [];
  }

  press(place, { erase }) {
    this.erase = erase;
    this.trace = [place];
  }

  drag(places) {
    if (this.trace.length) this.trace.push(...places);
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

class RectangleTool extends Tool {
  press(place, { erase }) {
    this.erase = erase;
    this.from = place;
    this.to = place;
  }

  drag(places) {
    if (this.from) this.to = places[places.length - 1];
  }

  release(place) {
    if (!this.from) return;
    const { from } = this;
    this.from = null;
    this.stroke = this.editor.beginStroke({ erase: this.erase });
    visitRectangle(from, place, this.editor.slice, (index) => this.stroke.put(index));
    this.commit();
  }

  cancel() {
    super.cancel();
    this.from = null;
    this.editor.view.invalidate("marks");
  }

  drawMarks(context) {
    if (!this.from) return;
    const [left, right] = [this.from.x, this.to.x].map(Math.floor).sort((one, other) => one - other);
    const [top, bottom] = [this.from.y, this.to.y].map(Math.floor).sort((one, other) => one - other);
    const corners = [[left, top], [right + 1, top], [right + 1, bottom + 1], [left, bottom + 1]];
    drawPath(context, this.editor, corners.map(([x, y]) => ({ x, y })), true);
  }
}

class FillTool extends Tool {
  press(place, { erase }) {
    const start = this.editor.indexAt(place);
    if (start === null) return;
    this.stroke = this.editor.beginStroke({ erase });
    for (const index of connected(this.editor.mask(), this.editor.slice, start)) this.stroke.put(index);
    this.commit();
  }
}

// Takes one connected piece of a label and moves it by whole pixels; with Ctrl it is erased instead.
class ComponentTool extends Tool {
  press(place, { erase }) {
    const { editor } = this;
    const start = editor.indexAt(place);
    const label = start === null ? 0 : editor.mask()[start];
    if (!label) return;
    this.piece = connected(editor.mask(), editor.slice, start, true);
    this.from = place;
    this.stroke = editor.beginStroke({ erase, label, active: label });
    if (!erase) return;
    for (const index of this.piece) this.stroke.put(index, 0);
    this.commit();
  }

  drag(places) {
    if (!this.stroke) return;
    const { editor, stroke } = this;
    const { width, height } = editor.slice;
    const place = places[places.length - 1];
    const [dx, dy] = [Math.round(place.x - this.from.x), Math.round(place.y - this.from.y)];
    stroke.reset();
    for (const index of this.piece) stroke.put(index, 0);
    for (const index of this.piece) {
      const x = (index % width) + dx;
      const y = Math.floor(index / width) + dy;
      if (x >= 0 && y >= 0 && x < width && y < height) stroke.put(y * width + x);
    }
    editor.show(editor.view.wholeBox());
  }

  release(place) {
    this.drag([place]);
    this.commit();
  }

  hover() {
    this.editor.view.invalidate("marks");
  }

  drawMarks(context) {
    if (this.stroke) return;
    const { editor } = this;
    const start = editor.cursor ? editor.indexAt(editor.cursor) : null;
    if (start === null || !editor.mask()[start]) return;
    const { width } = editor.slice;
    const piece = connected(editor.mask(), editor.slice, start, true);
    const inside = new Set(piece);
    const edge = new Path2D();
    for (const index of piece) {
      const x = index % width;
      const y = Math.floor(index / width);
      const [left, top] = editor.view.toScreen(x, y);
      const size = editor.view.zoom;
      if (!inside.has(index - width)) edge.rect(left, top, size, 0);
      if (!inside.has(index + width)) edge.rect(left, top + size, size, 0);
      if (x === 0 || !inside.has(index - 1)) edge.rect(left, top, 0, size);
      if (x === width - 1 || !inside.has(index + 1)) edge.rect(left + size, top, 0, size);
    }
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.5;
    context.stroke(edge);
  }
}

export function makeTools(editor) {
  return {
    brush: new BrushTool(editor, "brush"),
    erase: new BrushTool(editor, "erase"),
    threshold: new BrushTool(editor, "threshold"),
    polygon: new PolygonTool(editor),
    lasso: new LassoTool(editor),
    rectangle: new RectangleTool(editor),
    fill: new FillTool(editor),
    component: new ComponentTool(editor),
  };
}
