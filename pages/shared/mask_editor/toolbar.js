// Everything around the well: label chips, sliders and switches on top, tools on the left, the status line below.
import { element, setText } from "./dom.js";
import { icon } from "./icons.js";
import { KEYS, shownKeys, tip } from "./keys.js";

const TOOLS = ["brush", "erase", "threshold", "polygon", "lasso", "rectangle", "fill", "component"];
const ACTIONS = ["holes", "smooth", "grow", "shrink", "copy"];
const VIEW_SWITCHES = ["outline", "smoothing", "confidence", "difference"];
const NEIGHBOUR_NAMES = {
  previous_slice: "Slice above",
  next_slice: "Slice below",
  previous_phase: "Phase before",
  next_phase: "Phase after",
};

// A button that gives the focus back to the picture, so that the keys keep working after a click.
function button(editor, name, action, label, onclick) {
  const made = element("button", { type: "button", class: "button", title: label, "aria-label": label }, icon(name));
  made.dataset.action = action;
  made.addEventListener("click", () => {
    onclick();
    editor.focus();
  });
  return made;
}

function slider(editor, label, attributes, oninput) {
  const made = element("input", { type: "range", title: label, "aria-label": label, ...attributes });
  made.addEventListener("input", () => oninput(Number(made.value)));
  made.addEventListener("change", () => editor.focus());
  return made;
}

function caption(name) {
  return element("span", { class: "caption" }, icon(name));
}

export class Toolbar {
  constructor(editor, labels) {
    this.editor = editor;
    this.labels = labels;
    this.top = element("div", { class: "top" }, this.buildChips(), this.buildSliders(), this.buildSwitches());
    this.tools = editor.editable ? this.buildTools() : null;
    this.status = this.buildStatus();
    this.menu = element("div", { class: "menu", hidden: true });
    this.toolOptions = this.buildToolOptions();
    this.legend = this.buildLegend();
    this.help = this.buildHelp();
  }

  // ---- construction

  buildChips() {
    const { editor } = this;
    this.chips = new Map();
    const row = element("div", { class: "group chips", role: "toolbar", "aria-label": "Labels" });
    for (const { label, name, short, colour } of this.labels) {
      if (label === 0 && !editor.editable) continue;
      const swatch = element("span", { class: "swatch", style: `--label: ${colour}` });
      const main = element(
        "button",
        { type: "button", class: "chip-main", title: editor.editable ? `Draw ${name} (${label})` : `Show or hide ${name} (${label})` },
        element("kbd", {}, String(label)),
        swatch,
        label ? element("span", { class: "chip-name" }, short) : null,
      );
      main.dataset.action = `label-${label}`;
      main.addEventListener("click", () => {
        if (editor.editable) editor.chooseLabel(label);
        else editor.toggleLabel(label);
        editor.focus();
      });
      const chip = element("div", { class: "chip", style: `--label: ${colour}` }, main);
      if (label) {
        const eye = button(editor, "shown", `eye-${label}`, `Show or hide ${name}`, () => editor.toggleLabel(label));
        chip.append(eye);
        chip.eye = eye;
      }
      if (label && editor.editable) {
        const lock = button(editor, "locked", `lock-${label}`, `Lock ${name}: untouched while Protect is on`, () =>
          editor.toggleLock(label),
        );
        chip.append(lock);
        chip.lock = lock;
      }
      this.chips.set(label, chip);
      row.append(chip);
    }
    if (editor.editable) {
      this.protect = button(editor, "protect", "protect", tip("protect"), () => editor.perform("protect"));
      row.append(this.protect);
    }
    return row;
  }

  buildSliders() {
    const { editor } = this;
    const row = element("div", { class: "group" });
    this.opacity = slider(editor, "Opacity of the mask (A, D)", { min: 0, max: 100, step: 5 }, (value) =>
      editor.setPreference("opacity", value / 100),
    );
    this.opacityText = element("span", { class: "value opacity-value" });
    row.append(caption("opacity"), this.opacity, this.opacityText);
    if (!editor.editable) return row;
    this.size = slider(editor, "Size of the brush ([, ])", { min: 1, max: 60, step: 1 }, (value) =>
      editor.setPreference("brushSize", value),
    );
    this.sizeText = element("span", { class: "value" });
    this.shape = button(editor, "round", "shape", tip("shape"), () => editor.perform("shape"));
    row.append(caption("brush"), this.size, this.sizeText, this.shape);
    return row;
  }

  buildSwitches() {
    const { editor } = this;
    const row = element("div", { class: "group end" });
    this.switches = new Map();
    for (const name of VIEW_SWITCHES) {
      const made = button(editor, name, name, tip(name), () => editor.perform(name));
      this.switches.set(name, made);
      row.append(made);
    }
    this.window = element("button", { type: "button", class: "window", title: "Window and level: right-drag in the picture; click for presets" });
    this.window.dataset.action = "window";
    this.window.addEventListener("click", () => this.toggleMenu(this.window, () => this.windowMenu()));
    row.append(this.window);
    if (!editor.editable) row.append(...this.buildGeneral());
    return row;
  }

