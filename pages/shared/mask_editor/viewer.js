// A slice with its mask over it, to look at: window, zoom, which labels, and keys that ask the page for more.
import { boundKeys } from "./keymap/keymap.js";
import { KeyReader, isField } from "./keymap/key_reader.js";
import { MeasureTool } from "./measure/measure_tool.js";
import { Commands } from "./messages/commands.js";
import { unpack, unpackOptions } from "./messages/packing.js";
import { tabMemory } from "./messages/tab_memory.js";
import { element } from "./panel/dom.js";
import { rowOf, shownKeys } from "./panel/keys.js";
import { Toolbar } from "./panel/toolbar.js";
import { rampColour } from "./view/colours.js";
import { drawCrosshair } from "./marks/crosshair.js";
import { GreyWindow } from "./view/grey_window.js";
import { Pointer } from "./view/pointer.js";
import { loadPreferences, savePreferences } from "./view/preferences.js";
import { drawScale } from "./marks/scale_bar.js";
import { View } from "./view/view.js";

const ZOOM_STEP = 1.25;
const TOGGLED = ["outline", "patterns", "confidence", "difference", "crosshair"];
const OPACITY_STEP = 0.05;

export class Viewer {
  constructor(parent, options) {
    this.editable = options.editable;
    this.preferences = loadPreferences();
    this.boundKeys = boundKeys(this.preferences); // that differ from the table of keys, by their action
    this.cursor = null; // in image coordinates, null outside the well
    this.lastCursor = null; // where it was last
    this.hiding = false;
    this.panning = false;
    this.repeating = false; // the key that acts is held down
    this.underWay = false; // a key that leads on waits for its slice
    this.greyWindow = new GreyWindow(this);
    this.measure = new MeasureTool(this);
    this.measuring = false; // the measuring tool is in the hand
    this.commands = new Commands((name, value) => this.send(name, value));
    const role = { tabindex: "0", role: "application" };
    this.root = element("div", { class: "editor", ...role });
    this.namePicture();
    this.well = element("div", { class: "well" });
    this.view = new View(this.well);
    this.toolbar = new Toolbar(this, options.labels);
    const { top, column, statusLine, menu, toolOptions, measurePanel, legend, keyPage } = this.toolbar;
    this.keyPage = keyPage;
    this.well.append(toolOptions, measurePanel.root, legend, keyPage.root);
    this.root.append(top, ...(column ? [column.root] : []), this.well, statusLine.root, menu.root);
    this.pointer = new Pointer(this, this.well);
    this.view.drawMarks = (context) => this.drawMarks(context);
    const ramp = [0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${rampColour(1 - share).join(" ")})`);
    this.root.style.setProperty("--ramp", ramp.join(", "));
    this.keys = new KeyReader(this);
    this.root.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".menu, .window, [data-action=turn]")) this.toolbar.menu.close();
    });
    this.resizing = new ResizeObserver(() => {
      this.view.resized();
      this.toolbar.refreshStatus(); // the zoom is another one
    });
    parent.append(this.root);
    this.resizing.observe(this.well);
  }

  destroy() {
    this.rememberView();
    this.resizing.disconnect();
    this.root.remove();
  }

  // ---- data in

  receive({ data, setStateValue }) {
    this.send = setStateValue;
    if (this.data === data) return; // only the theme changed
    this.data = data;
    const { group, showing } = unpackOptions(data);
    tabMemory().showings.set(group, showing);
    this.arrived();
  }

  arrived() {
    this.underWay = false;
    this.open(unpack(this.data));
  }

  open({ options, slice }) {
    const first = !this.slice;
    const sameSize = !first && slice.width === this.slice.width && slice.height === this.slice.height;
    const sameGroup = sameSize && options.group === this.options.group;
    if (!first && !sameGroup) this.rememberView();
    if (!first && options.document !== this.options.document) this.measure.cancel(); // it was measured there
    this.options = options;
    this.slice = slice;
    this.root.style.setProperty("--reserve", `${options.reserve_px}px`);
    this.openDocument();
    this.applyViewSettings();
    const turn = this.showing()?.turn ?? "0";
    const isTurned = turn !== this.view.turn;
    this.view.setSlice(slice, options.labels.map((label) => label.colour), this.mask(), turn);
    this.view.resized();
    if (!sameGroup) this.recallView();
    else if (isTurned) this.view.fit();
    this.greyWindow.refresh();
    const { dataset } = this.root;
    const sameMask = dataset.document === options.document && dataset.revision === String(options.revision);
    if (!sameMask) this.focusUnlessTyping(); // a click in the queue or on one of the page's buttons took it
    dataset.document = options.document;
    dataset.revision = options.revision;
  }

  // What only the editor has, see mask_editor.js.
  openDocument() {}

  edit() {}

  takenByTool() {}

  mayDraw() {
    return false;
  }

  mask() {
    return this.slice.mask;
  }

  // How the series is shown, as the page said last: a picture that was sent ahead may be older than that.
  showing() {
    return tabMemory().showings.get(this.options.group) ?? this.options.showing;
  }

  editSeq() {
    return 0;
  }

  strokesShown() {
    return null;
  }

  get tool() {
    return this.measuring ? this.measure : null;
  }

  get window() {
    return this.greyWindow.range;
  }

  toolText() {
    return this.tool?.text?.() ?? "";
  }

  storedText() {
    return "";
  }

  // A reader who comes back to a series finds it as it was left; another series is fitted anew.
  rememberView() {
    if (!this.slice || !this.options.group) return;
    const target = this.view.moved ? this.view.lookingAt() : null;
    const { name, range } = this.greyWindow;
    tabMemory().views.set(this.options.group, { target, window: { name, range } });
  }

  recallView() {
    const kept = tabMemory().views.get(this.options.group);
    this.greyWindow.recall(kept?.window);
    if (kept?.target) this.view.lookAt(kept.target);
    else this.view.fit();
  }

  // ---- view settings

  setPreference(name, value) {
    this.preferences = { ...this.preferences, [name]: value };
    savePreferences(this.preferences);
    this.applyViewSettings();
    this.view.invalidate("marks");
    this.toolbar.refresh();
  }

  applyViewSettings() {
    const { opacity, outline, patterns, smooth, confidence, difference, hidden } = this.preferences;
    const before = this.view.settings;
    const settings = { smooth, confidence, outline, patterns, difference, hidden: new Set(hidden) };
    this.view.settings = settings;
    // A thin line needs more strength than an area to be seen as well.
    const strength = outline || difference ? Math.min(1, opacity + 0.4) : opacity;
    this.view.labels.style.opacity = this.hiding ? 0 : strength;
    this.well.classList.toggle("grab", this.panning || (!this.editable && !this.measuring));
    if (!this.view.mask) return;
    if (before.smooth !== smooth || before.confidence !== confidence) this.view.invalidate("picture");
    const labelsChanged = ["outline", "patterns", "difference"].some((name) => before[name] !== settings[name]);
    if (labelsChanged || [...before.hidden].join() !== hidden.join()) this.view.renderLabels();
  }

  toggleLabel(label) {
    const { hidden } = this.preferences;
    const others = hidden.filter((each) => each !== label);
    this.setPreference("hidden", others.length < hidden.length ? others : [...others, label].sort());
  }

  // Another set of keys, other keys of this reader, or another use of the wheel.
  changeKeys(changes) {
    this.preferences = { ...this.preferences, ...changes };
    savePreferences(this.preferences);
    this.boundKeys = boundKeys(this.preferences);
    this.namePicture();
    this.toolbar.nameKeys();
  }

  // Names the picture with its keys as they are now.
  namePicture() {
    const pointer = this.editable ? `, ${shownKeys(rowOf("pointer"), this.boundKeys)} for a pointer that arrows move` : "";
    this.root.ariaLabel = `Slice and mask; question mark for its keys${pointer}`;
  }

  measureInstead(on) {
    this.tool?.cancel();
    this.measuring = on;
    this.applyViewSettings();
    this.view.invalidate("marks");
    this.toolbar.refresh();
  }

  // ---- keys and actions

  // A key that was held down, or only pressed, is up again.
  released(action) {
    if (action === "hide") this.hiding = false;
    else if (action === "panning") this.panning = false;
    else return;
    this.applyViewSettings();
    this.view.invalidate("marks");
  }

  // What is measured goes first, then the measuring tool.
  escape() {
    this.toolbar.menu.close();
    if (this.measuring && this.measure.isEmpty) this.measureInstead(false);
    else this.tool?.cancel();
    this.toolbar.refreshStatus();
  }

  perform(action, held = false) {
    const { preferences, view } = this;
    const [kind, name] = action.split(":");
    if (kind === "command") this.command(name);
    else if (action === "hide" && held) this.hold("hiding");
    else if (action === "panning" && held) this.hold("panning");
    else if (action === "fainter") this.setPreference("opacity", stepped(preferences.opacity, -OPACITY_STEP));
    else if (action === "stronger") this.setPreference("opacity", stepped(preferences.opacity, OPACITY_STEP));
    else if (TOGGLED.includes(action)) this.setPreference(action, !preferences[action]);
    else if (action === "smoothing") this.setPreference("smooth", !preferences.smooth);
    else if (kind === "toggleLabel") this.toggleLabel(Number(name));
    else if (action === "autoWindow") this.greyWindow.choose("automatic");
    else if (action === "measure") this.measureInstead(!this.measuring);
    else if (action === "fit") view.fit();
    else if (action === "zoomIn") view.zoomAtCentre(ZOOM_STEP);
    else if (action === "zoomOut") view.zoomAtCentre(1 / ZOOM_STEP);
    else if (action === "help") this.keyPage.open();
    else this.edit(kind, name);
    this.toolbar.refreshStatus();
  }

  hold(flag) {
    this[flag] = true;
    this.applyViewSettings();
  }

  // A key that is held down asks for one slice at a time: a page that falls behind loses its line.
  command(name) {
    if (this.repeating && this.underWay) return;
    this.underWay = true;
    this.commands.give(name, this.options.document, this.options.revision, this.editSeq(), this.strokesShown());
  }

  // Steps of the wheel, as a key that is held.
  turnSlices(steps) {
    if (this.pointer.gesture || this.measure.open) return; // a stroke, or what is measured, is in the hand
    for (let step = 0; step < Math.abs(steps); step++) this.turn(steps > 0 ? "next_slice" : "previous_slice");
  }

  turn(name) {
    this.repeating = true;
    this.command(name);
    this.repeating = false;
  }

  // ---- cursor, marks and texts

  hover(point) {
    this.cursor = point;
    this.lastCursor = point ?? this.lastCursor;
    this.view.invalidate("marks");
    this.toolbar.refreshStatus();
  }

  // The pixel that is read; a crosshair stays where the cursor left the picture, also on other slices.
  pixelUnderCursor() {
    const place = this.cursor ?? (this.preferences.crosshair ? this.lastCursor : null);
    if (!place || !this.slice) return null;
    const [x, y] = [Math.floor(place.x), Math.floor(place.y)];
    return x >= 0 && y >= 0 && x < this.slice.width && y < this.slice.height ? { x, y } : null;
  }

  drawMarks(context) {
    const { spacing } = this.slice; // of rows and columns, and rows are upright where the picture lies on its side
    if (spacing) drawScale(context, this.view, spacing[this.view.orientation.isUpright ? 1 : 0]);
    const at = this.preferences.crosshair ? this.pixelUnderCursor() : null;
    if (at) drawCrosshair(context, this.view, at);
    if (!this.panning) this.drawToolMarks(context);
  }

  drawToolMarks(context) {
    this.tool?.drawMarks(context);
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  focusUnlessTyping() {
    if (this.keyPage.isOpen) return;
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const isList = ["listbox", "grid"].includes(active?.getAttribute("role")); // its keys go on in it
    if (!active || !(isField(active) || active.type === "range" || isList)) this.focus();
  }
}

function stepped(value, step) {
  return Math.min(1, Math.max(0, Math.round((value + step) * 100) / 100));
}
