// The labels of one slice while they are being drawn, with their history and how much of it the store has.
import { encodeRuns } from "../messages/runs.js";
import { changedBox, History } from "./history.js";

const LONGEST_PAUSE = 30; // seconds; a longer one is no work on this slice

export class Draft {
  constructor({ document, revision, slice, mask, seq = 0, acknowledged = seq, seen, history, seconds = 0 }) {
    this.document = document;
    this.revision = revision;
    this.fingerprint = slice.fingerprint;
    this.width = slice.width;
    this.height = slice.height;
    this.mask = mask;
    this.underway = null; // the stroke that is in the hand
    this.history = history ?? new History();
    this.seq = seq; // counts every change of the mask
    this.acknowledged = acknowledged; // the newest change that the store has
    this.sent = acknowledged;
    this.known = new Set(); // states of the store's draft that this mask has taken in
    this.see(seen?.tab ?? "", seen?.seq ?? acknowledged);
    this.seconds = seconds;
    this.active = 0;
    this.discards = 0; // when strokes on this slice were last given up, as the page counts
  }

  get stored() {
    return this.seq <= this.acknowledged;
  }

  // The store's draft is so far, by this browser tab, and the mask has it.
  see(tab, seq) {
    this.seen = { tab, seq };
    this.known.add(`${seq} ${tab}`);
  }

  knows(tab, seq, own) {
    return this.known.has(`${seq} ${tab}`) || (tab === own && seq <= this.acknowledged);
  }

  // No number of this tab is given twice: strokes that were given up must not be taken for later ones.
  countOn(seq) {
    this.seq = Math.max(this.seq, seq);
    this.acknowledged = this.seq;
    this.sent = this.seq;
  }

  fits(slice) {
    return this.fingerprint === slice.fingerprint && this.width === slice.width && this.height === slice.height;
  }

  // Makes the difference to an earlier copy one step of the history; false when there is none.
  commit(before, joins = false) {
    if (!this.history.record(before, this.mask, this.width, joins)) return false;
    this.seq += 1;
    return true;
  }

  undo() {
    const box = this.history.undo(this.mask, this.width);
    if (box) this.seq += 1;
    return box;
  }

  redo() {
    const box = this.history.redo(this.mask, this.width);
    if (box) this.seq += 1;
    return box;
  }

  // Takes over a mask that came from Python, as a step, so that even this can be undone.
  adopt({ mask, revision, acknowledged, tab }) {
    const before = this.numbered();
    this.mask = mask.slice();
    this.underway = null; // it was drawn on the other mask, and changes nothing here
    this.history.record(before, this.mask, this.width);
    this.settle({ revision, acknowledged, tab });
  }

  // Takes over the mask that is left when strokes were given up. Where a stroke is still on its way, the store will
  // have it nevertheless: what is shown goes after it, under the next number.
  giveUp(theirs, own) {
    const follows = !this.stored && (!theirs.acknowledged || theirs.tab === own); // else it will be refused
    this.adopt(theirs);
    if (follows) this.seq += 1;
  }

  // The store now has this very mask, under this revision.
  settle({ revision, acknowledged, tab }) {
    this.revision = revision;
    this.see(tab, acknowledged);
    this.countOn(acknowledged);
  }

  // Meets what Python shows for this slice. Its mask may be older than ours (a stroke made while it was being
  // saved), the same, or another one (a version was restored, another tab drew, the strokes were discarded).
  // `own` is the name of this browser tab.
  meet(theirs, own) {
    const { mask, revision, acknowledged, tab, discards, seconds } = theirs;
    this.seconds = Math.max(this.seconds, seconds);
    const same = revision === this.revision;
    if (same && discards > this.discards) return this.giveUp(theirs, own);
    // A page that mounts us again may send the picture that it sent first, from before the newest strokes.
    if (same && this.knows(tab, acknowledged, own)) return;
    const ahead = this.history.stepsBackTo(this.numbered(), this.width, mask);
    // Ours is the newer one only if some of it is still on its way; else an earlier state was restored.
    const ours = ahead === 0 || (ahead !== null && !this.stored);
    if (!ours) return this.adopt(theirs);
    if (same && tab === own && acknowledged <= this.seq) { // of another tab the number would say nothing here
      this.acknowledged = acknowledged;
      this.see(tab, acknowledged);
      return;
    }
    this.settle(theirs);
    if (ahead) this.seq += 1; // ours is newer: it goes out again, under the new revision
  }

  work(now = performance.now() / 1000) {
    if (this.active && now - this.active < LONGEST_PAUSE) this.seconds += now - this.active;
    this.active = now;
  }

  // The mask of the newest number: a stroke that is still in the hand has none.
  numbered() {
    return this.underway ? this.underway.before : this.mask;
  }

  payload(tab) {
    return {
      document: this.document,
      revision: this.revision,
      tab,
      seq: this.seq,
      since: this.seen.seq, // so that the store knows which of its strokes this mask has seen
      since_tab: this.seen.tab,
      height: this.height,
      width: this.width,
      runs: encodeRuns(this.numbered()),
      seconds: Math.round(this.seconds * 10) / 10,
    };
  }
}

// One gesture that changes labels: it knows which pixels it may change, and can be taken back whole. A draft has one
// underway at most: one that is begun takes back another, and one that is no longer underway changes nothing.
export class Stroke {
  // `range` limits it to pixels of these intensities; `spared` are labels that Protect keeps it from.
  constructor(draft, { label, spared = new Set(), range = null, pixels = null }) {
    draft.underway?.cancel();
    this.draft = draft;
    this.label = label;
    this.spared = spared;
    this.range = range;
    this.pixels = pixels;
    this.before = draft.mask.slice();
    this.joins = false; // whether it is undone together with the one before it
    draft.underway = this;
  }

  get isUnderway() {
    return this.draft.underway === this;
  }

  put(index, label = this.label) {
    const { mask } = this.draft;
    if (!this.isUnderway || mask[index] === label || this.spared.has(mask[index])) return;
    if (this.range && (this.pixels[index] < this.range.low || this.pixels[index] > this.range.high)) return;
    mask[index] = label;
  }

  reset() {
    if (this.isUnderway) this.draft.mask.set(this.before);
  }

  changed() {
    return changedBox(this.before, this.draft.mask, this.draft.width);
  }

  commit() {
    if (!this.isUnderway) return false;
    this.draft.underway = null;
    return this.draft.commit(this.before, this.joins);
  }

  cancel() {
    if (!this.isUnderway) return;
    this.reset();
    this.draft.underway = null;
  }
}
