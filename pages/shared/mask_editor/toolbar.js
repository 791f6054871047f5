// Everything around the well, put together: chips, sliders and switches on top, tools, status line, menu, help.
import { button, caption, press, slider, swapIcon } from "./controls.js";
import { element, setText } from "./dom.js";
import { helpPage } from "./help_page.js";
import { tip } from "./keys.js";
import { LabelChips } from "./label_chips.js";
import { Menu } from "./menu.js";
import { shortNumber } from "./numbers.js";
import { StatusLine } from "./status_line.js";
import { ToolColumn } from "./tool_column.js";

// Switches by their action, with the preference that each turns.
const SWITCHES = {
  outline: "outline",
  smoothing: "smooth",
  confidence: "confidence",
  difference: "difference",
};
const WINDOW_TIP = "Window and level: right-drag in the picture; click for presets";
const TOLERANCE_TIP = "How far the intensity may differ, in percent of the window";

export class Toolbar {
  constructor(editor, labels) {
    this.editor = editor;
    this.labels = labels;
    this.chips = new LabelChips(editor, labels);
    this.top = element("div", { class: "top" }, this.chips.root, this.buildSliders(), this.buildSwitches());
    this.column = editor.editable ? new ToolColumn(editor) : null;
    this.statusLine = new StatusLine(editor, labels);
    this.menu = new Menu(editor);
    this.toolOptions = this.buildToolOptions();
    this.legend = this.buildLegend();
    this.help = helpPage(editor);
  }

  buildSliders() {
    const { editor } = this;
    const row = element("div", { class: "group" });
    const percent = { min: 0, max: 100, step: 5 };
    this.opacity = slider(editor, "Opacity of the mask (A, D)", percent, (value) =>
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
    const perform = (name) => button(editor, name, name, tip(name), () => editor.perform(name));
    this.switches = new Map(Object.keys(SWITCHES).map((name) => [name, perform(name)]));
    this.window = element("button", { type: "button", class: "window", title: WINDOW_TIP });
    this.window.dataset.action = "window";
    this.window.addEventListener("click", () => this.menu.toggleWindow(this.window));
    // The editor has these two in its column.
    const general = editor.editable ? [] : [perform("fit"), perform("help")];
    return element("div", { class: "group end" }, ...this.switches.values(), this.window, ...general);
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
    this.switches.get("difference").disabled = !slice?.modelMask;
    this.legend.hidden = !(preferences.confidence && slice?.confidence);
    if (window) {
      const [width, level] = [window.high - window.low, (window.low + window.high) / 2];
      setText(this.window, `W ${shortNumber(width)}  L ${shortNumber(level)}`);
    }
    if (this.column) this.refreshEditing();
    this.refreshStatus();
  }

  refreshEditing() {
    const { preferences } = this.editor;
    this.column.refresh();
    this.size.value = preferences.brushSize;
    setText(this.sizeText, `${preferences.brushSize} px`);
    swapIcon(this.shape, preferences.brushShape);
    this.toolOptions.hidden = preferences.tool !== "threshold";
    this.tolerance.value = preferences.tolerance;
    setText(this.toleranceText, this.editor.toleranceText());
  }

  refreshStatus() {
    this.statusLine.refresh();
  }
}
