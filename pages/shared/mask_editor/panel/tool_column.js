// The column on the left: drawing tools, operations on a whole label, undo and redo.
import { keyButton, press } from "./controls.js";
import { element } from "./dom.js";
import { Roving } from "../by_keys/roving.js";

const TOOLS = ["brush", "erase", "threshold", "polygon", "lasso", "rectangle", "fill", "component", "smart", "contour"];
const OPERATIONS = ["holes", "smooth", "grow", "shrink", "copy"];

export class ToolColumn {
  constructor(editor) {
    this.editor = editor;
    const perform = (...names) => keyButton(editor, ...names);
    this.tools = new Map(TOOLS.map((name) => [name, perform(`tool:${name}`, name, `tool-${name}`)]));
    this.operations = new Map(OPERATIONS.map((name) => [name, perform(name)]));
    this.measure = perform("measure");
    this.undo = perform("undo");
    this.redo = perform("redo");
    this.pointer = perform("pointer");
    this.root = element(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "Tools", "aria-orientation": "vertical" },
      ...this.tools.values(),
      this.measure,
      element("hr"),
      ...this.operations.values(),
      element("hr"),
      this.undo,
      this.redo,
      element("div", { class: "spring" }),
      this.pointer,
      perform("fit"),
      perform("help"),
    );
    this.operations.get("copy").setAttribute("aria-haspopup", "dialog");
    this.roving = new Roving(editor, this.root);
  }

  refresh() {
    const { draft, keyPointer, measuring, preferences } = this.editor;
    for (const [name, made] of this.tools) press(made, !measuring && preferences.tool === name);
    press(this.measure, measuring);
    press(this.pointer, keyPointer.on);
    // A button that is disabled in the moment in which it is pressed would lose the focus to nowhere.
    this.undo.ariaDisabled = String(!draft?.history.canUndo());
    this.redo.ariaDisabled = String(!draft?.history.canRedo());
  }
}
