// Everything around the well, put together: chips, sliders and switches on top, tools, status line, menu, help.
import { KeyPage } from "../keymap/key_page.js";
import { MeasurePanel } from "../measure/measure_panel.js";
import { toleranceText } from "../tools/like_intensities.js";
import { button, caption, keyButton, keyed, nameKeys, press, slider, swapIcon } from "./controls.js";
import { element, setText } from "./dom.js";
import { LabelChips } from "./label_chips.js";
import { Menu } from "./menu.js";
import { shortNumber } from "./numbers.js";
import { Roving } from "../by_keys/roving.js";
import { StatusLine } from "./status_line.js";
import { ToolColumn } from "./tool_column.js";

// Switches by their action, with the preference that each turns.
const SWITCHES = {
  outline: "outline",
  smoothing: "smooth",
  confidence: "confidence",
  difference: "difference",
  crosshair: "crosshair",
};
const WINDOW_TIP = "Window and level: right-drag in the picture; click for presets";
const TURN_TIP = "Turn: which way round the series is shown, and from which end its slices count";
const TOLERANCE_TIP = "How far the intensity may differ, in percent of the window";

export class Toolbar {
  constructor(editor, labels) {
    this.editor = editor;
    this.labels = labels;
    this.chips = new LabelChips(editor, labels);
    const role = { class: "top", role: "toolbar", "aria-label": "Labels and view" };
    this.top = element("div", role, this.chips.root, this.buildSliders(), this.buildSwitches());
    this.roving = new Roving(editor, this.top);
    this.column = editor.editable ? new ToolColumn(editor) : null;
    this.statusLine = new StatusLine(editor, labels);
    this.menu = new Menu(editor);
    this.toolOptions = this.buildToolOptions();
    this.measurePanel = new MeasurePanel(editor);
    this.legend = this.buildLegend();
    this.keyPage = new KeyPage(editor);
    this.nameKeys();
  }

  // Names every control with its key as it is now.
  nameKeys() {
    const { boundKeys } = this.editor;
    for (const part of [this.top, this.column?.root]) if (part) nameKeys(part, boundKeys);
    this.chips.nameKeys(boundKeys);
  }

  buildSliders() {
    const { editor } = this;
    const row = element("div", { class: "group" });
    const percent = { min: 0, max: 100, step: 5 };
    this.opacity = slider(editor, "", percent, (value) => editor.setPreference("opacity", value / 100));
    keyed(this.opacity, "Opacity of the mask", "fainter", "stronger");
    this.opacityText = element("span", { class: "value opacity-value" });
    row.append(caption("opacity"), this.opacity, this.opacityText);
    if (!editor.editable) return row;
    const pixels = { min: 1, max: 60, step: 1 };
    this.size = slider(editor, "", pixels, (value) => editor.setPreference("brushSize", value));
    keyed(this.size, "Size of the brush", "smaller", "larger");
    this.sizeText = element("span", { class: "value" });
    this.shape = keyButton(editor, "shape", "round");
    row.append(caption("brush"), this.size, this.sizeText, this.shape);
    return row;
  }

  buildSwitches() {
    const { editor } = this;
    const perform = (name) => keyButton(editor, name);
    this.switches = new Map(Object.keys(SWITCHES).map((name) => [name, perform(name)]));
    const names = { title: WINDOW_TIP, "aria-haspopup": "dialog", "aria-expanded": "false" };
    this.window = element("button", { type: "button", class: "window", ...names });
    this.window.dataset.action = "window";
    this.window.addEventListener("click", () => this.menu.toggleWindow(this.window));
    this.measure = editor.editable ? null : perform("measure");
    // The editor has these in its column.
    const general = editor.editable ? [] : [this.measure, perform("fit"), perform("help")];
    this.turn = button(editor, "turn", "turn", TURN_TIP, () => this.menu.toggleTurn(this.turn));
    this.cine = editor.editable ? perform("cine") : null;
    const turning = editor.editable ? [this.cine, this.turn] : [];
    return element("div", { class: "group end" }, ...this.switches.values(), ...turning, this.window, ...general);
  }

  buildToolOptions() {
    const { editor } = this;
    this.tolerance = slider(editor, TOLERANCE_TIP, { min: 1, max: 60, step: 1 }, (value) =>
      editor.setPreference("tolerance", value),
    );
    this.toleranceText = element("span", { class: "value wide" });
    const parts = [element("span", {}, "Tolerance"), this.tolerance, this.toleranceText];
    return element("div", { class: "floating options", hidden: true }, ...parts);
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

  openCopyMenu() {
    this.menu.toggleCopy(this.column.operations.get("copy"));
  }

  refresh() {
    const { preferences, slice, window } = this.editor;
    this.chips.refresh();
    this.opacity.value = Math.round(preferences.opacity * 100);
    setText(this.opacityText, `${Math.round(preferences.opacity * 100)} %`);
    for (const [name, made] of this.switches) press(made, preferences[SWITCHES[name]]);
    this.switches.get("confidence").disabled = !slice?.confidence;
    this.turn.disabled = !slice || !this.editor.showing();
    if (this.cine) press(this.cine, this.editor.cine.isOn);
    this.switches.get("difference").disabled = !slice?.modelMask;
    this.legend.hidden = !(preferences.confidence && slice?.confidence);
    if (window) {
      const [width, level] = [window.high - window.low, (window.low + window.high) / 2];
      setText(this.window, `W ${shortNumber(width)}  L ${shortNumber(level)}`);
    }
    if (this.measure) press(this.measure, this.editor.measuring);
    if (this.column) this.refreshEditing();
    this.roving.refresh();
    this.refreshStatus();
  }

  refreshEditing() {
    const { preferences } = this.editor;
    this.column.refresh();
    this.size.value = preferences.brushSize;
    setText(this.sizeText, `${preferences.brushSize} px`);
    swapIcon(this.shape, preferences.brushShape);
    this.toolOptions.hidden = this.editor.measuring || preferences.tool !== "threshold";
    this.tolerance.value = preferences.tolerance;
    setText(this.toleranceText, toleranceText(this.editor.window, preferences.tolerance));
    this.editor.announcer.tell("tool", this.editor.toolText());
  }

  refreshStatus() {
    this.statusLine.refresh();
    this.measurePanel.refresh();
    this.editor.announcer?.tell("stored", this.editor.storedText());
  }
}
