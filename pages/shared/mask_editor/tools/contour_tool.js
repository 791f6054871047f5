// Contours that the mask follows: points and lines are dragged, points added and taken away, new ones drawn.
// Longer than 200 lines: what the hand holds, what it chose and what it draws are one state.
import { Contours } from "../contours/contours.js";
import { flatten, nearest, placeOf, pointAt } from "../contours/curve.js";
import { pulled, pullShares, withPoint } from "../contours/pull.js";
import { shaper } from "../contours/shape.js";
import { drawContours, drawOpen } from "../marks/contour_marks.js";
import { ContourKeys } from "../by_keys/contour_keys.js";
import { Tool } from "./tool.js";

const REACH = 9; // CSS pixels in which a point or a line is taken hold of
const CLICK = 3; // CSS pixels that a pointer may move in a click
const FEWEST_POINTS = 3;

export class ContourTool extends Tool {
  constructor(editor) {
    super(editor);
    this.book = new Contours();
    this.keys = new ContourKeys(this);
    this.held = null; // what is dragged: { contour, points, shares, place, from, moved }
    this.chosen = null; // the point that Delete takes: { outline, x, y }
    this.corners = []; // of a new contour, until it is closed
    this.seen = {};
  }

  get pending() {
    return this.corners.length > 0;
  }

  get outlines() {
    return this.editor.options.outlines;
  }

  // The contours of the mask as it is; made anew only when it is another one.
  contours() {
    const { editor } = this;
    const mask = editor.mask();
    const seq = editor.draft?.seq;
    if (this.seen.mask !== mask || this.seen.seq !== seq) {
      this.seen = { mask, seq, contours: this.book.of(mask, editor.slice, this.outlines) };
    }
    return this.seen.contours;
  }

  labelOf({ outline }) {
    return this.outlines[outline].labels[0];
  }

  shown() {
    const { hidden } = this.editor.preferences;
    return this.contours().filter((contour) => !hidden.includes(this.labelOf(contour)));
  }

  // What lies under the cursor, a point before a line, and the contour of the chosen label before all others.
  targetAt(point) {
    const reach = REACH / this.editor.view.zoom;
    const { label } = this.editor.preferences;
    let best = null;
    for (const contour of this.shown()) {
      const own = this.labelOf(contour) === label ? 0 : 2;
      const found = nearest(contour.corners, point);
      const place = placeOf(contour.corners, found);
      const line = { contour, index: null, place, rank: own + 1, distance: found.distance };
      const points = contour.points.map(({ x, y }, index) => {
        return { contour, index, rank: own, distance: Math.hypot(point.x - x, point.y - y) };
      });
      for (const each of [line, ...points]) {
        if (each.distance > reach) continue;
        if (!best || each.rank < best.rank || (each.rank === best.rank && each.distance < best.distance)) best = each;
      }
    }
    return best;
  }

  // ---- what the hand does

  press(point, { erase }) {
    const target = this.pending ? null : this.targetAt(point);
    if (!target) return this.addCorner(point, erase);
    const { contour, index, place } = target;
    this.editor.preferLabel(this.labelOf(contour));
    this.choose(contour, index);
    if (erase) return index === null ? undefined : this.takePoint(contour, index);
    const { points, corners } = contour;
    const alone = points.map((_, each) => Number(each === index));
    const shares = index === null ? pullShares(points, corners, place) : alone;
    this.held = { contour, points, index, place, shares, from: point, moved: false };
  }

  drag(trace) {
    const { editor, held } = this;
    if (!held) return;
    const point = trace[trace.length - 1];
    const [dx, dy] = [point.x - held.from.x, point.y - held.from.y];
    if (!held.moved && Math.hypot(dx, dy) * editor.view.zoom < CLICK) return;
    if (!held.moved) {
      held.moved = true;
      this.stroke = this.strokeOf(held.contour);
      held.shape = shaper(this.stroke.before, editor.slice, this.outlines, held.contour.outline, held.contour.corners);
    }
    held.points = pulled(held.contour.points, held.shares, dx, dy);
    held.corners = flatten(held.points);
    this.choose({ ...held.contour, points: held.points }, held.index);
    this.stroke.reset();
    this.put(held.shape(held.corners));
    editor.show(editor.view.wholeBox());
    editor.view.invalidate("marks");
  }

  release(point) {
    this.drag([point]);
    const { held } = this;
    this.held = null;
    if (!held) return;
    if (held.moved) this.finish(held.contour.outline, held.points);
    else if (held.index === null) this.addPoint(held.contour, held.place);
    this.editor.view.invalidate("marks");
  }

  rightClick(point) {
    const target = this.targetAt(point);
    if (target && target.index !== null) this.takePoint(target.contour, target.index);
  }

