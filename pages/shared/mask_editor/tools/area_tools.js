// Tools for a connected area of one label: fill it, move it, erase it.
import { connected } from "./raster.js";
import { Tool } from "./tool.js";

export class FillTool extends Tool {
  press(point, { erase }) {
    const start = this.editor.indexAt(point);
    if (start === null) return;
    this.stroke = this.editor.beginStroke({ erase });
    for (const index of connected(this.editor.mask(), this.editor.slice, start)) this.stroke.put(index);
    this.commit();
  }
}

// Takes one connected piece of a label and moves it by whole pixels; with Ctrl it is erased instead.
export class ComponentTool extends Tool {
  press(point, { erase }) {
    const { editor } = this;
    const start = editor.indexAt(point);
    const label = start === null ? 0 : editor.mask()[start];
    if (!label) return;
    this.piece = connected(editor.mask(), editor.slice, start, true);
    this.from = point;
    this.stroke = editor.beginStroke({ erase, label, active: label });
    if (!erase) return;
    for (const index of this.piece) this.stroke.put(index, 0);
    this.commit();
  }

  drag(points) {
    if (!this.stroke) return;
    const { editor, stroke } = this;
    const { width, height } = editor.slice;
    const point = points[points.length - 1];
    const [dx, dy] = [Math.round(point.x - this.from.x), Math.round(point.y - this.from.y)];
    stroke.reset();
    for (const index of this.piece) stroke.put(index, 0);
    for (const index of this.piece) {
      const x = (index % width) + dx;
      const y = Math.floor(index / width) + dy;
      if (x >= 0 && y >= 0 && x < width && y < height) stroke.put(y * width + x);
    }
    editor.show(editor.view.wholeBox());
  }

  release(point) {
    this.drag([point]);
    this.commit();
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
      const line = (fromX, fromY, toX, toY) => {
        edge.moveTo(...editor.view.toScreen(fromX, fromY));
        edge.lineTo(...editor.view.toScreen(toX, toY));
      };
      if (!inside.has(index - width)) line(x, y, x + 1, y);
      if (!inside.has(index + width)) line(x, y + 1, x + 1, y + 1);
      if (x === 0 || !inside.has(index - 1)) line(x, y, x, y + 1);
      if (x === width - 1 || !inside.has(index + 1)) line(x + 1, y, x + 1, y + 1);
    }
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.5;
    context.stroke(edge);
  }
}
