// The viewer with a pencil: tools, undo, and drafts that reach Python and survive the tab.
import { AfterDialog } from "./by_keys/after_dialog.js";
import { Announcer } from "./by_keys/announcer.js";
import { KeyPointer } from "./by_keys/key_pointer.js";
import { Cine } from "./cine/cine.js";
import { Fetching } from "./following/fetching.js";
import { PageButtons } from "./following/page_buttons.js";
import { Travel } from "./following/travel.js";
import { tellDrawn } from "./messages/drawn.js";
import { Outbox } from "./messages/outbox.js";
import { tabMemory } from "./messages/tab_memory.js";
import { Draft, Stroke } from "./strokes/draft.js";
import { DraftStore } from "./strokes/draft_store.js";
import { LostStrokes } from "./strokes/lost_strokes.js";
import { fillHoles, grow, shrink, smooth } from "./tools/morphology.js";
import { makeTools } from "./tools/tools.js";
import { Notice } from "./view/notice.js";
import { Viewer } from "./viewer.js";

const MAX_DRAFTS = 64; // kept in the tab; all are in the browser's database as well
const MAX_BRUSH = 60;
const MOVES = ["previous_slice", "next_slice", "previous_phase", "next_phase"];
const OPEN_SHAPE = "What you draw is still open: Enter takes it, Esc drops it. Then the wheel turns the slices.";
const JUST_CLOSED = 1000; // ms in which a second Enter still means the shape
const UNFINISHED = "Something is drawn that is not in the mask yet. Enter takes it, Esc drops it; then decide.";
const IN_HAND = "A stroke is still in your hand: let go of it, then decide.";
const WAS_CLOSED = "Enter has just closed what you drew. Press it once more to approve.";
const MORPHOLOGY = { holes: fillHoles, grow, shrink, smooth };

export class MaskEditor extends Viewer {
  constructor(parent, options) {
    super(parent, options);
    this.tools = makeTools(this);
    this.erasing = false; // Ctrl is held
    this.closedAt = -Infinity; // when Enter last closed a shape or took a preview
    this.since = { state: "", seq: 0 }; // the draft when its slice, or this version of it, was opened
    this.notice = new Notice(this.well);
    this.announcer = new Announcer();
    this.root.append(this.announcer.root);
    this.keyPointer = new KeyPointer(this);
    this.travel = new Travel(this);
    this.fetching = new Fetching(this);
    this.cine = new Cine(this);
    this.pageButtons = new PageButtons(this);
    this.afterDialog = new AfterDialog(this);
    this.setReady(false);
    this.store = new DraftStore();
    this.lost = new LostStrokes(this);
    const send = (name, value) => this.send(name, value);
    this.outbox = new Outbox(this.store, send, () => this.toolbar.refreshStatus());
    this.answers = (event) => {
      this.tools.smart.hear(event.detail.preview);
      this.travel.caughtUp(event.detail);
      this.announcer.tell("slice", event.detail.says);
    };
    window.addEventListener("septum-acknowledged", this.answers);
    this.well.classList.add("brush");
  }

  destroy() {
    this.tool.cancel();
    this.travel.destroy();
    this.fetching.destroy();
    this.cine.destroy();
    this.pageButtons.destroy();
    this.afterDialog.destroy();
    this.announcer.destroy();
    this.outbox.destroy();
    window.removeEventListener("septum-acknowledged", this.answers);
    super.destroy();
  }

  get tool() {
    if (this.measuring) return this.measure;
    return this.tools[this.preferences.tool] ?? this.tools.brush;
  }

  mask() {
    return this.travel.mask ?? this.draft.mask;
  }

  editSeq() {
    return this.draft.stored ? 0 : this.draft.seq;
  }

  // Which strokes are on the screen: those that the store is known to have, or this tab's, still on their way.
  strokesShown() {
    return this.draft.stored ? this.draft.seen : { tab: tabMemory().tab, seq: this.draft.seq };
  }

  // ---- opening a slice

  openDocument() {
    this.cine.opened(this.options.document);
    if (this.travel.mask) return; // the draft is opened when the page has followed
    const { document, revision, acknowledged, discards } = this.options;
    const { drafts, forgotten, tab } = tabMemory();
    const { draft } = this;
    const same = draft?.document === document && draft.revision === revision && !(discards > draft.discards);
    if (!same) this.tool.cancel();
    this.lost.dismiss();
    const kept = drafts.get(document);
    if (kept?.fits(this.slice)) {
      const before = kept.revision;
      kept.meet(this.shown(), tab);
      this.use(kept);
      this.setReady(true);
      if (before !== revision) this.store.save(kept, true);
      return;
    }
    const { slice } = this;
    this.setReady(false);
    const seen = { tab: this.options.acknowledged_tab, seq: acknowledged };
    const fresh = new Draft({ ...this.shown(), document, slice, mask: slice.mask.slice(), seq: acknowledged, seen });
    fresh.countOn(forgotten.get(document) ?? 0);
    this.use(fresh);
    this.store.load(document, slice).then((record) => {
      if (this.draft !== fresh) return; // another slice was opened meanwhile
      this.setReady(true);
      if (record) this.lost.recover(record, fresh);
    });
  }