  doubleClick() {
    if (this.pending) this.close();
  }

  key(name, event) {
    if (this.pending && ["Enter", "Backspace"].includes(name)) {
      if (name === "Enter") this.close();
      else this.corners.pop();
      this.editor.view.invalidate("marks");
      return true;
    }
    if (!["Delete", "Backspace"].includes(name) || !this.chosen || this.stroke || !this.editor.mayDraw()) return false;
    const { contour, index } = this.found();
    if (!contour) return false;
    if (event?.shiftKey) this.change(contour, null);
    else if (index >= 0) this.takePoint(contour, index);
    return true;
  }

  cancel() {
    super.cancel();
    this.held = null;
    this.corners = [];
    this.chosen = null;
    this.editor.view.invalidate("marks");
  }

  // ---- what becomes of it

  addPoint(contour, place) {
    const point = pointAt(contour.points, place);
    const points = withPoint(contour.points, place, point);
    this.change(contour, points);
    this.choose({ ...contour, points }, place.span + 1);
  }

  takePoint(contour, index) {
    const points = contour.points.filter((_, each) => each !== index);
    this.change(contour, points.length < FEWEST_POINTS ? null : points);
    this.chosen = null;
  }

  addCorner(point, erase) {
    if (erase || this.drawn() < 0) return; // background has no contour
    const [first] = this.corners;
    const reach = REACH / this.editor.view.zoom;
    const closes = this.corners.length >= FEWEST_POINTS && Math.hypot(point.x - first.x, point.y - first.y) < reach;
    if (closes) this.close();
    else this.corners.push(point);
    this.editor.view.invalidate("marks");
  }

  // The outline that the chosen label draws, -1 for background.
  drawn() {
    return this.outlines.findIndex(({ labels: [own] }) => own === this.editor.preferences.label);
  }

  close() {
    const { corners } = this;
    this.corners = [];
    if (corners.length >= FEWEST_POINTS) this.change({ outline: this.drawn(), corners: null }, corners);
  }

  // Puts other points in the place of a contour's, or none; all in one step, or in the one before where it `joins`.
  change(contour, points, joins = false) {
    const { editor } = this;
    this.stroke = this.strokeOf(contour);
    this.stroke.joins = joins;
    const shape = shaper(this.stroke.before, editor.slice, this.outlines, contour.outline, contour.corners);
    this.put(shape(points && flatten(points)));
    this.finish(contour.outline, points);
  }

  strokeOf(contour) {
    const label = this.labelOf(contour);
    return this.editor.beginStroke({ erase: false, label, active: label });
  }

  put(shaped) {
    shaped.forEach((label, index) => this.stroke.put(index, label));
  }

  finish(outline, points) {
    const { editor } = this;
    if (points) this.book.keep(points, this.stroke.draft.mask, editor.slice, this.outlines, outline);
    this.seen = {}; // a point more is another contour, even where the mask is the same
    this.commit();
    editor.view.invalidate("marks");
  }

  choose({ outline, points }, index) {
    const at = index === null ? points[0] : points[index];
    this.chosen = { outline, x: at.x, y: at.y, line: index === null };
  }

  // The chosen contour and the number of its point, -1 where its line was taken hold of.
  found() {
    const { outline, x, y, line } = this.chosen ?? {};
    for (const contour of this.contours()) {
      if (contour.outline !== outline) continue;
      const index = contour.points.findIndex((each) => each.x === x && each.y === y);
      if (index >= 0) return { contour, index: line ? -1 : index };
    }
    return { contour: null, index: -1 };
  }

  // ---- what is seen

  text() {
    if (this.pending) return "New contour: Enter or the first point closes it, Backspace drops the last one, Esc all";
    const target = this.editor.cursor && this.targetAt(this.editor.cursor);
    const outline = this.outlines[target ? target.contour.outline : this.drawn()];
    if (!outline) return "Contours: choose a label";
    const count = target ? `, ${target.contour.points.length} points` : "";
    return `Contour of the ${outline.name}${count}`;
  }

  drawMarks(context) {
    const { editor, held } = this;
    const { hexColours } = editor.view;
    const target = held ?? (editor.cursor && !this.pending && editor.ready ? this.targetAt(editor.cursor) : null);
    const marked = this.shown().map((contour) => {
      const mine = contour === target?.contour;
      const moving = held?.moved && mine ? { points: held.points, corners: held.corners } : {};
      const label = this.labelOf(contour);
      const active = mine || label === editor.preferences.label;
      return { ...contour, ...moving, colour: hexColours[label], active, under: mine ? target.index : null };
    });
    drawContours(context, editor.view, marked, this.chosen);
    if (this.pending) drawOpen(context, editor, this.corners, flatten);
  }
}
