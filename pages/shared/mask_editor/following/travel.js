// Keys that lead to another slice: the pictures change in the browser alone, and the page is asked to follow, one
// request at a time, of which the newest wins. What is decided is decided on the slice that is shown.
import { foreseen, keepAhead, maskOf, wayOf } from "./ahead.js";
import { unpack, unpackOptions } from "../messages/packing.js";
import { neighbourOf } from "./series_places.js";
import { tabMemory } from "../messages/tab_memory.js";
import { isInSight, sightOf, uncovering } from "./sight.js";

export const PICTURE_CHANGED = "The picture changed before this was done. Look again, then decide.";
export const NOT_WHOLE = "Not all of the mask was in sight. It is shown now: look at it, then approve.";
const NO_WAY = {
  previous_slice: "This is the first slice.",
  next_slice: "This is the last slice.",
  previous_phase: "This series has one phase.",
  next_phase: "This series has one phase.",
};
const UNFOLLOWED = 10000; // ms that the page is waited for
const PATIENT_FOR = 3; // requests
const LET_GO = 700; // ms without a repeat: the key is up, although nobody said so
const WHEEL_RESTS = 200; // ms without a notch: there the page may follow

export class Travel {
  constructor(editor) {
    this.editor = editor;
    this.mask = null; // of the slice that is shown although the page has not followed yet
    this.goal = null; // document that the page has still to open
    this.asked = null; // { seq, goal } of the newest request that the page has not answered
    this.guessed = false; // whether the slice that is shown is where the newest request should lead
    this.holding = false; // a key is held down
    this.nUnanswered = 0; // requests in a row
    this.painted = true; // the slice that was shown last has been drawn
    this.deferred = null; // a decision on the slice that is shown
  }

  destroy() {
    clearTimeout(this.patience);
    clearTimeout(this.letGo);
  }

  // Whether the page has another slice open than the one that is shown or on its way.
  get isAhead() {
    return this.mask !== null || this.goal !== null;
  }

  step(name, held) {
    const { group, document } = this.editor.options;
    this.deferred = null;
    if (held) this.hold();
    if (held && !this.painted) return; // a machine that cannot keep up sees fewer pictures, and stays with the page
    const target = neighbourOf(group, this.goal ?? document, name);
    if (target === null) {
      if (!held) this.editor.tell(NO_WAY[name]);
      return;
    }
    if (target === undefined) {
      if (!(held || this.holding) || !this.asked) this.ask(name, null);
      return;
    }
    const picture = foreseen(target);
    if (held && !picture) return this.editor.fetching.first(target); // the next repeat may find it
    this.goTo(target, picture);
  }

  // To a slice whose name is known, from the one that is shown.
  goTo(target, picture = foreseen(target)) {
    const { document } = this.editor.options;
    if (target === (this.goal ?? document)) return;
    this.deferred = null;
    this.goal = target;
    if (picture) this.show(picture);
    else if (this.holding) this.editor.fetching.first(target);
    this.settle();
  }

  // A notch of the wheel is a step, as a key; while it turns the page is left alone, as while a key is held.
  turn(name) {
    this.hold(WHEEL_RESTS);
    this.step(name, false);
  }

  hold(rest = LET_GO) {
    this.holding = true;
    clearTimeout(this.letGo);
    this.letGo = setTimeout(() => this.release(), rest);
  }

  release() {
    clearTimeout(this.letGo);
    if (!this.holding) return;
    this.holding = false;
    this.settle();
  }

  // Approve, reject, save: given at once where the page has this slice open, else as soon as it has.
  decide(name) {
    if (this.isSeen()) this.decideOnSeen(name);
  }

  decideOnSeen(name) {
    if (this.isAhead) return this.defer(() => this.decideOnSeen(name));
    if (name !== "reject" && this.editor.isUnfinished()) return;
    if (name === "approve" && !(this.editor.mayDraw() && this.isWhole())) return; // strokes in question come first
    const picture = this.editor.ready ? foreseen(wayOf(this.editor.options.document, name)) : null;
    this.ask(name, null);
    if (picture) this.show(picture);
  }

