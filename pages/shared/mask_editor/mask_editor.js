// The viewer with a pencil: tools, undo, and drafts that reach Python and survive the tab.
import { foreseen, keepAhead } from "./ahead.js";
import { element } from "./dom.js";
import { Draft, Stroke } from "./draft.js";
import { DraftStore } from "./draft_store.js";
import { changedBox } from "./history.js";
import { fillHoles, grow, shrink, smooth } from "./morphology.js";
import { Outbox } from "./outbox.js";
import { unpack, unpackOptions } from "./packing.js";
import { tabMemory } from "./tab_memory.js";
import { shortNumber } from "./numbers.js";
import { makeTools } from "./tools.js";
import { Viewer } from "./viewer.js";

const MOST_DRAFTS = 64; // kept in the tab; all are in the browser's database as well
const LARGEST_BRUSH = 60;
const PATIENCE = 10000; // ms that a slice is shown ahead of the page
const MOVES = ["previous_slice", "next_slice", "previous_phase", "next_phase"];
const MORPHOLOGY = { holes: fillHoles, grow, shrink, smooth };

export class MaskEditor extends Viewer {
  constructor(parent, options) {
    super(parent, options);
    this.tools = makeTools(this);
    this.erasing = false; // Ctrl is held
    this.awaited = 0; // number of the newest command
    this.peeked = null; // mask of a slice that is shown although the page has not followed yet
    this.guessed = false; // whether that slice is where the newest command should lead
    this.held = null; // a command on that slice
    this.setReady(false);
    this.store = new DraftStore();
    const send = (name, value) => this.send(name, value);
    this.outbox = new Outbox(this.store, send, () => this.toolbar.refreshStatus());
    this.answers = (event) => {
      this.tools.smart.hear(event.detail.preview);
      this.caughtUp(event.detail);
    };
    window.addEventListener("septum-acknowledged", this.answers);
    this.well.classList.add("brush");
  }

  destroy() {
    this.tool.cancel();
    clearTimeout(this.patience);
    this.outbox.destroy();
    window.removeEventListener("septum-acknowledged", this.answers);
    super.destroy();
  }

  get tool() {
    return this.tools[this.preferences.tool] ?? this.tools.brush;
  }

  mask() {
    return this.peeked ?? this.draft.mask;
  }

  editSeq() {
    return this.draft.stored ? 0 : this.draft.seq;
  }

  // ---- opening a slice

