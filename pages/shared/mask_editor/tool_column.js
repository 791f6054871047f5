// The column on the left: drawing tools, operations on a whole label, undo and redo.
import { button, press } from "./controls.js";
import { element } from "./dom.js";
import { tip } from "./keys.js";

const TOOLS = ["brush", "erase", "threshold", "polygon", "lasso", "rectangle", "fill", "component", "smart"];
const OPERATIONS = ["holes", "smooth", "grow", "shrink", "copy"];

export class ToolColumn {
  constructor(editor) {
    this.editor = editor;
    const perform = (action, iconName = action, name = action) =>
      button(editor, iconName, name, tip(action), () => editor.perform(action));
    this.tools = new Map(TOOLS.map((name) => [name, perform(`tool:${name}`, name, `tool-${name}`)]));
    this.operations = new Map(OPERATIONS.map((name) => [name, perform(name)]));
    this.undo = perform("undo");
    this.redo = perform("redo");
    this.root = element(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "Tools", "aria-orientation": "vertical" },
      ...this.tools.values(),
      element("hr"),
      ...this.operations.values(),
      element("hr"),
      this.undo,
      this.redo,
      element("div", { class: "spring" }),
      perform("fit"),
      perform("help"),
    );
  }

  refresh() {
    const { draft, preferences } = this.editor;
    for (const [name, made] of this.tools) press(made, preferences.tool === name);
    this.undo.disabled = !draft?.history.canUndo();
    this.redo.disabled = !draft?.history.canRedo();
  }
}
