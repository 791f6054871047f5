// Brush, eraser and threshold brush: the pixels that a disc or square covers on its way.
import { intensitiesAround } from "./like_intensities.js";
import { snap, visitStroke } from "./raster.js";
import { Tool } from "./tool.js";

export class BrushTool extends Tool {
  constructor(editor, kind) {
    super(editor);
    this.kind = kind;
  }

  press(point, { erase }) {
    const { editor } = this;
    const { brushSize, tolerance } = editor.preferences;
    const erasing = erase || this.kind === "erase";
    const alike = () => intensitiesAround(point, editor.slice, editor.window, tolerance);
    const range = this.kind === "threshold" && !erasing ? alike() : null;
    this.stroke = editor.beginStroke({ erase: erasing, range });
    this.last = snap(point, brushSize);
    this.cover(this.last, this.last);
  }

  drag(points) {
    if (!this.stroke) return;
    for (const point of points) {
      const next = snap(point, this.editor.preferences.brushSize);
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

  release(point) {
    this.drag([point]);
    this.commit();
  }

  // The very pixels that a click would paint, at their true size.
  drawMarks(context) {
    const { cursor, preferences, view } = this.editor;
    if (!cursor) return;
    const { brushSize, brushShape } = preferences;
    const middle = snap(cursor, brushSize);
    const reach = brushSize / 2; // a brush looks the same whichever way round
    const [left, top] = view.toScreenBox(middle.x - reach, middle.y - reach, middle.x + reach, middle.y + reach);
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