  // Whether what would be decided on has been drawn; a frame that is late shows the picture before it.
  isSeen() {
    const { view } = this.editor;
    if (view.unseen) this.editor.tell(PICTURE_CHANGED);
    return !view.unseen;
  }

  // Whether all of the mask is drawn; what the reader had put out of sight is shown otherwise, and told.
  isWhole() {
    const { editor } = this;
    const changes = uncovering(editor.preferences, editor.slice, editor.mask());
    if (!editor.hiding && !Object.keys(changes).length) return true;
    for (const [name, value] of Object.entries(changes)) editor.setPreference(name, value);
    editor.released("hide"); // also while the key is still down
    editor.view.unseen = true; // until the next frame
    editor.tell(NOT_WHOLE);
    return false;
  }

  // Keeps a decision for the moment in which the page shows what is shown now.
  defer(act) {
    this.deferred = { act, sight: sightOf(this.editor) };
    this.release();
    this.settle();
  }

  // Asks the page to follow, unless it has still to answer or a key is held.
  settle() {
    if (this.asked || this.holding || this.goal === null) return;
    if (this.goal === this.pageDocument()) this.follow();
    else this.ask("open", this.goal);
  }

  ask(name, goal) {
    this.editor.give(name, goal);
    this.asked = { seq: tabMemory().commandSeq, goal };
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.unanswered(), UNFOLLOWED);
  }

  // A page that is slow is asked again for where the reader is; one that never answers is followed.
  unanswered() {
    this.asked = null;
    this.nUnanswered += 1;
    if (this.holding || (this.goal !== null && this.nUnanswered < PATIENT_FOR)) this.settle();
    else this.follow();
  }

  // Shows where a key leads. It can be looked at; drawing waits for the page, which may know better.
  show(picture) {
    const { editor } = this;
    editor.leave();
    this.mask = maskOf(picture);
    this.guessed = true;
    editor.setReady(false);
    editor.open(picture);
    this.painted = false;
    requestAnimationFrame(() => requestAnimationFrame(() => (this.painted = true)));
    if (!this.holding) editor.fetching.next(); // else what is passed by would be fetched around each picture
  }

  // The page sent what it has open; while it is behind, that is a slice which the reader has left already.
  arrived() {
    keepAhead(this.editor.data);
    if (this.mask !== null && this.guessed) return;
    const { goal } = this;
    this.follow();
    if (goal !== null && goal !== this.pageDocument()) this.goal = goal; // no picture of it was here
  }

  // The page has heard all commands up to a number, and has this document open.
  caughtUp({ document, handled }) {
    if (!this.asked || !(handled?.[tabMemory().tab] >= this.asked.seq)) return;
    const { goal } = this.asked;
    this.asked = null;
    this.nUnanswered = 0;
    clearTimeout(this.patience);
    if (this.goal !== null && this.goal !== document && this.goal !== goal) return this.settle();
    if (this.holding && this.goal !== document) return; // on the way back to where the page was
    if (!this.isAhead) return;
    if (this.pageDocument() === document) this.follow();
    else this.guessed = false; // its slice has still to arrive
  }

  // Shows what the page shows.
  follow() {
    clearTimeout(this.patience);
    this.mask = null;
    this.goal = null;
    this.editor.open(unpack(this.editor.data));
    this.editor.fetching.next();
  }

  pageDocument() {
    return unpackOptions(this.editor.data).document;
  }

  // The slice that is shown is now the page's; a decision that was made on another picture is none.
  giveDeferred() {
    const { deferred, editor } = this;
    if (!deferred || this.isAhead) return;
    this.deferred = null;
    if (isInSight(editor, deferred.sight)) deferred.act();
    else editor.tell(PICTURE_CHANGED);
  }
}