  buildGeneral() {
    const { editor } = this;
    return [
      button(editor, "fit", "fit", tip("fit"), () => editor.perform("fit")),
      button(editor, "help", "help", "Keys (?)", () => editor.perform("help")),
    ];
  }

  buildTools() {
    const { editor } = this;
    const column = element("div", { class: "tools", role: "toolbar", "aria-label": "Tools", "aria-orientation": "vertical" });
    this.toolButtons = new Map();
    for (const name of TOOLS) {
      const made = button(editor, name, `tool-${name}`, tip(`tool:${name}`), () => editor.perform(`tool:${name}`));
      this.toolButtons.set(name, made);
      column.append(made);
    }
    column.append(element("hr"));
    this.actionButtons = new Map();
    for (const name of ACTIONS) {
      const made = button(editor, name, name, tip(name), () => editor.perform(name));
      this.actionButtons.set(name, made);
      column.append(made);
    }
    column.append(element("hr"));
    this.undo = button(editor, "undo", "undo", tip("undo"), () => editor.perform("undo"));
    this.redo = button(editor, "redo", "redo", tip("redo"), () => editor.perform("redo"));
    column.append(this.undo, this.redo, element("div", { class: "spring" }), ...this.buildGeneral());
    return column;
  }

  buildToolOptions() {
    const { editor } = this;
    this.tolerance = slider(editor, "How far the intensity may differ, in percent of the window", { min: 1, max: 60, step: 1 }, (value) =>
      editor.setPreference("tolerance", value),
    );
    this.toleranceText = element("span", { class: "value wide" });
    return element("div", { class: "floating options", hidden: true }, element("span", {}, "Tolerance"), this.tolerance, this.toleranceText);
  }

  buildLegend() {
    return element(
      "div",
      { class: "floating legend", hidden: true },
      element("span", {}, "Confidence"),
      element("span", { class: "ends" }, "≤ 50 %"),
      element("span", { class: "ramp" }),
      element("span", { class: "ends" }, "100 %"),
    );
  }

  buildStatus() {
    const cell = (name) => element("span", { class: `cell ${name}` });
    this.cells = Object.fromEntries(
      ["pixel", "millimetre", "intensity", "tissue", "sure", "tool", "stored", "scale"].map((name) => [name, cell(name)]),
    );
    return element("div", { class: "status", role: "status", "aria-live": "off" }, ...Object.values(this.cells));
  }

  buildHelp() {
    const { editor } = this;
    const rows = KEYS.filter((row) => (editor.editable ? !row.viewing : !row.editing)).map((row) =>
      element("div", { class: "help-row" }, element("kbd", {}, shownKeys(row)), element("span", {}, row.text)),
    );
    const close = button(editor, "close", "close-help", "Close (Esc)", () => editor.perform("help"));
    return element(
      "div",
      { class: "help", hidden: true, role: "dialog", "aria-label": "Keys" },
      element("div", { class: "help-head" }, element("strong", {}, "Keys"), close),
      element("div", { class: "help-rows" }, ...rows),
    );
  }

  // ---- menus

  toggleMenu(anchor, build) {
    const wasOpen = !this.menu.hidden && this.menuAnchor === anchor;
    this.closeMenu();
    if (wasOpen) return;
    this.menuAnchor = anchor;
    this.menu.replaceChildren(...build());
    this.menu.hidden = false;
    const frame = this.editor.root.getBoundingClientRect();
    const place = anchor.getBoundingClientRect();
    const fromLeft = this.tools?.contains(anchor);
    const left = fromLeft ? place.right - frame.left + 6 : place.right - frame.left - this.menu.offsetWidth;
    const top = fromLeft ? place.top - frame.top : place.bottom - frame.top + 6;
    this.menu.style.left = `${Math.max(4, left)}px`;
    this.menu.style.top = `${Math.min(top, frame.height - this.menu.offsetHeight - 4)}px`;
  }

  closeMenu() {
    const held = this.menu.getRootNode().activeElement;
    this.menu.hidden = true;
    if (held && this.menu.contains(held)) this.editor.focus();
  }

  menuItem(text, action, chosen) {
    const made = element("button", { type: "button", class: "menu-item" }, text);
    made.dataset.action = action;
    made.addEventListener("click", () => {
      chosen();
      this.closeMenu();
      this.editor.focus();
    });
    return made;
  }

  windowMenu() {
    const { editor } = this;
    const presets = [
      ["Automatic, 1 to 99 %", "automatic"],
      ["Full range", "full"],
      ["Around the labels", "labels"],
    ].map(([text, preset]) => this.menuItem(text, `window-${preset}`, () => editor.useWindowPreset(preset)));
    const { low, high } = editor.window;
    const field = (label, value, act) => {
      const input = element("input", { type: "number", step: "any", value: shortNumber(value), "aria-label": label });
      input.addEventListener("change", () => act(Number(input.value)));
      return element("label", { class: "menu-field" }, element("span", {}, label), input);
    };
    const fields = [
      field("Window", high - low, (value) => editor.setWidthAndLevel(Math.max(value, 1e-6), null)),
      field("Level", (low + high) / 2, (value) => editor.setWidthAndLevel(null, value)),
    ];
    return [...presets, element("hr"), ...fields];
  }

