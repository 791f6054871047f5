// The one menu that opens over the well: windows with a name, how a series is turned, or which neighbour's mask to copy.
import { mirroredSideways, turnedBy } from "../view/orientation.js";
import { WINDOWS } from "../view/window_level.js";
import { isByHand } from "./controls.js";
import { element } from "./dom.js";
import { shortNumber } from "./numbers.js";

const GAP = 6; // CSS pixels between a button and its menu
const NEIGHBOUR_NAMES = {
  previous_slice: "Slice above",
  next_slice: "Slice below",
  previous_phase: "Phase before",
  next_phase: "Phase after",
};

export class Menu {
  constructor(editor) {
    this.editor = editor;
    this.root = element("div", { class: "menu", role: "dialog", hidden: true });
    this.anchor = null;
    this.back = null; // the button that a key opened it by
    this.root.addEventListener("keydown", (event) => this.keyDown(event));
  }

  // Opens beside its button, or closes when it is that button's already.
  toggle(anchor, label, children, sideways = false) {
    const wasOpen = !this.root.hidden && this.anchor === anchor;
    this.close();
    if (wasOpen) return;
    this.anchor = anchor;
    this.back = anchor.matches(":focus-visible") ? anchor : null;
    anchor.ariaExpanded = "true";
    this.root.ariaLabel = label;
    this.root.replaceChildren(...children);
    this.root.hidden = false;
    const frame = this.editor.root.getBoundingClientRect();
    const box = anchor.getBoundingClientRect();
    const right = box.right - frame.left;
    const left = sideways ? right + GAP : right - this.root.offsetWidth;
    const top = sideways ? box.top - frame.top : box.bottom - frame.top + GAP;
    this.root.style.left = `${Math.max(4, left)}px`;
    this.root.style.top = `${Math.min(top, frame.height - this.root.offsetHeight - 4)}px`;
    if (this.back) this.root.querySelector("button, input")?.focus();
  }

  // Arrows go from line to line, and turn no slice meanwhile; Escape closes.
  keyDown(event) {
    const lines = [...this.root.querySelectorAll("button")];
    const at = lines.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.close();
    else if (at >= 0 && step) lines.at((at + step) % lines.length).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    const focused = this.root.getRootNode().activeElement;
    const inside = focused && this.root.contains(focused);
    this.root.hidden = true;
    if (this.anchor) this.anchor.ariaExpanded = "false";
    if (inside) (this.back ?? this.editor).focus();
  }

  item(text, action, chosen) {
    const made = element("button", { type: "button", class: "menu-item" }, text);
    made.dataset.action = action;
    made.addEventListener("click", (event) => {
      chosen();
      this.close();
      if (!this.back || isByHand(event)) this.editor.focus();
    });
    return made;
  }

  toggleWindow(anchor) {
    const { editor } = this;
    const { greyWindow } = editor;
    const named = Object.entries(WINDOWS).map(([name, { title }]) => {
      const made = this.item(title, `window-${name}`, () => greyWindow.choose(name));
      made.setAttribute("aria-pressed", String(greyWindow.name === name));
      return made;
    });
    const { low, high } = greyWindow.range;
    this.toggle(anchor, "Window and level", [
      ...named,
      element("hr"),
      field("Window", high - low, (value) => greyWindow.setWidthAndLevel(Math.max(value, 1e-6), null)),
      field("Level", (low + high) / 2, (value) => greyWindow.setWidthAndLevel(null, value)),
    ]);
    const chosen = this.root.querySelector("[aria-pressed=true]") ?? this.root.querySelector("button");
    if (!this.root.hidden) chosen.focus();
  }

  // What is chosen here is kept for the series, so the page does it; no pixel is changed.
  toggleTurn(anchor) {
    const { editor } = this;
    const { turn, usual, base, ends } = editor.showing();
    const turns = [
      ["Usual way up", "usual", usual],
      ["Turn right", "right", turnedBy(turn, 1)],
      ["Turn left", "left", turnedBy(turn, -1)],
      ["Mirror left and right", "mirror", mirroredSideways(turn)],
      ["As the source has it", "source", "0"],
    ].map(([text, name, key]) => {
      const made = this.item(text, `turn-${name}`, () => editor.command(`turn ${key}`));
      made.disabled = !key || key === turn;
      if (!key) made.title = "The files do not say how the picture lies in the patient";
      return made;
    });
    const counting = [
      element("hr"),
      element("div", { class: "menu-title" }, base),
      this.item("Count from the other end", "turn-ends", () => editor.command("other_end")),
    ];
    this.toggle(anchor, "Turn", [element("div", { class: "menu-title" }, "For all of this series"), ...turns, ...(ends ? counting : [])]);
    this.root.querySelector("button:not(:disabled)")?.focus();
  }

  toggleCopy(anchor) {
    const { editor } = this;
    const near = Object.keys(NEIGHBOUR_NAMES).filter((name) => name in editor.slice.neighbours);
    const title = near.length ? "Copy the mask of" : "No neighbour has a mask of this size";
    const items = near.map((name) =>
      this.item(NEIGHBOUR_NAMES[name], `copy-${name}`, () => editor.copyNeighbour(name)),
    );
    this.toggle(anchor, title, [element("div", { class: "menu-title" }, title), ...items], true);
    this.root.querySelector("button")?.focus();
  }
}

function field(label, value, act) {
  const names = { type: "number", step: "any", "aria-label": label };
  const input = element("input", { ...names, value: shortNumber(value) });
  input.addEventListener("change", () => act(Number(input.value)));
  return element("label", { class: "menu-field" }, element("span", {}, label), input);
}
