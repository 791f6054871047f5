// What is measured and how, over the picture's corner, while the measuring tool is in the hand.
import { button, press } from "../panel/controls.js";
import { element, setText } from "../panel/dom.js";
import { MEASURES } from "./measures.js";

export class MeasurePanel {
  constructor(editor) {
    this.editor = editor;
    const make = ([kind, { title }]) => [kind, button(editor, kind, `measure-${kind}`, title, () => this.choose(kind))];
    this.kinds = new Map(Object.entries(MEASURES).map(make));
    // Read aloud while it is dragged, it would never stop.
    this.found = element("output", { class: "measured", "aria-live": "off" });
    this.root = element(
      "div",
      { class: "floating options", hidden: true, role: "toolbar", "aria-label": "Measuring" },
      ...this.kinds.values(),
      this.found,
    );
  }

  choose(kind) {
    this.editor.measure.abandon();
    this.editor.setPreference("measure", kind);
  }

  refresh() {
    const { editor } = this;
    this.root.hidden = !editor.measuring;
    if (!editor.measuring || !editor.slice) return;
    for (const [kind, made] of this.kinds) press(made, editor.preferences.measure === kind);
    setText(this.found, editor.measure.newest() || MEASURES[editor.preferences.measure].title);
  }
}