  openCopyMenu() {
    const { editor } = this;
    const anchor = this.actionButtons.get("copy");
    const near = Object.keys(NEIGHBOUR_NAMES).filter((name) => name in editor.slice.neighbours);
    this.toggleMenu(anchor, () => [
      element("div", { class: "menu-title" }, near.length ? "Copy the mask of" : "No neighbour has a mask of this size"),
      ...near.map((name) => this.menuItem(NEIGHBOUR_NAMES[name], `copy-${name}`, () => editor.copyNeighbour(name))),
    ]);
    this.menu.querySelector("button")?.focus();
  }

  // ---- what is shown

  refresh() {
    const { editor } = this;
    const { preferences } = editor;
    for (const [label, chip] of this.chips) {
      const hidden = preferences.hidden.includes(label);
      chip.classList.toggle("chosen", editor.editable && preferences.label === label);
      chip.classList.toggle("unseen", hidden);
      if (chip.eye) swapIcon(chip.eye, hidden ? "hidden" : "shown");
      if (chip.lock) {
        const locked = preferences.locked.includes(label);
        swapIcon(chip.lock, locked ? "locked" : "unlocked");
        chip.lock.classList.toggle("idle", !preferences.protect);
        chip.lock.classList.toggle("on", preferences.protect && locked);
      }
    }
    this.opacity.value = Math.round(preferences.opacity * 100);
    setText(this.opacityText, `${Math.round(preferences.opacity * 100)} %`);
    for (const [name, made] of this.switches) {
      const preference = name === "smoothing" ? "smooth" : name;
      made.classList.toggle("on", preferences[preference]);
      made.setAttribute("aria-pressed", String(preferences[preference]));
    }
    this.switches.get("confidence").disabled = !editor.slice?.confidence;
    this.switches.get("difference").disabled = !editor.slice?.modelMask;
    this.legend.hidden = !(preferences.confidence && editor.slice?.confidence);
    if (editor.window) {
      const { low, high } = editor.window;
      setText(this.window, `W ${shortNumber(high - low)}  L ${shortNumber((low + high) / 2)}`);
    }
    if (editor.editable) this.refreshEditing();
    this.refreshStatus();
  }

  refreshEditing() {
    const { editor } = this;
    const { preferences } = editor;
    for (const [name, made] of this.toolButtons) {
      made.classList.toggle("on", preferences.tool === name);
      made.setAttribute("aria-pressed", String(preferences.tool === name));
    }
    this.protect.classList.toggle("on", preferences.protect);
    this.protect.setAttribute("aria-pressed", String(preferences.protect));
    this.size.value = preferences.brushSize;
    setText(this.sizeText, `${preferences.brushSize} px`);
    swapIcon(this.shape, preferences.brushShape);
    this.undo.disabled = !editor.draft?.history.canUndo();
    this.redo.disabled = !editor.draft?.history.canRedo();
    this.toolOptions.hidden = preferences.tool !== "threshold";
    this.tolerance.value = preferences.tolerance;
    setText(this.toleranceText, editor.toleranceText());
  }

  refreshStatus() {
    const { editor } = this;
    const at = editor.pixelUnderCursor();
    const { slice } = editor;
    if (!slice) return;
    setText(this.cells.pixel, at ? `x ${at.x}  y ${at.y} px` : `${slice.width} × ${slice.height} px`);
    setText(this.cells.millimetre, at ? inMillimetres(at, slice.spacing) : spacingText(slice.spacing));
    const index = at ? at.y * slice.width + at.x : -1;
    setText(this.cells.intensity, at ? `Intensity ${shortNumber(slice.pixels[index])}` : "");
    setText(this.cells.tissue, at ? this.labels[editor.view.mask[index]].name : "");
    setText(this.cells.sure, at && slice.confidence ? `${Math.round((slice.confidence[index] / 255) * 100)} % sure` : "");
    setText(this.cells.tool, editor.toolText());
    setText(this.cells.stored, editor.storedText());
    setText(this.cells.scale, `Zoom ${Math.round(editor.view.zoom * 100)} %`);
  }
}

function swapIcon(holder, name) {
  if (holder.dataset.icon === name) return;
  holder.dataset.icon = name;
  holder.replaceChildren(icon(name));
}

function inMillimetres(at, spacing) {
  if (!spacing) return "no spacing";
  const [row, column] = spacing;
  return `${((at.x + 0.5) * column).toFixed(1)}, ${((at.y + 0.5) * row).toFixed(1)} mm`;
}

function spacingText(spacing) {
  return spacing ? `${shortNumber(spacing[1])} × ${shortNumber(spacing[0])} mm a pixel` : "no spacing";
}

// Whole numbers as they are, others with four figures: scanner units run from thousandths to tens of thousands.
export function shortNumber(value) {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(4)));
}
