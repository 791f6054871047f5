// A slice with its mask over it, to look at: window, zoom, which labels, and keys that ask the page for more.
import { rampColour } from "./colours.js";
import { Commands } from "./commands.js";
import { element } from "./dom.js";
import { findKey } from "./keys.js";
import { unpack } from "./packing.js";
import { Pointer } from "./pointer.js";
import { loadPreferences, savePreferences } from "./preferences.js";
import { tabMemory } from "./tab_memory.js";
import { drawScale } from "./scale_bar.js";
import { Toolbar } from "./toolbar.js";
import { View } from "./view.js";
import { aroundLabels, automatic, fromWidthAndLevel, fullRange } from "./window_level.js";

const ZOOM_STEP = 1.25;
const TOGGLED = ["outline", "confidence", "difference"];
const OPACITY_STEP = 0.05;

export class Viewer {
  constructor(parent, options) {
    this.editable = options.editable;
    this.preferences = loadPreferences();
    this.cursor = null; // in image coordinates, null outside the well
    this.hiding = false;
    this.panning = false;
    this.windowPreset = "automatic";
    this.commands = new Commands((name, value) => this.send(name, value));
    const role = { tabindex: "0", role: "application", "aria-label": "Slice and mask" };
    this.root = element("div", { class: "editor", ...role });
    this.well = element("div", { class: "well" });
    this.view = new View(this.well);
    this.toolbar = new Toolbar(this, options.labels);
    const { top, column, statusLine, menu, toolOptions, legend, help } = this.toolbar;
    this.well.append(toolOptions, legend, help);
    this.root.append(top, ...(column ? [column.root] : []), this.well, statusLine.root, menu.root);
    this.pointer = new Pointer(this, this.well);
    this.view.drawMarks = (context) => this.drawMarks(context);
    const ramp = [0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${rampColour(1 - share).join(" ")})`);
    this.root.style.setProperty("--ramp", ramp.join(", "));
    this.root.addEventListener("keydown", (event) => this.keyDown(event));
    this.root.addEventListener("keyup", (event) => this.keyUp(event));
    this.root.addEventListener("focusout", () => this.releaseHeldKeys());
    this.root.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".menu, .window")) this.toolbar.menu.close();
    });
    this.resizing = new ResizeObserver(() => this.view.resized());
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
    this.arrived();
  }

  arrived() {
    this.open(unpack(this.data));
  }

  open({ options, slice }) {
    const first = !this.slice;
    const sameSize = !first && slice.width === this.slice.width && slice.height === this.slice.height;
    const sameGroup = sameSize && options.group === this.options.group;
    if (!first && !sameGroup) this.rememberView();
    this.options = options;
    this.slice = slice;
    this.root.style.setProperty("--reserve", `${options.reserve_px}px`);
    this.openDocument();
    this.applyViewSettings();
    this.view.setSlice(slice, options.labels.map((label) => label.colour), this.mask());
    this.view.resized();
    if (!sameGroup) this.recallView();
    if (this.windowPreset !== "manual") this.useWindowPreset(this.windowPreset);
    else this.setWindow(this.window);
    this.toolbar.refresh();
    const { dataset } = this.root;
    const sameMask = dataset.document === options.document && dataset.revision === String(options.revision);
    if (!sameMask) this.focusUnlessTyping(); // a click in the queue or on one of the page's buttons took it
    dataset.document = options.document;
    dataset.revision = options.revision;
  }

  // What only the editor has, see mask_editor.js.
  openDocument() {}

  edit() {}

  mayDraw() {
    return false;
  }

  mask() {
    return this.slice.mask;
  }

  editSeq() {
    return 0;
  }

  toolText() {
    return "";
  }

  storedText() {
    return "";
  }

  // A reader who comes back to a series finds it as it was left; another series is fitted anew.
  rememberView() {
    if (!this.slice || !this.options.group) return;
    const place = this.view.moved ? this.view.lookingAt() : null;
    const { window, windowPreset } = this;
    tabMemory().views.set(this.options.group, { place, window, windowPreset });
  }

  recallView() {
    const kept = tabMemory().views.get(this.options.group);
    this.windowPreset = kept?.windowPreset ?? "automatic";
    this.window = kept?.window ?? null;
    if (kept?.place) this.view.lookAt(kept.place);
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
    const { opacity, outline, smooth, confidence, difference, hidden } = this.preferences;
    const before = this.view.settings;
    const settings = { smooth, confidence, outline, difference, hidden: new Set(hidden) };
    this.view.settings = settings;
    // A thin line needs more strength than an area to be seen as well.
    const strength = outline || difference ? Math.min(1, opacity + 0.4) : opacity;
    this.view.labels.style.opacity = this.hiding ? 0 : strength;
    this.well.classList.toggle("grab", this.panning || !this.editable);
    if (!this.view.mask) return;
    if (before.smooth !== smooth || before.confidence !== confidence) this.view.invalidate("picture");
    const labelsChanged = ["outline", "difference"].some((name) => before[name] !== settings[name]);
    if (labelsChanged || [...before.hidden].join() !== hidden.join()) this.view.renderLabels();
  }

  toggleLabel(label) {
    const { hidden } = this.preferences;
    const others = hidden.filter((each) => each !== label);
    this.setPreference("hidden", others.length < hidden.length ? others : [...others, label].sort());
  }

  setWindow(window) {
    this.window = window;
    this.view.setWindow(window);
    this.toolbar.refresh();
  }

  useWindowPreset(preset) {
    const { pixels, width } = this.slice;
    const around = preset === "labels" ? aroundLabels(pixels, this.mask(), width) : null;
    this.windowPreset = preset;
    this.setWindow(around ?? (preset === "full" ? fullRange(pixels) : automatic(pixels)));
  }

  setWidthAndLevel(width, level) {
    const { low, high } = this.window;
    this.windowPreset = "manual";
    this.setWindow(fromWidthAndLevel(width ?? high - low, level ?? (low + high) / 2));
  }

  // To the right widens, downwards brightens: 400 pixels double the window or shift it by its width.
  dragWindow(start, x, y) {
    const width = (start.high - start.low) * 2 ** (x / 400);
    const level = (start.low + start.high) / 2 - (y / 400) * (start.high - start.low);
    this.windowPreset = "manual";
    this.setWindow(fromWidthAndLevel(width, level));
  }

  // ---- keys and actions

  keyDown(event) {
    const target = event.composedPath()[0];
    // Streamlit would rerun on `r` and clear its caches on `c`, although the reader speaks to the editor.
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    if (isField(target)) {
      if (event.key === "Escape" || event.key === "Enter") this.toolbar.menu.close();
      return;
    }
    if (target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key)) return; // presses that button
    if (target.type === "range" && event.key.startsWith("Arrow")) return;
    if (event.key === "Escape") return this.escape();
    if (this.tool?.key?.(event.key)) return event.preventDefault();
    const row = findKey(event, this.editable);
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !row.repeat) return;
    this.perform(row.action, event.key, true);
  }

  keyUp(event) {
    if (event.key === " ") this.panning = false;
    if (event.key.toLowerCase() === "s") this.hiding = false;
    this.applyViewSettings();
    this.view.invalidate("marks");
  }

  releaseHeldKeys() {
    this.panning = false;
    this.hiding = false;
    this.applyViewSettings();
  }

  escape() {
    this.toolbar.menu.close();
    this.toolbar.help.hidden = true;
    this.tool?.cancel();
  }

  perform(action, key = "", held = false) {
    const { preferences, view } = this;
    const [kind, name] = action.split(":");
    if (kind === "command") this.command(name);
    else if (action === "hide" && held) this.hold("hiding");
    else if (action === "panning" && held) this.hold("panning");
    else if (action === "fainter") this.setPreference("opacity", stepped(preferences.opacity, -OPACITY_STEP));
    else if (action === "stronger") this.setPreference("opacity", stepped(preferences.opacity, OPACITY_STEP));
    else if (TOGGLED.includes(action)) this.setPreference(action, !preferences[action]);
    else if (action === "smoothing") this.setPreference("smooth", !preferences.smooth);
    else if (action === "toggleLabel") this.toggleLabel(Number(key));
    else if (action === "autoWindow") this.useWindowPreset("automatic");
    else if (action === "fit") view.fit();
    else if (action === "zoomIn") view.zoomAtCentre(ZOOM_STEP);
    else if (action === "zoomOut") view.zoomAtCentre(1 / ZOOM_STEP);
    else if (action === "help") this.toolbar.help.hidden = !this.toolbar.help.hidden;
    else this.edit(kind, name, key);
    this.toolbar.refreshStatus();
  }

  hold(flag) {
    this[flag] = true;
    this.applyViewSettings();
  }

  command(name) {
    this.commands.give(name, this.options.document, this.options.revision, this.editSeq());
  }

  // ---- cursor, marks and texts

  hover(place) {
    this.cursor = place;
    this.view.invalidate("marks");
    this.toolbar.refreshStatus();
  }

  pixelUnderCursor() {
    if (!this.cursor || !this.slice) return null;
    const [x, y] = [Math.floor(this.cursor.x), Math.floor(this.cursor.y)];
    return x >= 0 && y >= 0 && x < this.slice.width && y < this.slice.height ? { x, y } : null;
  }

  drawMarks(context) {
    if (this.slice.spacing) drawScale(context, this.view, this.slice.spacing[1]);
  }

  focus() {
    this.root.focus({ preventScroll: true });
  }

  focusUnlessTyping() {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (!active || !(isField(active) || active.type === "range")) this.focus();
  }
}

function isField(target) {
  if (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName)) return true;
  return target.tagName === "INPUT" && !["range", "checkbox", "radio", "button"].includes(target.type);
}

function stepped(value, step) {
  return Math.min(1, Math.max(0, Math.round((value + step) * 100) / 100));
}
