// The box of the smart correction by keys, while the keyboard pointer is on: one corner, then the other.

const FIRST_CORNER = "Box: move to the other corner, Enter sets it, Esc drops the box";
const NO_BOX = "The background has no box: choose a label first.";

export class SmartKeys {
  constructor(tool) {
    this.tool = tool;
  }

  // Whether a key was for the box. It is drawn as with a hand: pressed at the one corner, let go at the other.
  keyDown(event) {
    const { editor, trace } = this.tool;
    if (event.key === "Escape" && trace?.box) return this.drop();
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (!trace?.box && !event.shiftKey) return false;
    if (event.repeat) return true;
    if (trace?.box) editor.keyPointer.lift();
    else if (!editor.preferences.label) editor.tell(NO_BOX);
    else if (editor.keyPointer.hold({ shift: true })) editor.announcer.tell("box", FIRST_CORNER);
    editor.toolbar.refreshStatus();
    return true;
  }

  drop() {
    const { editor } = this.tool;
    editor.keyPointer.drop();
    this.tool.trace = null;
    editor.view.invalidate("marks");
    editor.toolbar.refreshStatus();
    return true;
  }

  text() {
    return this.tool.trace?.box && this.tool.editor.keyPointer.held ? FIRST_CORNER : "";
  }
}
