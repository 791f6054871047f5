// The one menu that opens over the well: window presets, or which neighbour's mask to copy.
import { element } from "./dom.js";
import { shortNumber } from "./numbers.js";

const GAP = 6; // CSS pixels between a button and its menu
const NEIGHBOUR_NAMES = {
  previous_slice: "Slice above",
  next_slice: "Slice below",
  previous_phase: "Phase before",
  next_phase: "Phase after",
};
const PRESETS = { automatic: "Automatic, 1 to 99 %", full: "Full range", labels: "Around the labels" };

export class Menu {
  constructor(editor) {
    this.editor = editor;
    this.root = element("div", { class: "menu", hidden: true });
    this.anchor = null;
  }

  // Opens beside its button, or closes when it is that button's already.
  toggle(anchor, children, sideways = false) {
    const wasOpen = !this.root.hidden && this.anchor === anchor;
    this.close();
    if (wasOpen) return;
    this.anchor = anchor;
    this.root.replaceChildren(...children);
    this.root.hidden = false;
    const frame = this.editor.root.getBoundingClientRect();
    const place = anchor.getBoundingClientRect();
    const right = place.right - frame.left;
    const left = sideways ? right + GAP : right - this.root.offsetWidth;
    const top = sideways ? place.top - frame.top : place.bottom - frame.top + GAP;
    this.root.style.left = `${Math.max(4, left)}px`;
    this.root.style.top = `${Math.min(top, frame.height - this.root.offsetHeight - 4)}px`;
  }

  close() {
    const held = this.root.getRootNode().activeElement;
    this.root.hidden = true;
    if (held && this.root.contains(held)) this.editor.focus();
  }

  item(text, action, chosen) {
    const made = element("button", { type: "button", class: "menu-item" }, text);
    made.dataset.action = action;
    made.addEventListener("click", () => {
      chosen();
      this.close();
      this.editor.focus();
    });
    return made;
  }

  toggleWindow(anchor) {
    const { editor } = this;
    const presets = Object.entries(PRESETS).map(([preset, text]) =>
      this.item(text, `window-${preset}`, () => editor.useWindowPreset(preset)),
    );
    const { low, high } = editor.window;
    this.toggle(anchor, [
      ...presets,
      element("hr"),
      field("Window", high - low, (value) => editor.setWidthAndLevel(Math.max(value, 1e-6), null)),
      field("Level", (low + high) / 2, (value) => editor.setWidthAndLevel(null, value)),
    ]);
  }

  toggleCopy(anchor) {
    const { editor } = this;
    const near = Object.keys(NEIGHBOUR_NAMES).filter((name) => name in editor.slice.neighbours);
    const title = near.length ? "Copy the mask of" : "No neighbour has a mask of this size";
    const items = near.map((name) =>
      this.item(NEIGHBOUR_NAMES[name], `copy-${name}`, () => editor.copyNeighbour(name)),
    );
    this.toggle(anchor, [element("div", { class: "menu-title" }, title), ...items], true);
    this.root.querySelector("button")?.focus();
  }
}

function field(label, value, act) {
  const names = { type: "number", step: "any", "aria-label": label };
  const input = element("input", { ...names, value: shortNumber(value) });
  input.addEventListener("change", () => act(Number(input.value)));
  return element("label", { class: "menu-field" }, element("span", {}, label), input);
}
