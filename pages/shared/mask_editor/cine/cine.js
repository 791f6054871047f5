// Plays the phases of the open position, with their masks, from what the browser has: nothing is asked for while it
// plays. The slice that was open stays the open one; only its picture is exchanged. So nothing may be drawn or decided
// meanwhile: a pen, or a key that would, stops at the picture that is seen, which is then opened as by paging.
import { phaseMsOf, phasesAt } from "../following/series_places.js";
import { effectOf, placeAt, stayOf } from "./beat.js";
import { CinePanel } from "./cine_panel.js";
import { framesAt, missingFrames } from "./frames.js";

const NOT_WHILE_PLAYING = "The phases were playing: nothing was drawn or decided. Look at this one, then do it again.";
const NOTHING_TO_PLAY = "There is one phase at this position: nothing plays.";
const STILL_OPEN = "Something is drawn that is not in the mask yet. Enter takes it, Esc drops it; then play.";
const NONE_CAME = "The other phases could not be fetched. Try again in a moment.";
const FRAMES_EVERY = 100; // ms
const NO_FRAME_FOR = 8000; // ms without a new picture

export class Cine {
  constructor(editor) {
    this.editor = editor;
    this.panel = new CinePanel(editor);
    this.frames = []; // while it plays: { document, slice, mask } of each phase
    this.at = 0; // which of them is on the screen
    this.nShown = 0; // pictures since it began
    this.waiting = null; // { nMissing, since } until all pictures are here
    this.over = []; // the documents that may be opened while it goes on
    this.timer = 0;
    this.tick = 0;
    this.listener = () => this.look();
    window.addEventListener("septum-ahead", this.listener);
  }

  destroy() {
    this.end();
    window.removeEventListener("septum-ahead", this.listener);
  }

  get isPlaying() {
    return this.frames.length > 0;
  }

  get isOn() {
    return this.isPlaying || this.waiting !== null;
  }

  toggle() {
    if (this.isPlaying) this.stop();
    else if (this.waiting) this.leave();
    else this.start();
  }

  // Whether an action may be done now; what plays stops where it must.
  lets(action) {
    if (!this.isOn) return true;
    const effect = effectOf(action);
    if (effect === "looks") return true;
    const { isPlaying } = this;
    this.stop();
    if (isPlaying && effect === "refused") this.editor.tell(NOT_WHILE_PLAYING);
    return !isPlaying || effect === "stops";
  }

  // ---- until all pictures are here

  start() {
    const { editor } = this;
    if (editor.lost.isOpen) return editor.lost.remind();
    if (editor.tool.pending || editor.pointer.gesture) return editor.tell(STILL_OPEN);
    if (editor.keyPointer.on) editor.keyPointer.toggle();
    this.waiting = { nMissing: Infinity, since: performance.now() };
    this.over = [editor.options.document, editor.travel.goal]; // the page may still be on its way there
    this.editor.toolbar.refresh();
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    const { waiting, editor } = this;
    if (!waiting) return;
    const { group, document } = editor.options;
    const known = phasesAt(group, document);
    const missing = missingFrames(group, document);
    const late = performance.now() - waiting.since > NO_FRAME_FOR;
    if (known.length === 1) return this.giveUp(NOTHING_TO_PLAY);
    if (missing.length < waiting.nMissing) Object.assign(waiting, { nMissing: missing.length, since: performance.now() });
    const opened = editor.ready && !editor.travel.isAhead;
    if (opened && known.length && (!missing.length || late)) return this.play();
    if (late) return this.giveUp(NONE_CAME);
    if (missing.length) editor.fetching.first(...missing);
    this.panel.show(`Fetching phases: ${known.length - missing.length} of ${known.length}`, phaseMsOf(group));
    this.timer = setTimeout(() => this.look(), FRAMES_EVERY);
  }

  giveUp(why) {
    this.leave();
    this.editor.tell(why);
  }

  // ---- while it plays

  play() {
    const { editor } = this;
    const { group, document } = editor.options;
    const frames = framesAt(group, document, { slice: editor.slice, mask: editor.mask() });
    if (frames.length < 2) return this.giveUp(NONE_CAME);
    this.waiting = null;
    this.over = [document];
    this.frames = frames;
    this.at = frames.findIndex((frame) => frame.document === document);
    this.nShown = 0;
    this.pace = null;
    editor.toolbar.refresh();
    this.panel.show(this.said(), phaseMsOf(group));
    editor.announcer.tell("cine", `Playing ${frames.length} phases`);
    editor.view.invalidate("marks");
    this.tick = requestAnimationFrame((now) => this.next(now));
  }

  next(now) {
    const { editor } = this;
    const { pace } = editor.preferences;
    if (pace !== this.pace) Object.assign(this, { pace, began: now, from: this.at });
    const stay = stayOf(pace, phaseMsOf(editor.options.group));
    const place = placeAt(now - this.began, stay, this.from, this.frames.length);
    if (place !== this.at) this.show(place);
    this.tick = requestAnimationFrame((then) => this.next(then));
  }

  show(place) {
    this.at = place;
    this.nShown += 1;
    const { editor } = this;
    const frame = this.frames[place];
    const isOpen = frame.document === editor.options.document; // the page may have sent another mask of it
    this.draw(isOpen ? { slice: editor.slice, mask: editor.mask() } : frame);
    this.panel.tell(this.said());
  }

  said() {
    return `Phase ${this.at + 1} of ${this.frames.length}`;
  }

  draw({ slice, mask }) {
    const { view, options, window: range } = this.editor;
    view.setSlice(slice, options.labels.map((label) => label.colour), mask, view.turn);
    view.setWindow(range); // the same for all of the beat, so that nothing flickers
  }

  // ---- its end

  // Stays at the picture that is seen, and opens its slice as a key would that led there.
  stop() {
    const stopped = this.frames[this.at]?.document;
    const said = this.isPlaying && `Stopped at phase ${this.at + 1} of ${this.frames.length}`;
    this.leave();
    if (said) this.editor.announcer.tell("cine", said);
    if (stopped) this.editor.travel.goTo(stopped);
  }

  // Goes back to the slice that is open.
  leave() {
    const { isPlaying, editor } = this;
    this.end();
    if (isPlaying) this.draw({ slice: editor.slice, mask: editor.mask() });
    editor.toolbar.refresh();
  }

  // A slice is opened: where it is another one, that is what is shown.
  opened(document) {
    if (this.isOn && !this.over.includes(document)) this.end();
  }

  end() {
    cancelAnimationFrame(this.tick);
    clearTimeout(this.timer);
    this.frames = [];
    this.waiting = null;
    this.panel.hide();
  }
}