  // The slice's mask as Python shows it, and how far the store's draft is.
  shown() {
    const { revision, acknowledged, acknowledged_tab: tab, discards, seconds } = this.options;
    return { mask: this.slice.mask, revision, acknowledged, tab, discards, seconds };
  }

  // Nothing can be drawn until the browser's own draft of this slice has been looked at.
  setReady(ready) {
    this.ready = ready;
    this.root.ariaBusy = String(!ready);
    if (!ready) return;
    this.notice.hide();
    setTimeout(() => this.travel.giveDeferred());
  }

  use(draft) {
    const { drafts } = tabMemory();
    const state = `${draft.document} ${draft.revision}`;
    if (this.since.state !== state) this.since = { state, seq: draft.seq };
    this.draft = draft;
    draft.discards = this.options.discards;
    drafts.delete(draft.document);
    drafts.set(draft.document, draft); // the youngest is last
    for (const [name, old] of drafts) {
      if (drafts.size <= MAX_DRAFTS) break;
      if (!old.stored) continue;
      drafts.delete(name);
      tabMemory().forgotten.set(name, old.seq);
    }
    this.outbox.open(draft);
    tellDrawn(draft);
    if (this.view.slice !== this.slice) return; // receive() shows the mask together with its picture
    this.view.setMask(draft.mask);
    this.toolbar.refresh();
  }

  mayDraw() {
    if (!this.cine.lets("drawing")) return false;
    if (this.lost.isOpen) return this.lost.remind();
    if (!this.ready) this.tell("This slice is still opening: nothing was drawn or decided. Try again.");
    return this.ready;
  }

  // ---- slices that are shown before the page has followed

  arrived() {
    this.travel.arrived();
  }

  // What belongs to this slice alone ends with it.
  leave() {
    this.keyPointer.drop();
    this.tool.cancel();
    this.lost.dismiss();
  }

  // ---- strokes

  beginStroke({ erase, range = null, label = this.preferences.label, active = label }) {
    const { protect, locked } = this.preferences;
    const spared = new Set(protect ? locked.filter((each) => each !== active) : []);
    return new Stroke(this.draft, { label: erase ? 0 : label, spared, range, pixels: this.slice.pixels });
  }

  show(box) {
    this.view.renderLabels(box);
  }

  commitStroke(stroke) {
    const box = stroke.changed();
    if (!stroke.commit()) return;
    this.show(box);
    this.changed();
  }

  cancelStroke(stroke) {
    const box = stroke.changed();
    stroke.cancel();
    if (box) this.show(box);
  }

  changed() {
    this.draft.work();
    this.outbox.add(this.draft);
    tellDrawn(this.draft);
    this.toolbar.refresh();
  }

  apply(changes, label = this.preferences.label) {
    const stroke = this.beginStroke({ erase: false, label, active: label });
    for (const [index, value] of changes) stroke.put(index, value);
    this.commitStroke(stroke);
  }

  copyNeighbour(name) {
    if (!this.mayDraw()) return;
    this.apply(Array.from(this.slice.neighbours[name], (label, index) => [index, label]));
  }

  step(direction) {
    const box = this.draft[direction]();
    if (!box) return;
    this.show(box);
    this.changed();
  }

  // ---- actions

  released(action) {
    if (action === "erasing") this.setErasing(false);
    if (MOVES.includes(action.split(":")[1])) this.travel.release();
    super.released(action);
  }

  escape() {
    if (this.cine.isOn) this.cine.leave();
    else super.escape();
  }

  setErasing(erasing) {
    this.erasing = erasing;
    this.view.invalidate("marks");
    this.toolbar.refreshStatus();
  }

  takenByTool(key) {
    if (key === "Enter") this.closedAt = performance.now();
  }

  // Whether a decision would pass over something that is on the screen and not in the mask; it is told then.
  isUnfinished() {
    if (this.tool.pending) this.tell(UNFINISHED);
    else if (this.tool.stroke) this.tell(IN_HAND);
    return this.tool.pending || Boolean(this.tool.stroke);
  }

  command(name) {
    if (!this.cine.lets(`command:${name}`)) return;
    if (name === "approve" && performance.now() - this.closedAt < JUST_CLOSED) {
      this.closedAt = -Infinity;
      this.tell(WAS_CLOSED);
      return;
    }
    if (MOVES.includes(name)) this.travel.step(name, this.repeating);
    else this.travel.decide(name);
  }

