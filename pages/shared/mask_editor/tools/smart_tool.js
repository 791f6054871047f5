// Smart correction: clicks, scribbles and boxes go to Python, which answers with a mask; Enter takes it over.
import { decodeRuns, encodeRuns } from "../messages/runs.js";
import { tabMemory } from "../messages/tab_memory.js";
import { SmartKeys } from "../by_keys/smart_keys.js";
import { cornersOfBox, drawPath, Tool } from "./tool.js";

const MAX_POINTS = 4096; // of one scribble, as Python allows

// The two corners of a box; one that was only begun has one.
function ends(points) {
  return [points[0], points[points.length - 1]];
}

export class SmartTool extends Tool {
  constructor(editor) {
    super(editor);
    this.keys = new SmartKeys(this);
    this.hints = [];
    this.trace = null; // of the scribble or box in the hand
    this.preview = null;
    this.request = 0; // the newest one; older answers come too late
  }

  get pending() {
    return this.hints.length > 0;
  }

  // With Shift a box, outside of which nothing is the label; the background has no such box.
  press(point, { erase, shift }) {
    if (!this.inside(point)) return;
    const box = Boolean(shift) && !erase && this.editor.preferences.label > 0;
    this.trace = { points: [point], adds: !erase, box };
    this.editor.view.invalidate("marks");
  }

  drag(points) {
    const { trace } = this;
    if (trace?.box) trace.points = [trace.points[0], this.within(points[points.length - 1])];
    else if (trace) trace.points.push(...points);
    this.editor.view.invalidate("marks");
  }

  release() {
    if (!this.trace) return;
    const { points, adds, box } = this.trace;
    this.trace = null;
    this.addHint(points, adds, box);
  }

  // A right click that was no drag: the label is to go from here.
  rightClick(point) {
    if (this.inside(point)) this.addHint([point], false);
  }

  inside(point) {
    return this.editor.indexAt(point) !== null;
  }

  // The nearest point of the picture.
  within({ x, y }) {
    const { width, height } = this.editor.slice;
    const inRange = (value, size) => Math.min(size - 0.5, Math.max(0.5, value));
    return { x: inRange(x, width), y: inRange(y, height) };
  }

  addHint(points, adds, box = false) {
    const label = this.editor.preferences.label;
    const pixels = new Map();
    for (const point of points.slice(0, MAX_POINTS)) {
      const index = this.editor.indexAt(point);
      if (index !== null) pixels.set(index, [Math.floor(point.y), Math.floor(point.x)]);
    }
    if (!pixels.size) return;
    // A box of one pixel is a click.
    this.hints.push({ pixels: [...pixels.values()], label, adds, points, box: box && pixels.size === 2 });
    this.ask();
  }

  ask() {
    const { editor } = this;
    const memory = tabMemory();
    memory.request = (memory.request ?? 0) + 1;
    this.request = memory.request;
    editor.send("refine", {
      document: editor.options.document,
      revision: editor.options.revision,
      tab: memory.tab,
      request: this.request,
      runs: encodeRuns(editor.draft.mask),
      hints: this.hints.map(({ pixels, label, adds, box }) => ({ points: pixels, label, adds, box })),
    });
    editor.toolbar.refreshStatus();
    editor.view.invalidate("marks");
  }

  // Python's answer: the whole mask after all hints, to look at before it counts.
  hear(answer) {
    const { editor } = this;
    if (!answer || answer.request !== this.request || answer.tab !== tabMemory().tab || !this.pending) return;
    if (answer.document !== editor.options.document || this.preview?.request === answer.request) return;
    const { width, height } = editor.slice;
    this.preview = { request: answer.request, mask: decodeRuns(answer.runs, width * height) };
    editor.view.setMask(this.preview.mask);
    editor.toolbar.refreshStatus();
  }

  key(name) {
    if (!this.pending || !["Enter", "Backspace"].includes(name)) return false;
    if (name === "Enter") this.accept();
    else {
      this.hints.pop();
      if (this.pending) this.ask();
      else this.cancel();
    }
    return true;
  }

  accept() {
    if (this.preview?.request !== this.request) return; // the answer to the last click is still on its way
    const { mask } = this.preview;
    const { editor } = this;
    this.forget();
    editor.view.setMask(editor.draft.mask);
    editor.apply(Array.from(mask, (label, index) => [index, label])); // what is equal already stays untouched
  }

  cancel() {
    super.cancel();
    const shown = this.preview;
    this.forget();
    if (shown && this.editor.draft) this.editor.view.setMask(this.editor.draft.mask);
    this.editor.view.invalidate("marks");
  }

  forget() {
    this.hints = [];
    this.trace = null;
    this.preview = null;
    this.request = -1;
    this.editor.toolbar?.refreshStatus();
  }

  text() {
    const box = this.keys.text();
    if (box || !this.pending) return box;
    const waiting = this.preview?.request !== this.request;
    return waiting ? "Smart correction …" : "Smart correction: Enter takes it, Backspace drops the last click, Esc all";
  }

  drawMarks(context) {
    const { editor } = this;
    if (this.trace?.box) drawPath(context, editor, cornersOfBox(...ends(this.trace.points)), true);
    else if (this.trace) drawPath(context, editor, this.trace.points, false);
    for (const { points, label, adds, box } of this.hints) {
      if (box) {
        drawPath(context, editor, cornersOfBox(...ends(points)), true);
        continue;
      }
      const { x, y } = points[points.length - 1];
      const [column, row] = editor.view.toScreen(Math.floor(x) + 0.5, Math.floor(y) + 0.5);
      context.beginPath();
      context.arc(column, row, 6, 0, 2 * Math.PI);
      context.fillStyle = label ? editor.view.hexColours[label] : "#7f7f7f";
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = "#ffffff";
      context.stroke();
      context.beginPath();
      context.moveTo(column - 3, row);
      context.lineTo(column + 3, row);
      if (adds) {
        context.moveTo(column, row - 3);
        context.lineTo(column, row + 3);
      }
      context.stroke();
    }
  }
}
