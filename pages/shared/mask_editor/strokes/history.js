// Undo and redo: steps that hold a rectangle of the mask before and after, as run lengths.
import { decodeRuns, encodeRuns } from "../messages/runs.js";

const MAX_STEPS = 300; // a reader is promised 200

export function cut(mask, width, box) {
  const part = new Uint8Array((box.right - box.left) * (box.bottom - box.top));
  let at = 0;
  for (let y = box.top; y < box.bottom; y++) {
    part.set(mask.subarray(y * width + box.left, y * width + box.right), at);
    at += box.right - box.left;
  }
  return part;
}

export function paste(mask, width, box, part) {
  const row = box.right - box.left;
  for (let y = box.top; y < box.bottom; y++) {
    const at = (y - box.top) * row;
    mask.set(part.subarray(at, at + row), y * width + box.left);
  }
}

// The smallest rectangle around all pixels that differ, or null.
export function changedBox(before, after, width) {
  let [left, top, right, bottom] = [width, Infinity, -1, -1];
  for (let index = 0; index < before.length; index++) {
    if (before[index] === after[index]) continue;
    const x = index % width;
    const y = (index - x) / width;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    bottom = y;
  }
  return right < 0 ? null : { left, top, right: right + 1, bottom: bottom + 1 };
}

// The smallest rectangle around others; null when there are none.
function boxAround(boxes) {
  if (!boxes.length) return null;
  const ends = (take, side) => take(...boxes.map((box) => box[side]));
  const [least, most] = [Math.min, Math.max];
  return { left: ends(least, "left"), top: ends(least, "top"), right: ends(most, "right"), bottom: ends(most, "bottom") };
}

export class History {
  // `first` numbers the oldest step that is kept; `done` of the steps are in the mask, the rest can be redone.
  constructor({ first = 0, steps = [], done = steps.length } = {}) {
    this.first = first;
    this.steps = steps;
    this.done = done;
  }

  canUndo() {
    return this.done > 0;
  }

  canRedo() {
    return this.done < this.steps.length;
  }

  // Notes what changed between two whole masks; null when nothing did. One that `joins` is undone and done again
  // together with the step before it, and is a step of its own to the store.
  record(before, after, width, joins = false) {
    const box = changedBox(before, after, width);
    if (!box) return null;
    const [was, is] = [before, after].map((mask) => encodeRuns(cut(mask, width, box)));
    const step = { box, before: was, after: is, joins };
    this.steps.length = this.done;
    this.steps.push(step);
    if (this.steps.filter((each) => !each.joins).length > MAX_STEPS) this.forgetOldest();
    this.done = this.steps.length;
    return step;
  }

  forgetOldest() {
    do {
      this.steps.shift();
      this.first += 1;
    } while (this.steps[0]?.joins);
  }

  undo(mask, width) {
    const boxes = [];
    do {
      if (!this.canUndo()) break;
      this.done -= 1;
      boxes.push(this.apply(mask, width, this.done, "before"));
    } while (this.steps[this.done].joins);
    return boxAround(boxes);
  }

  redo(mask, width) {
    const boxes = [];
    do {
      if (!this.canRedo()) break;
      this.done += 1;
      boxes.push(this.apply(mask, width, this.done - 1, "after"));
    } while (this.steps[this.done]?.joins);
    return boxAround(boxes);
  }

  apply(mask, width, index, side) {
    const { box, [side]: runs } = this.steps[index];
    paste(mask, width, box, decodeRuns(runs, (box.right - box.left) * (box.bottom - box.top)));
    return box;
  }

  // How many undone steps lead from the mask back to another one; null when none of the latest do.
  stepsBackTo(mask, width, other, most = 30) {
    const trial = mask.slice();
    for (let back = 0; back <= Math.min(most, this.done); back++) {
      if (back) this.apply(trial, width, this.done - back, "before");
      if (!changedBox(trial, other, width)) return back;
    }
    return null;
  }
}