  // A wheel is touched easily: it leaves no shape behind that is still open.
  turnSlices(steps) {
    if (this.tool.pending) this.tell(OPEN_SHAPE);
    else super.turnSlices(steps);
  }

  turn(name) {
    if (this.cine.lets(`command:${name}`)) this.travel.turn(name);
  }

  // Asks the page for something; `goal` is the slice that it is to open.
  give(name, goal) {
    this.outbox.flush();
    if (goal === null) super.command(name);
    else this.commands.give(name, goal, 0, 0);
  }

  tell(text) {
    this.notice.show(text);
  }

  isDrawing() {
    return Boolean(this.pointer.gesture) || !(this.draft?.stored ?? true);
  }

  perform(action, held) {
    this.draft?.work();
    if (this.cine.lets(action)) super.perform(action, held);
  }

  edit(kind, name) {
    const { preferences } = this;
    if (kind === "tool") this.chooseTool(name);
    else if (kind === "label") this.chooseLabel(Number(name));
    else if (kind === "erasing") this.setErasing(true);
    else if (kind === "cine") this.cine.toggle();
    else if (kind === "smaller") this.resizeBrush(-1);
    else if (kind === "larger") this.resizeBrush(1);
    else if (kind === "shape") this.turnBrush();
    else if (kind === "protect") this.setPreference("protect", !preferences.protect);
    else if (kind === "pointer") this.keyPointer.toggle();
    else if (kind === "copy") this.toolbar.openCopyMenu();
    else if (kind === "save") this.command("save");
    else if (["undo", "redo"].includes(kind) && this.mayDraw()) this.stepWhenIdle(kind);
    else if (kind in MORPHOLOGY && !this.tool.stroke && this.mayDraw() && preferences.label) {
      this.apply(MORPHOLOGY[kind](this.mask(), this.slice, preferences.label));
    }
  }

  resizeBrush(change) {
    const size = this.preferences.brushSize + change;
    this.setPreference("brushSize", Math.min(MAX_BRUSH, Math.max(1, size)));
  }

  turnBrush() {
    this.setPreference("brushShape", this.preferences.brushShape === "round" ? "square" : "round");
  }

  // Undo in the middle of a stroke would tear it; a smart correction that is only shown goes first.
  stepWhenIdle(direction) {
    if (this.tool.pending) this.tool.cancel();
    else if (this.tool.stroke) return;
    else if (direction === "undo" && this.draft.seq === this.since.seq && this.undoDecision()) return;
    else this.step(direction);
  }

  // What was done last goes first: a decision of a moment ago, while nothing was drawn since. A key that is held
  // down to take back strokes does not go on to decisions.
  undoDecision() {
    return !this.repeating && this.pageButtons.undoDecision();
  }

  chooseTool(name) {
    this.tool.cancel();
    this.measuring = false;
    this.setPreference("tool", name);
  }

  chooseLabel(label) {
    if (["erase", "component"].includes(this.preferences.tool)) this.chooseTool("brush");
    this.setPreference("label", label);
  }

  // The label goes on to be drawn with the tool that is in the hand.
  preferLabel(label) {
    if (this.preferences.label !== label) this.setPreference("label", label);
  }

  toggleLock(label) {
    const { locked } = this.preferences;
    const others = locked.filter((each) => each !== label);
    this.setPreference("locked", others.length < locked.length ? others : [...others, label].sort());
  }

  applyViewSettings() {
    super.applyViewSettings();
    const brush = ["brush", "erase", "threshold"].includes(this.preferences.tool);
    this.well.classList.toggle("brush", brush && !this.panning && !this.measuring);
  }

  // ---- marks and texts

  indexAt(point) {
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    const { width, height } = this.slice;
    return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : null;
  }

  drawingColour() {
    const label = this.erasing ? 0 : this.preferences.label;
    return label ? this.view.hexColours[label] : "#ffffff";
  }

  // What a tool marks belongs to the open slice, not to the phases that play.
  drawToolMarks(context) {
    if (this.cine.isPlaying) return;
    super.drawToolMarks(context);
    this.keyPointer.drawMarks(context);
  }

  toolText() {
    const { tool, label, protect } = this.preferences;
    const said = this.tool.text?.();
    if (said) return said;
    const erasing = this.erasing || tool === "erase";
    const what = erasing ? "Erasing" : `Drawing ${this.toolbar.labels[label].name}`;
    return protect ? `${what} · protected` : what;
  }

  storedText() {
    const { draft } = this;
    if (!draft || !draft.seq) return "";
    if (draft.stored) return "Draft stored";
    return this.outbox.delay > 3000 ? "Not stored yet, trying again" : "Storing …";
  }
}