  openDocument() {
    if (this.peeked) return; // the draft is opened when the page has followed
    const { document, revision, acknowledged } = this.options;
    const { drafts, forgotten, tab } = tabMemory();
    if (this.draft?.document !== document || this.draft.revision !== revision) this.tool.cancel();
    this.dismissOffer();
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
    const fresh = new Draft({ ...this.shown(), document, slice, mask: slice.mask.slice(), seq: acknowledged });
    fresh.countOn(forgotten.get(document) ?? 0);
    this.use(fresh);
    this.store.load(document, slice).then((record) => {
      if (this.draft !== fresh) return; // another slice was opened meanwhile
      this.setReady(true);
      if (record) this.recover(record, fresh);
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
    if (ready && this.held) setTimeout(() => this.giveHeld());
  }

  use(draft) {
    const { drafts } = tabMemory();
    this.draft = draft;
    draft.discards = this.options.discards;
    drafts.delete(draft.document);
    drafts.set(draft.document, draft); // the youngest is last
    for (const [name, old] of drafts) {
      if (drafts.size <= MOST_DRAFTS) break;
      if (!old.stored) continue;
      drafts.delete(name);
      tabMemory().forgotten.set(name, old.seq);
    }
    this.outbox.open(draft);
    if (this.view.slice !== this.slice) return; // receive() shows the mask together with its picture
    this.view.setMask(draft.mask);
    this.toolbar.refresh();
  }

  // A draft from before a reload: its history is taken up again; strokes that never arrived are offered.
  recover(record, fresh) {
    const { revision, acknowledged } = this.options;
    const arrived = record.revision === revision && record.seq <= acknowledged;
    const lost = !record.stored && !arrived;
    const theirs = { ...this.shown(), mask: fresh.mask };
    record.seconds = Math.max(record.seconds, theirs.seconds);
    if (!changedBox(record.mask, fresh.mask, record.width)) {
      record.settle(theirs);
      this.use(record);
    } else if (lost) {
      this.offer(record, theirs);
    } else {
      record.adopt(theirs);
      this.use(record);
      this.store.save(record, true);
    }
  }

  offer(record, theirs) {
    const when = new Date(record.savedAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const choose = (text, name, act, plain) => {
      const made = element("button", { type: "button", class: plain ? "plain" : "" }, text);
      made.dataset.action = name;
      made.addEventListener("click", () => {
        this.dismissOffer();
        act();
        this.use(record);
        this.outbox.add(record, true);
        this.focus();
      });
      return made;
    };
    const restore = () => {
      record.settle(theirs);
      record.seq += 1;
    };
    const discard = () => record.adopt(theirs);
    this.banner = element(
      "div",
      { class: "banner", role: "alert" },
      element("span", {}, `Strokes of ${when} on this slice never reached the store.`),
      choose("Restore them", "restore", restore, false),
      choose("Discard", "discard", discard, true),
    );
    this.well.append(this.banner);
  }

  dismissOffer() {
    this.banner?.remove();
    this.banner = null;
  }

  mayDraw() {
    if (!this.banner) return this.ready;
    this.banner.classList.remove("urgent");
    void this.banner.offsetWidth; // lets the animation start over
    this.banner.classList.add("urgent");
    return false;
  }

  // ---- slices that are shown before the page has followed

  // Shows where a command will lead. It can be looked at; drawing waits for the page, which may know better.
  peek(name) {
    const ahead = this.ready || this.peeked ? foreseen(this.options.document, name) : null;
    this.guessed = ahead !== null;
    if (!ahead) return;
    this.tool.cancel();
    this.dismissOffer();
    const draft = tabMemory().drafts.get(ahead.options.document);
    this.peeked = draft?.fits(ahead.slice) ? draft.mask : ahead.slice.mask;
    this.setReady(false);
    this.open(ahead);
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.follow(), PATIENCE);
  }

  // While the page is behind, what it shows is a slice that the reader has left already.
  arrived() {
    keepAhead(this.data);
    if (!this.peeked || !this.guessed) this.follow();
  }

  caughtUp({ document, handled }) {
    if (!this.peeked || !(handled?.[tabMemory().tab] >= this.awaited)) return;
    if (unpackOptions(this.data).document === document) this.follow();
    else this.guessed = false; // its slice has still to arrive
  }

  // Shows what the page shows.
  follow() {
    clearTimeout(this.patience);
    this.peeked = null;
    this.open(unpack(this.data));
  }

  giveHeld() {
    const { held, options } = this;
    this.held = null;
    if (held && held.document === options.document && held.revision === options.revision) this.command(held.name);
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
    stroke.reset();
    if (box) this.show(box);
  }

  changed() {
    this.draft.work();
    this.outbox.add(this.draft);
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

  keyDown(event) {
    this.draft?.work();
    if (event.key === "Control") this.setErasing(true);
    super.keyDown(event);
  }

  keyUp(event) {
    if (event.key === "Control") this.setErasing(false);
    super.keyUp(event);
  }

  releaseHeldKeys() {
    this.setErasing(false);
    super.releaseHeldKeys();
  }

  setErasing(erasing) {
    this.erasing = erasing;
    this.view.invalidate("marks");
    this.toolbar.refreshStatus();
  }

  command(name) {
    if (this.peeked && !MOVES.includes(name)) {
      this.held = { name, document: this.options.document, revision: this.options.revision };
      return;
    }
    if (name === "approve" && !this.mayDraw()) return; // an open question about strokes comes first
    this.outbox.flush();
    super.command(name);
    this.awaited = tabMemory().commandSeq;
    this.peek(name);
  }

  edit(kind, name, key) {
    const { preferences } = this;
    if (kind === "tool") this.chooseTool(name);
    else if (kind === "label") this.chooseLabel(Number(key));
    else if (kind === "smaller") this.resizeBrush(-1);
    else if (kind === "larger") this.resizeBrush(1);
    else if (kind === "shape") this.turnBrush();
    else if (kind === "protect") this.setPreference("protect", !preferences.protect);
    else if (kind === "copy") this.toolbar.openCopyMenu();
    else if (kind === "save") this.command("save");
    else if (["undo", "redo"].includes(kind) && this.mayDraw()) this.stepWhenIdle(kind);
    else if (kind in MORPHOLOGY && this.mayDraw() && preferences.label) {
      this.apply(MORPHOLOGY[kind](this.mask(), this.slice, preferences.label));
    }
  }

  resizeBrush(change) {
    const size = this.preferences.brushSize + change;
    this.setPreference("brushSize", Math.min(LARGEST_BRUSH, Math.max(1, size)));
  }

  turnBrush() {
    this.setPreference("brushShape", this.preferences.brushShape === "round" ? "square" : "round");
  }

  // Undo in the middle of a stroke would tear it; a smart correction that is only shown goes first.
  stepWhenIdle(direction) {
    if (this.tool.pending) this.tool.cancel();
    else if (!this.tool.stroke) this.step(direction);
  }

  chooseTool(name) {
    this.tool.cancel();
    this.setPreference("tool", name);
  }

  chooseLabel(label) {
    if (["erase", "component"].includes(this.preferences.tool)) this.chooseTool("brush");
    this.setPreference("label", label);
  }

  toggleLock(label) {
    const { locked } = this.preferences;
    const others = locked.filter((each) => each !== label);
    this.setPreference("locked", others.length < locked.length ? others : [...others, label].sort());
  }

  applyViewSettings() {
    super.applyViewSettings();
    const brush = ["brush", "erase", "threshold"].includes(this.preferences.tool);
    this.well.classList.toggle("brush", brush && !this.panning);
  }

  // ---- marks and texts

  indexAt(place) {
    const [x, y] = [Math.floor(place.x), Math.floor(place.y)];
    const { width, height } = this.slice;
    return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : null;
  }

  // The mean of the 3 x 3 pixels under the cursor, give or take the tolerance in percent of the window.
  intensitiesAround(place) {
    const { width, height, pixels } = this.slice;
    const [left, top] = [Math.floor(place.x) - 1, Math.floor(place.y) - 1];
    let [sum, count] = [0, 0];
    for (let y = Math.max(0, top); y < Math.min(height, top + 3); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + 3); x++, count++) sum += pixels[y * width + x];
    }
    const reach = ((this.window.high - this.window.low) * this.preferences.tolerance) / 100;
    return { low: sum / count - reach, high: sum / count + reach };
  }

  drawingColour() {
    const label = this.erasing ? 0 : this.preferences.label;
    return label ? this.view.hexColours[label] : "#ffffff";
  }

  drawMarks(context) {
    super.drawMarks(context);
    if (!this.panning) this.tool.drawMarks(context);
  }

  toleranceText() {
    const { tolerance } = this.preferences;
    if (!this.window) return "";
    const reach = ((this.window.high - this.window.low) * tolerance) / 100;
    return `± ${tolerance} %  (± ${shortNumber(Math.round(reach * 100) / 100)})`;
  }

  toolText() {
    const { tool, label, protect } = this.preferences;
    if (this.tool.pending) return this.tool.text();
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
